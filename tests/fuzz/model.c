/* model.c: fuzz target of the model loader.
 *
 * In: the text of a model file.  It is read as it is, and once more with
 * "@features" and "@parameters" replaced by what this program knows (a seed
 * must not age with the table of features) and a right checksum behind it,
 * which no fuzzer would hit by chance.  Checked: what is read can be written,
 * and what was written reads back to the same bytes; a bit of it changed
 * anywhere, or an end cut off, is refused; a page classified by it has
 * probabilities for scores, labels of the model, and prints valid UTF-8.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "model_text.h"

static const char page_html[] =
    "<!DOCTYPE html><html lang=en><title>The ferry</title><body><nav><a "
    "href=/>Home</a> <a href=/town>Town</a></nav><article><h1>The ferry</h1>"
    "<p>For nine years the last boat has left at twenty to six. From June it "
    "will leave at half past ten.<ul><li>One pound<li>Two pounds</ul></article>"
    "<aside class=more><a href=/seals>Why the seals have moved</a></aside>"
    "<div role=dialog>We use cookies <button>Accept</button></div>";

/* -- The text of a model ------------------------------------------------- */

static void add_string(struct text *text, const char *string) {
    text_add(text, string, strlen(string));
}

static void add_features(struct text *text) {
    char line[64];
    snprintf(line, sizeof line, "features %u\n", dc_feature_count());
    add_string(text, line);
    for (uint32_t i = 0; i < dc_feature_count(); i++) {
        add_string(text, dc_feature_name(i));
        add_string(text, "\n");
    }
}

static void add_parameters(struct text *text) {
    static const char lines[] = "parameters\n"
#define X(name) #name " 0.5\n"
        DC_PARAMETERS(X);
#undef X
    add_string(text, lines);
}

static bool line_is(const char *line, size_t length, const char *string) {
    return length == strlen(string) && !memcmp(line, string, length);
}

static void add_crc(struct text *text) {
    char trailer[32];
    snprintf(trailer, sizeof trailer, "crc32 %08x\n",
             dc_crc32(0, text->bytes, text->length));
    add_string(text, trailer);
}

static void complete(struct text *text, const char *bytes, size_t length) {
    for (size_t at = 0, step; at < length; at += step) {
        const char *stop = memchr(bytes + at, '\n', length - at);
        step = stop ? (size_t)(stop - bytes) - at + 1 : length - at;
        if (line_is(bytes + at, step, "@features\n"))
            add_features(text);
        else if (line_is(bytes + at, step, "@parameters\n"))
            add_parameters(text);
        else
            text_add(text, bytes + at, step);
    }
    text_add(text, "\n", text->length && text->bytes[text->length - 1] != '\n');
    add_crc(text);
}

/* -- Checks -------------------------------------------------------------- */

/* Parses a copy of exactly that size, so that a byte too far is noticed. */
static struct declutter_model *parse(const char *text, size_t length) {
    struct declutter_error error = {.message = ""};
    struct declutter_model *model;
    char *copy = malloc(length ? length : 1);
    check(copy != NULL, "(out of memory)");
    memcpy(copy, text, length);
    enum declutter_status status = dc_model_parse(copy, length, &model, &error);
    free(copy);
    check((status == DECLUTTER_OK) == (model != NULL),
          "a model is there if and only if it was read");
    if (status != DECLUTTER_OK)
        check(status == DECLUTTER_ERROR_MODEL && error.message[0],
              "a refusal says why");
    return model;
}

static void write_model(const struct declutter_model *model,
                        struct text *text) {
    FILE *stream = open_memstream(&text->bytes, &text->length);
    check(stream != NULL, "(out of memory)");
    check(dc_model_write(model, stream) == DECLUTTER_OK,
          "a model that was read can be written");
    check(fclose(stream) == 0, "(out of memory)");
}

static void check_written(const struct declutter_model *model) {
    struct text text = {0}, again = {0};
    write_model(model, &text);
    struct declutter_model *copy = parse(text.bytes, text.length);
    check(copy != NULL, "a model that was written can be read");
    write_model(copy, &again);
    check(text_equal(&text, &again), "a model survives being written");
    declutter_model_free(copy);
    text_free(&text);
    text_free(&again);
}

static void check_refused(const char *text, size_t length) {
    check(parse(text, length) == NULL, "a damaged model is refused");
}

/* A bit at several places, and an end at as many. */
static void check_damage(const struct text *text) {
    enum { PLACES = 16 };
    for (size_t i = 0; i < PLACES; i++) {
        size_t place = text->length * i / PLACES;
        char *byte = &text->bytes[place];
        char bit = (char)(1 << i % 7);
        *byte = (char)(*byte ^ bit);
        check_refused(text->bytes, text->length);
        *byte = (char)(*byte ^ bit);
        check_refused(text->bytes, place);
    }
}

static void check_scores(const struct declutter_page *page,
                         const struct declutter_model *model) {
    size_t count;
    const struct declutter_block *blocks = declutter_page_blocks(page, &count);
    uint32_t labels = declutter_model_label_count(model);
    for (size_t i = 0; i < count; i++) {
        check(blocks[i].label < labels, "labels are the model's");
        for (uint32_t label = 0; label < labels; label++)
            check(blocks[i].scores[label] >= 0 && blocks[i].scores[label] <= 1,
                  "scores are probabilities");
    }
}

static void check_use(const struct declutter_model *model) {
    struct declutter_error error;
    struct declutter_page *page = declutter_page_new();
    check(page != NULL, "(out of memory)");
    check(declutter_page_read(page, page_html, sizeof page_html - 1, NULL,
                              &error) == DECLUTTER_OK,
          "the page is read");
    check(declutter_page_classify(page, model, NULL, &error) == DECLUTTER_OK,
          "every model classifies");
    check_scores(page, model);
    for (int format = 0; format <= DECLUTTER_HTML; format++) {
        struct text out = {0};
        check(declutter_page_render(page, (enum declutter_format)format, NULL,
                                    text_sink, &out, &error) == DECLUTTER_OK,
              "every page can be printed");
        check_utf8(out.bytes, out.length);
        if (format == DECLUTTER_JSON || format == DECLUTTER_BLOCKS)
            check_json_lines(out.bytes, out.length);
        text_free(&out);
    }
    declutter_page_free(page);
}

static void check_model(const char *bytes, size_t length) {
    struct declutter_model *model = parse(bytes, length);
    if (!model)
        return;
    check_written(model);
    check_use(model);
    declutter_model_free(model);
    struct text copy = {0};
    text_add(&copy, bytes, length);
    check_damage(&copy);
    text_free(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size)
        return 0;
    struct text completed = {0};
    check_model((const char *)data, size);
    complete(&completed, (const char *)data, size);
    check_model(completed.bytes, completed.length);
    text_free(&completed);
    return 0;
}
