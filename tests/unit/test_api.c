/* test_api.c: the library as a program that embeds it sees it.
 *
 * In: pages written here, and the built-in model.  Checked: what declutter.h
 * promises in words: which calls fail how, who owns what, that a page may be
 * used again and a model shared by threads, that hostile bytes are ordinary
 * input.  How well the model decides
 * is the bench's business; here one article that no model may get wrong is
 * enough.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declutter.h"
#include "utf8.h"

#define SENTENCES                                                              \
    "The lamp had burned every night since the harbour was dug, and the "      \
    "keeper knew each ship by the sound of its bell, even in thick fog. "      \
    "On the evening of the storm he counted seven of them, one after "         \
    "another, and then, long after midnight, an eighth that he did not know."

static const char article[] =
    "<!DOCTYPE html><html lang=en><head><title>The eighth bell</title></head>"
    "<body><nav class=menu><ul><li><a href=/>Home</a><li><a href=/a>About us"
    "</a><li><a href=/c>Contact</a></ul></nav><article class=post>"
    "<h1>The eighth bell</h1><p>" SENTENCES "</p><p>Nobody in the town "
    "believed him. " SENTENCES "</p><p>A year later the log of the lighthouse "
    "was found. " SENTENCES "</p></article><div class='cookie-banner' "
    "id=cookie-consent role=dialog><p>We use cookies to improve this site."
    "</p><button>Accept all cookies</button></div><footer class=footer>"
    "<a href=/p>Privacy policy</a> <a href=/t>Terms of use</a></footer>"
    "</body></html>";

/* -- Helpers ------------------------------------------------------------ */

struct text {
    char *bytes;
    size_t length;
    size_t limit; /* the sink refuses to hold more */
};

static int text_sink(void *context, const char *bytes, size_t length) {
    struct text *text = context;
    if (length > text->limit - text->length)
        return -1;
    char *more = realloc(text->bytes, text->length + length + 1);
    if (!more)
        return -1;
    memcpy(more + text->length, bytes, length);
    text->bytes = more;
    text->length += length;
    more[text->length] = '\0';
    return 0;
}

static struct text text_new(void) {
    struct text text = {calloc(1, 1), 0, SIZE_MAX};
    assert_non_null(text.bytes);
    return text;
}

static struct text filter(const char *html, size_t length,
                          const struct declutter_options *options) {
    struct text text = text_new();
    struct declutter_error error;
    assert_int_equal(
        declutter_filter(html, length, NULL, options, text_sink, &text, &error),
        DECLUTTER_OK);
    return text;
}

static struct declutter_page *article_read(void) {
    struct declutter_page *page = declutter_page_new();
    assert_non_null(page);
    assert_int_equal(
        declutter_page_read(page, article, sizeof article - 1, NULL, NULL),
        DECLUTTER_OK);
    return page;
}

/* An error must name itself: same status, and one line of message. */
static void assert_explained(enum declutter_status status,
                             enum declutter_status expected,
                             const struct declutter_error *error) {
    assert_int_equal(status, expected);
    assert_int_equal(error->status, expected);
    assert_non_null(memchr(error->message, '\0', sizeof error->message));
    assert_true(strlen(error->message) > 0);
    assert_null(strchr(error->message, '\n'));
}

/* -- The one call ------------------------------------------------------- */

static void test_filter_keeps_article(void **state) {
    (void)state;
    struct text text = filter(article, sizeof article - 1, NULL);
    assert_non_null(strstr(text.bytes, "The eighth bell"));
    assert_non_null(strstr(text.bytes, "Nobody in the town believed him."));
    assert_non_null(strstr(text.bytes, "A year later the log"));
    assert_null(strstr(text.bytes, "About us"));
    assert_null(strstr(text.bytes, "Accept all cookies"));
    assert_null(strstr(text.bytes, "Terms of use"));
    free(text.bytes);
}

static void test_filter_without_content(void **state) {
    (void)state;
    static const char *const pages[] = {"", " ", "<html></html>",
                                        "<body><script>var a=1</script>"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct text text = filter(pages[i], strlen(pages[i]), NULL);
        assert_int_equal(text.length, 0);
        free(text.bytes);
    }
}

static void test_filter_is_repeatable(void **state) {
    (void)state;
    struct text first = filter(article, sizeof article - 1, NULL);
    struct text second = filter(article, sizeof article - 1, NULL);
    assert_string_equal(first.bytes, second.bytes);
    free(first.bytes);
    free(second.bytes);
}

/* Bytes from a fixed generator, with mark-up strewn in: any input is fine,
 * and what comes out is valid UTF-8. */
static void test_filter_any_bytes(void **state) {
    (void)state;
    static const char *const pieces[] = {"<p>",   "<div ",  "</",   "<!--",
                                         "&#x0;", "<table", "\xff", "]]>"};
    uint32_t seed = 12345;
    for (int round = 0; round < 200; round++) {
        char html[2000];
        size_t length = 0;
        while (length < sizeof html - 16) {
            seed = seed * 1664525u + 1013904223u;
            if (seed >> 30) {
                html[length++] = (char)(seed >> 16);
                continue;
            }
            const char *piece = pieces[(seed >> 20) % 8];
            memcpy(html + length, piece, strlen(piece));
            length += strlen(piece);
        }
        struct text text = filter(html, length, NULL);
        assert_int_equal(dc_utf8_valid(text.bytes, text.length), text.length);
        free(text.bytes);
    }
}

static void test_filter_sink_refuses(void **state) {
    (void)state;
    struct text text = text_new();
    struct declutter_error error;
    text.limit = 10;
    assert_explained(declutter_filter(article, sizeof article - 1, NULL, NULL,
                                      text_sink, &text, &error),
                     DECLUTTER_ERROR_WRITE, &error);
    free(text.bytes);
}

static void test_filter_bad_options(void **state) {
    (void)state;
    struct text text = text_new();
    struct declutter_error error;
    struct declutter_options large = {.max_bytes = 100};
    assert_explained(declutter_filter(article, sizeof article - 1, NULL, &large,
                                      text_sink, &text, &error),
                     DECLUTTER_ERROR_TOO_LARGE, &error);
    struct declutter_options unknown = {.encoding = "klingon-8"};
    assert_explained(declutter_filter(article, sizeof article - 1, NULL,
                                      &unknown, text_sink, &text, &error),
                     DECLUTTER_ERROR_ENCODING, &error);
    assert_int_equal(declutter_filter(article, sizeof article - 1, NULL, &large,
                                      text_sink, &text, NULL),
                     DECLUTTER_ERROR_TOO_LARGE);
    assert_int_equal(text.length, 0);
    free(text.bytes);
}

/* The ends of the scale: hardly anything, and all of it.  In between the
 * decision is a page's best guess, which need not grow word by word. */
static void test_filter_bias(void **state) {
    (void)state;
    static const double biases[] = {-30, 0, 30};
    size_t lengths[3];
    for (int i = 0; i < 3; i++) {
        struct declutter_options options = {.bias = biases[i]};
        struct text text = filter(article, sizeof article - 1, &options);
        lengths[i] = text.length;
        free(text.bytes);
    }
    assert_true(lengths[0] < lengths[1]);
    assert_true(lengths[1] < lengths[2]);
}

/* Every label at once prints every block: nothing falls between labels. */
static void test_filter_keep_all(void **state) {
    (void)state;
    uint32_t count = declutter_model_label_count(NULL);
    struct declutter_options options = {.keep = (UINT32_C(1) << count) - 1};
    struct text text = filter(article, sizeof article - 1, &options);
    assert_non_null(strstr(text.bytes, "The eighth bell"));
    assert_non_null(strstr(text.bytes, "About us"));
    assert_non_null(strstr(text.bytes, "Accept all cookies"));
    assert_non_null(strstr(text.bytes, "Terms of use"));
    free(text.bytes);
}

/* -- Pages -------------------------------------------------------------- */

static void test_page_blocks(void **state) {
    (void)state;
    struct declutter_page *page = article_read();
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    uint32_t labels = declutter_model_label_count(NULL);
    size_t count;
    const struct declutter_block *blocks = declutter_page_blocks(page, &count);
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++) {
        assert_true(blocks[i].length > 0);
        assert_int_equal(dc_utf8_valid(blocks[i].text, blocks[i].length),
                         blocks[i].length);
        assert_true(blocks[i].words > 0);
        assert_true(blocks[i].label < labels);
        assert_true(blocks[i].link_density >= 0 && blocks[i].link_density <= 1);
        for (uint32_t label = 0; label < labels; label++)
            assert_true(blocks[i].scores[label] >= 0 &&
                        blocks[i].scores[label] <= 1);
    }
    assert_string_equal(blocks[0].tag, "a");
    assert_true(blocks[0].link_density == 1.0f);
    assert_string_equal(blocks[3].tag, "h1");
    assert_int_equal(blocks[3].words, 3);
    assert_memory_equal(blocks[3].text, "The eighth bell", blocks[3].length);
    assert_true(blocks[4].link_density == 0.0f);
    assert_int_equal(blocks[4].label, 0);
    declutter_page_free(page);
}

static void test_page_out_of_order(void **state) {
    (void)state;
    struct text text = text_new();
    struct declutter_error error;
    struct declutter_page *page = article_read();
    assert_explained(declutter_page_render(page, DECLUTTER_TEXT, NULL,
                                           text_sink, &text, &error),
                     DECLUTTER_ERROR_USAGE, &error);
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    assert_int_equal(declutter_page_render(page, DECLUTTER_TEXT, NULL,
                                           text_sink, &text, NULL),
                     DECLUTTER_OK);
    /* Reading anew forgets the labels of the page before. */
    assert_int_equal(
        declutter_page_read(page, article, sizeof article - 1, NULL, NULL),
        DECLUTTER_OK);
    assert_int_equal(declutter_page_render(page, DECLUTTER_TEXT, NULL,
                                           text_sink, &text, NULL),
                     DECLUTTER_ERROR_USAGE);
    declutter_page_free(page);
    declutter_page_free(NULL);
    free(text.bytes);
}

/* A page that held other things, among them a failure, gives the same. */
static void test_page_reuse(void **state) {
    (void)state;
    struct text expected = filter(article, sizeof article - 1, NULL);
    struct declutter_page *page = declutter_page_new();
    struct declutter_options refuse = {.max_bytes = 1};
    assert_non_null(page);
    for (int round = 0; round < 3; round++) {
        struct text text = text_new();
        assert_int_equal(declutter_page_read(page, "<p>x<p>y", 8, NULL, NULL),
                         DECLUTTER_OK);
        assert_int_equal(declutter_page_read(page, article, sizeof article - 1,
                                             &refuse, NULL),
                         DECLUTTER_ERROR_TOO_LARGE);
        assert_int_equal(
            declutter_page_read(page, article, sizeof article - 1, NULL, NULL),
            DECLUTTER_OK);
        assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                         DECLUTTER_OK);
        assert_int_equal(declutter_page_render(page, DECLUTTER_TEXT, NULL,
                                               text_sink, &text, NULL),
                         DECLUTTER_OK);
        assert_string_equal(text.bytes, expected.bytes);
        free(text.bytes);
    }
    declutter_page_free(page);
    free(expected.bytes);
}

static void test_page_charset(void **state) {
    (void)state;
    static const char latin[] = "<p>caf\xe9 cr\xe8me";
    struct declutter_options options = {.encoding = "windows-1252"};
    struct declutter_page *page = article_read();
    size_t count;
    assert_string_equal(declutter_page_charset(page), "UTF-8");
    assert_null(declutter_page_warning(page, 0));
    assert_int_equal(
        declutter_page_read(page, latin, sizeof latin - 1, &options, NULL),
        DECLUTTER_OK);
    assert_string_equal(declutter_page_charset(page), "WINDOWS-1252");
    const struct declutter_block *blocks = declutter_page_blocks(page, &count);
    assert_int_equal(count, 1);
    assert_int_equal(blocks[0].length, strlen("caf\xc3\xa9 cr\xc3\xa8me"));
    assert_memory_equal(blocks[0].text, "caf\xc3\xa9 cr\xc3\xa8me",
                        blocks[0].length);
    assert_null(blocks[0].scores); /* until the page is classified */
    declutter_page_free(page);
}

/* The two JSON formats: as many lines as promised. */
static void test_page_formats(void **state) {
    (void)state;
    static const enum declutter_format formats[] = {DECLUTTER_BLOCKS,
                                                    DECLUTTER_JSON};
    static const size_t lines[] = {10, 1};
    struct declutter_page *page = article_read();
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    for (int i = 0; i < 2; i++) {
        struct text text = text_new();
        assert_int_equal(declutter_page_render(page, formats[i], NULL,
                                               text_sink, &text, NULL),
                         DECLUTTER_OK);
        size_t newlines = 0;
        for (size_t at = 0; at < text.length; at++)
            newlines += text.bytes[at] == '\n';
        assert_int_equal(newlines, lines[i]);
        assert_int_equal(text.bytes[0], '{');
        assert_int_equal(text.bytes[text.length - 1], '\n');
        free(text.bytes);
    }
    declutter_page_free(page);
}

/* -- Models and threads ------------------------------------------------- */

static void test_model_default(void **state) {
    (void)state;
    const struct declutter_model *model = declutter_model_default();
    assert_non_null(model);
    uint32_t count = declutter_model_label_count(model);
    assert_true(count >= 2);
    assert_string_equal(declutter_model_label_name(model, 0), "content");
    for (uint32_t i = 1; i < count; i++)
        assert_true(strlen(declutter_model_label_name(model, i)) > 0);
    assert_int_equal(declutter_model_label_count(NULL), count);
    assert_string_equal(declutter_version(), DECLUTTER_VERSION);
}

static void test_model_load_fails(void **state) {
    (void)state;
    struct declutter_error error;
    struct declutter_model *model = NULL;
    assert_explained(declutter_model_load("no/such/file.model", &model, &error),
                     DECLUTTER_ERROR_READ, &error);
    assert_null(model);
    assert_explained(declutter_model_load("README.md", &model, &error),
                     DECLUTTER_ERROR_MODEL, &error);
    assert_null(model);
    declutter_model_free(NULL);
}

enum { THREADS = 4 };

static void *thread_filter(void *context) {
    struct text *text = context;
    for (int round = 0; round < 20; round++) {
        text->length = 0;
        if (declutter_filter(article, sizeof article - 1,
                             declutter_model_default(), NULL, text_sink, text,
                             NULL) != DECLUTTER_OK)
            return NULL;
    }
    return text;
}

static void test_model_shared_by_threads(void **state) {
    (void)state;
    struct text expected = filter(article, sizeof article - 1, NULL);
    struct text texts[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        texts[i] = text_new();
        assert_int_equal(
            pthread_create(&threads[i], NULL, thread_filter, &texts[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *done;
        assert_int_equal(pthread_join(threads[i], &done), 0);
        assert_ptr_equal(done, &texts[i]);
        assert_string_equal(texts[i].bytes, expected.bytes);
        free(texts[i].bytes);
    }
    free(expected.bytes);
}

/* -- Inputs ------------------------------------------------------------- */

static void test_input(void **state) {
    (void)state;
    struct declutter_error error;
    struct declutter_input input;
    assert_explained(
        declutter_input_read("no/such/page.html", 0, &input, &error),
        DECLUTTER_ERROR_READ, &error);
    assert_null(input.bytes);
    assert_int_equal(input.length, 0);
    declutter_input_free(&input);
    assert_int_equal(declutter_input_read("data/harbour.html", 0, &input, NULL),
                     DECLUTTER_OK);
    struct text text = filter(input.bytes, input.length, NULL);
    assert_non_null(strstr(text.bytes, "the town will be able to stay out"));
    assert_null(strstr(text.bytes, "We use cookies"));
    free(text.bytes);
    declutter_input_free(&input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_keeps_article),
        cmocka_unit_test(test_filter_without_content),
        cmocka_unit_test(test_filter_is_repeatable),
        cmocka_unit_test(test_filter_any_bytes),
        cmocka_unit_test(test_filter_sink_refuses),
        cmocka_unit_test(test_filter_bad_options),
        cmocka_unit_test(test_filter_bias),
        cmocka_unit_test(test_filter_keep_all),
        cmocka_unit_test(test_page_blocks),
        cmocka_unit_test(test_page_out_of_order),
        cmocka_unit_test(test_page_reuse),
        cmocka_unit_test(test_page_charset),
        cmocka_unit_test(test_page_formats),
        cmocka_unit_test(test_model_default),
        cmocka_unit_test(test_model_load_fails),
        cmocka_unit_test(test_model_shared_by_threads),
        cmocka_unit_test(test_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
