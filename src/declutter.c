/* declutter.c: the public functions; the pipeline from top to bottom.
 *
 * decode -> parse -> segment -> classify -> render.  Stages never call each
 * other; this file alone knows their order.  A page is one arena: reading the
 * next page resets it, and nothing of the page before survives.
 */
#include "declutter.h"

#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "decode.h"
#include "page.h"
#include "parse.h"
#include "render.h"
#include "segment.h"

const char *declutter_version(void) {
    return DECLUTTER_VERSION;
}

struct declutter_page *declutter_page_new(void) {
    return calloc(1, sizeof(struct declutter_page));
}

void declutter_page_free(struct declutter_page *page) {
    if (!page)
        return;
    dc_arena_free(&page->page.arena);
    free(page);
}

/* Forgets the page before, but for the arena's memory. */
static void page_reset(struct dc_page *page) {
    struct dc_arena arena = page->arena;
    dc_arena_reset(&arena);
    *page = (struct dc_page){.arena = arena};
}

static bool keep_url(struct dc_page *page, const char *url) {
    if (!url)
        return true;
    size_t size = strlen(url) + 1;
    char *copy = dc_arena_alloc(&page->arena, size, 1);
    if (!copy)
        return false;
    memcpy(copy, url, size);
    page->url = copy;
    return true;
}

enum declutter_status
declutter_page_read(struct declutter_page *opaque, const char *html,
                    size_t length, const struct declutter_options *options,
                    struct declutter_error *error) {
    static const struct declutter_options defaults = {0};
    struct dc_page *page = &opaque->page;
    if (!options)
        options = &defaults;
    size_t limit =
        options->max_bytes ? options->max_bytes : DECLUTTER_MAX_BYTES;
    if (limit > DECLUTTER_MAX_BYTES_LIMIT)
        limit = DECLUTTER_MAX_BYTES_LIMIT;
    page_reset(page);
    if (length > limit)
        return dc_fail(error, DECLUTTER_ERROR_TOO_LARGE, limit,
                       "larger than %zu bytes", limit);
    if (!keep_url(page, options->url))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    enum declutter_status status =
        dc_decode(page, html, length, options->encoding, error);
    if (status == DECLUTTER_OK)
        status = dc_parse(page, error);
    if (status == DECLUTTER_OK)
        status = dc_segment(page, error);
    if (status != DECLUTTER_OK)
        page_reset(page);
    return status;
}

/* The public view of the blocks, once they are labelled. */
static bool make_views(struct dc_page *page) {
    size_t count = page->block_count;
    uint32_t labels = page->model->label_count;
    page->views = dc_arena_alloc(&page->arena, count, sizeof *page->views);
    if (!page->views)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct dc_block *block = &page->blocks[i];
        page->views[i] = (struct declutter_block){
            .text = page->block_text + block->offset,
            .length = block->length,
            .tag = dc_tag_name(page->nodes[block->node].tag),
            .scores = page->scores + i * labels,
            .label = page->labels[i],
            .words = block->words,
            .link_density = dc_share(block->link_chars, block->chars)};
    }
    return true;
}

enum declutter_status declutter_page_classify(
    struct declutter_page *opaque, const struct declutter_model *model,
    const struct declutter_options *options, struct declutter_error *error) {
    struct dc_page *page = &opaque->page;
    if (!page->node_count)
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0, "no page was read");
    enum declutter_status status =
        dc_classify(page, model ? model : declutter_model_default(),
                    options ? options->bias : 0, error);
    if (status == DECLUTTER_OK && !make_views(page)) {
        page->model = NULL;
        status = dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    }
    return status;
}

const struct declutter_block *
declutter_page_blocks(const struct declutter_page *page, size_t *count) {
    *count = page->page.model ? page->page.block_count : 0;
    return page->page.views;
}

const char *declutter_page_charset(const struct declutter_page *page) {
    return page->page.charset;
}

const char *declutter_page_warning(const struct declutter_page *page,
                                   size_t index) {
    return index < page->page.warning_count ? page->page.warnings[index] : NULL;
}

enum declutter_status declutter_page_render(
    const struct declutter_page *opaque, enum declutter_format format,
    const struct declutter_options *options, declutter_sink sink, void *context,
    struct declutter_error *error) {
    const struct dc_page *page = &opaque->page;
    uint32_t keep = options && options->keep ? options->keep : 1;
    struct dc_output output = {.sink = sink, .context = context};
    if (!page->model)
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                       "the page is not classified");
    if (format == DECLUTTER_TEXT)
        dc_render_text(page, keep, &output);
    else if (format == DECLUTTER_BLOCKS)
        dc_render_blocks(page, &output);
    else if (format == DECLUTTER_JSON)
        dc_render_json(page, keep, &output);
    else
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0, "unknown format");
    dc_output_flush(&output);
    return output.failed
               ? dc_fail(error, DECLUTTER_ERROR_WRITE, 0, "write error")
               : DECLUTTER_OK;
}

enum declutter_status declutter_filter(const char *html, size_t length,
                                       const struct declutter_model *model,
                                       const struct declutter_options *options,
                                       declutter_sink sink, void *context,
                                       struct declutter_error *error) {
    struct declutter_page *page = declutter_page_new();
    if (!page)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    enum declutter_status status =
        declutter_page_read(page, html, length, options, error);
    if (status == DECLUTTER_OK)
        status = declutter_page_classify(page, model, options, error);
    if (status == DECLUTTER_OK)
        status = declutter_page_render(page, DECLUTTER_TEXT, options, sink,
                                       context, error);
    declutter_page_free(page);
    return status;
}
