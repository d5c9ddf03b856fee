/* page.c: fuzz target of the whole filter, through the public functions.
 *
 * In: six bytes that choose format, labels, bias, switches, address and
 * charset (each counted from '0', which is the default, so that seeds can be
 * typed), then the page.  Checked: any bytes are accepted; output is valid
 * UTF-8, and in its format: JSON that jansson reads, HTML of the safe list,
 * plain text of the page's own words; metadata is UTF-8; the page read again,
 * into memory used before, gives the same bytes; memory is bounded.
 */
#include "check.h"

#include <string.h>

enum { HEAD = 6 };

struct task {
    struct declutter_options options;
    enum declutter_format format;
    const char *html;
    size_t length;
};

static const char *pick_url(unsigned byte) {
    static const char *const urls[] = {NULL,
                                       "http://site.example/dir/page?q=1#top",
                                       "https://site.example",
                                       "",
                                       "javascript:alert(1)",
                                       "//site.example/x",
                                       "http://site.example/2024/05/17/<\"'&>",
                                       "mailto:a@b.example"};
    return urls[byte % (sizeof urls / sizeof *urls)];
}

static struct task read_head(const uint8_t *data, size_t size) {
    static const int switches[] = {0, 1, -1, 1};
    uint8_t head[HEAD];
    for (int i = 0; i < HEAD; i++)
        head[i] = (uint8_t)(data[i] - '0');
    struct task task = {
        .format = (enum declutter_format)(head[0] % (DECLUTTER_HTML + 1)),
        .html = (const char *)data + HEAD,
        .length = size - HEAD};
    task.options =
        (struct declutter_options){.keep = head[1],
                                   .bias = (int8_t)head[2] / 8.0,
                                   .links = switches[head[3] & 3],
                                   .images = switches[head[3] >> 2 & 3],
                                   .front_matter = head[3] >> 4 & 1,
                                   .url = pick_url(head[4]),
                                   .encoding = pick_encoding(data[5])};
    return task;
}

/* false: the charset is none. */
static bool run(struct declutter_page *page, const struct task *task,
                struct text *out) {
    struct declutter_error error;
    enum declutter_status status = declutter_page_read(
        page, task->html, task->length, &task->options, &error);
    if (status != DECLUTTER_OK) {
        check(status == DECLUTTER_ERROR_ENCODING && task->options.encoding,
              "only an unknown charset is refused");
        return false;
    }
    check(declutter_page_classify(page, NULL, &task->options, &error) ==
              DECLUTTER_OK,
          "every page can be classified");
    check(declutter_page_render(page, task->format, &task->options, text_sink,
                                out, &error) == DECLUTTER_OK,
          "every page can be printed");
    return true;
}

static void check_blocks(const struct declutter_page *page) {
    size_t count;
    const struct declutter_block *blocks = declutter_page_blocks(page, &count);
    uint32_t labels = declutter_model_label_count(NULL);
    for (size_t i = 0; i < count; i++) {
        check(blocks[i].length > 0 && blocks[i].label < labels,
              "blocks have a text and a label");
        check_utf8(blocks[i].text, blocks[i].length);
        check(blocks[i].link_density >= 0 && blocks[i].link_density <= 1,
              "link density is a share");
        for (uint32_t label = 0; label < labels; label++)
            check(blocks[i].scores[label] >= 0 && blocks[i].scores[label] <= 1,
                  "scores are probabilities");
    }
}

static void check_string(const char *string) {
    if (string)
        check_utf8(string, strlen(string));
}

static void check_list(const char *const *list) {
    for (; list && *list; list++)
        check_string(*list);
}

static void check_metadata(struct declutter_page *page) {
    const struct declutter_metadata *m = declutter_page_metadata(page);
    check(m != NULL, "every page has metadata");
    const char *const strings[] = {
        m->title,    m->author,      m->date,     m->date_modified,
        m->sitename, m->description, m->language, m->canonical,
        m->image,    m->license};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        check_string(strings[i]);
    check_list(m->authors);
    check_list(m->tags);
}

static void check_output(const struct task *task, const struct text *out,
                         const struct declutter_page *page) {
    const struct declutter_options *options = &task->options;
    check_utf8(out->bytes, out->length);
    if (task->format == DECLUTTER_JSON || task->format == DECLUTTER_BLOCKS)
        check_json_lines(out->bytes, out->length);
    if (task->format == DECLUTTER_HTML)
        check_html(out->bytes, out->length);
    if (task->format == DECLUTTER_TEXT && options->links <= 0 &&
        options->images <= 0)
        check_words(out, &page->page, options->keep);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < HEAD)
        return 0;
    struct task task = read_head(data, size);
    struct text out = {0}, again = {0};
    struct declutter_page *page = declutter_page_new();
    check(page != NULL, "(out of memory)");
    if (run(page, &task, &out)) {
        check_memory(&page->page, size);
        check_blocks(page);
        check_output(&task, &out, page);
        check_metadata(page);
        check(run(page, &task, &again), "the same page is read again");
        check(text_equal(&out, &again), "the same page, the same output");
    }
    declutter_page_free(page);
    text_free(&out);
    text_free(&again);
    return 0;
}
