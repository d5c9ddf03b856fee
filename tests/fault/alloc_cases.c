/* alloc_cases.c: one run of each part of the library, small enough to be
 * repeated for every allocation it makes.
 *
 * In: nothing.  Out: a list of runs: every way to a charset, every format,
 * JSON-LD sound and mended, a page used again after a failure, gzip, a model,
 * a manifest with a label file.  What comes out is kept as a hash: it has to
 * be the same every time or be called a failure.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "alloc.h"
#include "corpus.h"
#include "hook.h"
#include "json_load.h"
#include "label_file.h"

/* Enough for every renderer to have something to put together; names that no
 * list knows, because parsers keep those; a name and a text longer than what
 * JSON parsers set aside at first. */
#define HEAD                                                                   \
    "<html lang=en><head><title>The harbour at night</title>"                  \
    "<meta property=og:site_name content='The Skerry Post'>"                   \
    "<meta name=author content='Una Halloran &amp; Peadar Quill'>"             \
    "<script type=application/ld+json>"
#define JSON_LD                                                                \
    "{\"@type\": \"NewsArticle\", \"headline\": \"The harbour at night\","     \
    " \"datePublished\": \"2024-05-17\", \"wordCount\": 1207,"                 \
    " \"description\": \"What the boats do when nobody looks, and what the "   \
    "town says of it: a \\\"long\\\" night, and \\u00e9verything after it.\"," \
    " \"author\": [{\"@type\": \"Person\", \"name\": \"Una Halloran\"}],"      \
    " \"keywords\": [\"harbour\", \"night\", \"boats and their crews\"]}"
#define BODY(text)                                                             \
    "</script></head><body><x-page data-x=1><nav><ul><li><a href=/>Home</a>"   \
    "<li><a href=/town>Town</a></ul></nav><main><h1>The harbour at night</h1>" \
    "<p class='by line'>By Una Halloran, 17 May 2024</p>"                      \
    "<p>For nine years the last boat out of the harbour has left at twenty "   \
    "to six, and the town has been <em>very</em> quiet <a href='/b?a&amp;b'>"  \
    "behind it</a>.<sup><a href=#fn1 id=ref1>1</a></sup> " text "</p>"         \
    "<y-note><div><div><div><div><div><div><div>Winter crossings will be "     \
    "decided in October, once the board has counted the passengers."           \
    "</div></div></div></div></div></div></div></y-note>"                      \
    "<ul><li>One boat in the morning<li>One boat at night</ul>"                \
    "<table><tr><th>Boat<th>Leaves<tr><td>Marigold<td>20:30</table>"           \
    "<figure><img src=/m.jpg alt='The boat'><figcaption>The boat at the pier"  \
    "</figcaption></figure><pre><code class=language-c>int i = 0;\n"           \
    "return i;</code></pre><blockquote>That is no way to cook.</blockquote>"   \
    "<p>One in "                                                               \
    "<math><mfrac><mn>1</mn><msqrt><mi>t</mi></msqrt></mfrac></math>"          \
    " boats was late.</p>"                                                     \
    "<ol class=footnotes><li id=fn1>So says the board. <a href=#ref1>^</a>"    \
    "</ol></main><aside><h2>More</h2><p><a href=/seals>Why the seals have "    \
    "moved</a></aside></z-note>&copy; The Skerry Post</x-page></body></html>"
#define PAGE(text) HEAD JSON_LD BODY(text)
/* Where only the charset matters. */
#define SHORT(text) "<html><h1>The harbour</h1><p>It rang. " text "</html>"

struct page_run {
    const char *html;
    const char *encoding;
    enum declutter_format format;
};

/* FNV-1a. */
static void outcome_add(struct outcome *outcome, const char *bytes,
                        size_t length) {
    if (!outcome->length)
        outcome->hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        outcome->hash =
            (outcome->hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    outcome->length += length;
}

static void outcome_string(struct outcome *outcome, const char *string) {
    if (string)
        outcome_add(outcome, string, strlen(string) + 1);
}

static int sink(void *context, const char *bytes, size_t length) {
    outcome_add(context, bytes, length);
    return 0;
}

/* -- Pages ----------------------------------------------------------------- */

static enum declutter_status filter(struct declutter_page *page,
                                    const struct page_run *run,
                                    struct outcome *outcome) {
    const struct declutter_options options = {
        .encoding = run->encoding,
        .url = "https://skerry.example/harbour/night",
        .front_matter = 1};
    struct declutter_error *error = &outcome->error;
    enum declutter_status status = declutter_page_read(
        page, run->html, strlen(run->html), &options, error);
    if (!status)
        status = declutter_page_classify(page, NULL, &options, error);
    if (!status)
        status = declutter_page_render(page, run->format, &options, sink,
                                       outcome, error);
    if (!status)
        outcome_string(outcome, declutter_page_charset(page));
    return status;
}

/* For calls that have no other way to say so. */
static void out_of_memory(struct outcome *outcome) {
    outcome->status = DECLUTTER_ERROR_MEMORY;
    strcpy(outcome->error.message, "out of memory");
}

static void run_page(const void *argument, struct outcome *outcome) {
    struct declutter_page *page = declutter_page_new();
    if (!page) {
        out_of_memory(outcome);
        return;
    }
    outcome->status = filter(page, argument, outcome);
    declutter_page_free(page);
}

/* The second use of a page must not see what became of the first. */
static void run_page_again(const void *argument, struct outcome *outcome) {
    struct outcome first = {0};
    struct declutter_page *page = declutter_page_new();
    if (page)
        filter(page, argument, &first);
    hook_disarm();
    if (!page)
        page = declutter_page_new();
    outcome->status = filter(page, argument, outcome);
    declutter_page_free(page);
}

static void run_metadata(const void *argument, struct outcome *outcome) {
    const char *html = argument;
    struct declutter_page *page = declutter_page_new();
    const struct declutter_metadata *metadata = NULL;
    if (page && !declutter_page_read(page, html, strlen(html), NULL, NULL))
        metadata = declutter_page_metadata(page);
    if (metadata) {
        outcome_string(outcome, metadata->title);
        outcome_string(outcome, metadata->author);
        outcome_string(outcome, metadata->date);
        outcome_string(outcome, metadata->sitename);
        outcome_string(outcome, metadata->description);
    } else {
        out_of_memory(outcome);
    }
    declutter_page_free(page);
}

static void run_filter(const void *argument, struct outcome *outcome) {
    const char *html = argument;
    outcome->status = declutter_filter(html, strlen(html), NULL, NULL, sink,
                                       outcome, &outcome->error);
}

/* Libraries set up something for each thread, too. */
struct thread {
    const void *argument;
    struct outcome *outcome;
};

static void *thread_main(void *context) {
    const struct thread *thread = context;
    hook_pause(false);
    run_page(thread->argument, thread->outcome);
    hook_pause(true);
    return NULL;
}

static void run_thread(const void *argument, struct outcome *outcome) {
    struct thread thread = {argument, outcome};
    pthread_t id;
    hook_pause(true);
    if (pthread_create(&id, NULL, thread_main, &thread) == 0)
        pthread_join(id, NULL);
    hook_pause(false);
}

/* -- Files ----------------------------------------------------------------- */

/* Standard input becomes a file of gzip. */
bool fault_cases_prepare(void) {
    FILE *file = tmpfile();
    gzFile gzip = file ? gzdopen(dup(fileno(file)), "wb") : NULL;
    return gzip && gzputs(gzip, "<p>At the harbour, open all night.") > 0 &&
           gzclose(gzip) == Z_OK && dup2(fileno(file), STDIN_FILENO) >= 0;
}

static void run_input(const void *argument, struct outcome *outcome) {
    struct declutter_input input;
    lseek(STDIN_FILENO, 0, SEEK_SET);
    outcome->status =
        declutter_input_read(argument, 0, &input, &outcome->error);
    outcome_add(outcome, input.bytes, input.length);
    declutter_input_free(&input);
}

static void run_model(const void *argument, struct outcome *outcome) {
    struct declutter_model *model;
    outcome->status = declutter_model_load(argument, &model, &outcome->error);
    for (uint32_t i = 0; model && i < declutter_model_label_count(model); i++)
        outcome_string(outcome, declutter_model_label_name(model, i));
    declutter_model_free(model);
}

static void run_corpus(const void *argument, struct outcome *outcome) {
    struct dc_corpus corpus;
    struct declutter_error *error = &outcome->error;
    outcome->status = dc_corpus_read(argument, &corpus, error);
    for (size_t i = 0; i < corpus.page_count; i++) {
        outcome_string(outcome, corpus.pages[i].id);
        outcome_string(outcome, corpus.pages[i].content);
        outcome_string(outcome, corpus.pages[i].lang);
        outcome_add(outcome, corpus.pages[i].marked_up ? "1" : "0", 1);
    }
    dc_corpus_free(&corpus);
}

static void run_label_file(const void *argument, struct outcome *outcome) {
    struct dc_corpus corpus;
    struct declutter_error *error = &outcome->error;
    outcome->status = dc_corpus_read("tests/fault/corpus", &corpus, error);
    if (!outcome->status)
        outcome->status = dc_label_file_read(argument, &corpus, 1, error);
    for (size_t i = 0; i < corpus.page_count; i++)
        for (size_t run = 0; run < corpus.pages[i].run_count; run++)
            outcome_add(outcome, "run", 3);
    dc_corpus_free(&corpus);
}

/* Tokens around the size at which jansson's buffer grows. */
static void run_json(const void *argument, struct outcome *outcome) {
    char text[80];
    for (size_t length = 56; length < 68 && !outcome->status; length++) {
        json_t *value;
        json_error_t fault;
        memset(text, 'x', sizeof text);
        text[0] = '[';
        text[1] = text[length] = '"';
        text[length + 1] = ']';
        outcome->status = dc_json_load(text, length + 2, 0, &value, &fault);
        if (outcome->status == DECLUTTER_ERROR_MEMORY)
            out_of_memory(outcome);
        outcome_string(outcome, json_string_value(json_array_get(value, 0)));
        json_decref(value);
    }
    outcome_string(outcome, argument);
}

/* -- The list -------------------------------------------------------------- */

enum { LOST = 128 };

#define PAGE_RUN(...)                                                          \
    &(const struct page_run) {                                                 \
        __VA_ARGS__                                                            \
    }
#define CYRILLIC                                                               \
    "\xCF\xEE\xF1\xEB\xE5\xE4\xED\xE8\xE9 \xEA\xE0\xF2\xE5\xF0 \xF3\xF5\xEE"   \
    "\xE4\xE8\xF2 \xE2 \xEF\xEE\xEB\xEE\xE2\xE8\xED\xE5 \xE4\xE5\xF1\xFF"      \
    "\xF2\xEE\xE3\xEE, \xE8 \xE3\xEE\xF0\xEE\xE4 \xF1\xEF\xE8\xF2."
#define CHINESE                                                                \
    "\xC2\xEB\xCD\xB7\xB5\xC4\xB4\xAC\xC1\xF9\xB5\xE3\xBF\xAA\xA1\xA3\xCB"     \
    "\xFB\xC3\xC7\xB6\xBC\xD4\xDA\xD5\xE2\xC0\xEF\xA1\xA3"

static const char plain[] = PAGE("It rang.");
/* A comma too many, and a line end in a string. */
static const char mended[] = HEAD
    "{\"@type\": \"Article\", \"headline\": \"The harbour at night, and what "
    "the\nboats do\", \"datePublished\": \"2024-05-17\",}" BODY("It rang.");
static const char shell[] = HEAD
    "{\"@type\": \"Article\", \"articleBody\": \"For nine years the last boat "
    "out of the harbour has left at twenty to six, and the town has been very "
    "quiet behind it, until the board voted seven to two for a boat at "
    "night.\"}</script></head><body><div id=app></div></body></html>";

static const struct fault_case cases[] = {
    {"filter", run_filter, plain, 0},
    {"text", run_page, PAGE_RUN(plain, NULL, DECLUTTER_TEXT), 0},
    {"blocks", run_page, PAGE_RUN(plain, NULL, DECLUTTER_BLOCKS), 0},
    {"json", run_page, PAGE_RUN(plain, NULL, DECLUTTER_JSON), 0},
    {"markdown", run_page, PAGE_RUN(plain, NULL, DECLUTTER_MARKDOWN), 0},
    {"html", run_page, PAGE_RUN(plain, NULL, DECLUTTER_HTML), 0},
    {"mended JSON-LD", run_page, PAGE_RUN(mended, NULL, DECLUTTER_JSON), 0},
    {"text in JSON-LD", run_page, PAGE_RUN(shell, NULL, DECLUTTER_TEXT), 0},
    {"metadata", run_metadata, plain, 0},
    {"again", run_page_again, PAGE_RUN(plain, NULL, DECLUTTER_JSON), 0},
    {"spoilt UTF-8", run_page,
     PAGE_RUN(SHORT("caf\xC3\xA9 \xFF caf\xC3\xA9 \xC3\xA9t\xC3\xA9"), NULL,
              DECLUTTER_TEXT),
     0},
    {"declared", run_page,
     PAGE_RUN("<meta charset=windows-1251>" SHORT(CYRILLIC), NULL,
              DECLUTTER_TEXT),
     0},
    {"undeclared", run_page, PAGE_RUN(SHORT(CYRILLIC), NULL, DECLUTTER_TEXT),
     LOST},
    {"few bytes", run_page, PAGE_RUN(SHORT("caf\xE9"), NULL, DECLUTTER_TEXT),
     LOST},
    {"undeclared gb18030", run_page,
     PAGE_RUN(SHORT(CHINESE), NULL, DECLUTTER_TEXT), LOST},
    {"declaration that lies", run_page,
     PAGE_RUN("<meta charset=shift_jis>" SHORT(CYRILLIC), NULL, DECLUTTER_TEXT),
     LOST},
    {"gb18030", run_page, PAGE_RUN(SHORT(CHINESE), "gb18030", DECLUTTER_TEXT),
     0},
    {"windows-1252", run_page,
     PAGE_RUN(SHORT("caf\xE9"), "windows-1252", DECLUTTER_TEXT), 0},
    {"charset of iconv's own", run_page,
     PAGE_RUN(SHORT("caf\x82"), "CP850", DECLUTTER_TEXT), 0},
    {"file", run_input, "README.md", 0},
    {"gzip", run_input, "-", 0},
    {"model", run_model, "models/default.model", 0},
    {"thread", run_thread, PAGE_RUN(plain, NULL, DECLUTTER_TEXT), 0},
    {"tokens", run_json, "", 0},
    {"manifest", run_corpus, "tests/fault/corpus", 0},
    {"folder", run_corpus, "tests/pages", 0},
    {"label file", run_label_file, "tests/fault/corpus/labels.jsonl", 0},
};

const struct fault_case *fault_case(size_t index) {
    return index < sizeof cases / sizeof *cases ? &cases[index] : NULL;
}
