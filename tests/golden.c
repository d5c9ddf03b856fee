/* golden.c: compares what the pipeline makes of small pages with what it
 * should.
 *
 * In: a folder of folders, each with an in.html about one thing (nested inline
 * elements, an unclosed comment...).  Expected beside it: `segments` (one
 * block a line, tag and text, before any model is asked), `blocks` (label and
 * text, by the built-in model), `text` (what the filter prints), and, of the
 * blocks of all labels, so that no model has a say in it, `markdown` and
 * `html`.  Out: for each file that differs, the first line that does.
 *
 *     golden [--update] FOLDER
 *
 * --update rewrites the expected files.  They are in the repository so that a
 * change of behaviour is seen, and judged, as a diff.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "page.h"

enum { PATH_BYTES = 4096, SHOWN_BYTES = 300 };

static void die(const char *what) {
    fprintf(stderr, "golden: %s\n", what);
    exit(2);
}

/* A text in memory that grows while it is written to. */
struct output {
    FILE *stream;
    char *bytes;
    size_t length;
};

static void output_open(struct output *output) {
    output->stream = open_memstream(&output->bytes, &output->length);
    if (!output->stream)
        die("out of memory");
}

static void output_close(struct output *output) {
    if (fclose(output->stream) != 0)
        die("out of memory");
}

static int output_sink(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length ? 0 : -1;
}

static void path_join(char *path, const char *folder, const char *name) {
    int length = snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    if (length < 0 || length >= PATH_BYTES)
        die("path too long");
}

/* -- Making the texts of a page ----------------------------------------- */

static void check(enum declutter_status status,
                  const struct declutter_error *error) {
    if (status != DECLUTTER_OK)
        die(error->message);
}

/* The blocks as segment.c leaves them: no model has a say. */
static void segments_write(const struct dc_page *page, FILE *stream) {
    for (size_t i = 0; i < page->block_count; i++) {
        struct dc_text text = dc_block_text(page, i);
        fprintf(stream, "%s\t",
                dc_tag_name(page->nodes[page->blocks[i].node].tag));
        fwrite(text.bytes, 1, text.length, stream);
        fputc('\n', stream);
    }
}

static void labels_write(const struct declutter_page *page, FILE *stream) {
    const struct declutter_model *model = declutter_model_default();
    size_t count;
    const struct declutter_block *blocks = declutter_page_blocks(page, &count);
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s\t",
                declutter_model_label_name(model, blocks[i].label));
        fwrite(blocks[i].text, 1, blocks[i].length, stream);
        fputc('\n', stream);
    }
}

enum { SEGMENTS, BLOCKS, TEXT, MARKDOWN, HTML, FILES };
static const char *const file_names[FILES] = {"segments", "blocks", "text",
                                              "markdown", "html"};

static void format_write(struct declutter_page *page,
                         enum declutter_format format,
                         const struct declutter_options *options,
                         struct output *output) {
    struct declutter_error error;
    check(declutter_page_render(page, format, options, output_sink,
                                output->stream, &error),
          &error);
}

static void page_outputs(const char *path, struct output outputs[FILES]) {
    struct declutter_error error;
    struct declutter_input input;
    static const struct declutter_options all = {
        .keep = UINT32_MAX, .url = "http://site.example/dir/page.html"};
    check(declutter_input_read(path, 0, &input, &error), &error);
    struct declutter_page *page = declutter_page_new();
    if (!page)
        die("out of memory");
    for (int i = 0; i < FILES; i++)
        output_open(&outputs[i]);
    check(declutter_page_read(page, input.bytes, input.length, &all, &error),
          &error);
    segments_write(&page->page, outputs[SEGMENTS].stream);
    check(declutter_page_classify(page, NULL, NULL, &error), &error);
    labels_write(page, outputs[BLOCKS].stream);
    format_write(page, DECLUTTER_TEXT, NULL, &outputs[TEXT]);
    format_write(page, DECLUTTER_MARKDOWN, &all, &outputs[MARKDOWN]);
    format_write(page, DECLUTTER_HTML, &all, &outputs[HTML]);
    for (int i = 0; i < FILES; i++)
        output_close(&outputs[i]);
    declutter_page_free(page);
    declutter_input_free(&input);
}

/* -- Comparing ---------------------------------------------------------- */

static void line_show(const char *mark, const char *line, const char *end) {
    if (line == end) {
        fprintf(stderr, "  %s (end of file)\n", mark);
        return;
    }
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    size_t length = (size_t)((stop ? stop : end) - line);
    bool cut = length > SHOWN_BYTES;
    fprintf(stderr, "  %s %.*s%s\n", mark, (int)(cut ? SHOWN_BYTES : length),
            line,
            cut    ? "..."
            : stop ? ""
                   : " (no newline)");
}

/* Shows the line in which two texts first differ. */
static void difference_show(const char *path, const char *expected,
                            size_t expected_length, const char *actual,
                            size_t actual_length) {
    size_t at = 0, line = 0, number = 1;
    while (at < expected_length && at < actual_length &&
           expected[at] == actual[at]) {
        if (expected[at++] == '\n') {
            line = at;
            number++;
        }
    }
    fprintf(stderr, "%s:%zu: differs\n", path, number);
    line_show("expected", expected + line, expected + expected_length);
    line_show("actual  ", actual + line, actual + actual_length);
}

static bool file_compare(const char *path, const struct output *actual) {
    struct declutter_error error;
    struct declutter_input expected;
    if (declutter_input_read(path, 0, &expected, &error) != DECLUTTER_OK) {
        fprintf(stderr, "%s: %s\n", path, error.message);
        return false;
    }
    bool same = expected.length == actual->length &&
                memcmp(expected.bytes, actual->bytes, actual->length) == 0;
    if (!same)
        difference_show(path, expected.bytes, expected.length, actual->bytes,
                        actual->length);
    declutter_input_free(&expected);
    return same;
}

static bool file_rewrite(const char *path, const struct output *actual) {
    FILE *stream = fopen(path, "w");
    if (!stream) {
        perror(path);
        return false;
    }
    fwrite(actual->bytes, 1, actual->length, stream);
    bool written = !ferror(stream);
    return fclose(stream) == 0 && written;
}

static bool case_run(const char *folder, bool update) {
    char path[PATH_BYTES];
    struct output outputs[FILES];
    bool good = true;
    path_join(path, folder, "in.html");
    page_outputs(path, outputs);
    for (int i = 0; i < FILES; i++) {
        path_join(path, folder, file_names[i]);
        good &= update ? file_rewrite(path, &outputs[i])
                       : file_compare(path, &outputs[i]);
        free(outputs[i].bytes);
    }
    return good;
}

/* -- All folders -------------------------------------------------------- */

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv) {
    bool update = argc == 3 && strcmp(argv[1], "--update") == 0;
    if (argc != 2 && !update)
        die("usage: golden [--update] FOLDER");
    const char *root = argv[argc - 1];
    struct dirent **entries;
    int count = scandir(root, &entries, is_visible, alphasort);
    int run = 0, failed = 0;
    for (int i = 0; i < count; i++) {
        char folder[PATH_BYTES];
        struct stat facts;
        path_join(folder, root, entries[i]->d_name);
        if (stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode)) {
            run++;
            failed += !case_run(folder, update);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    printf("%d pages, %d failed\n", run, failed);
    return run > 0 && failed == 0 ? 0 : 1;
}
