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
#include "metadata.h"
#include "page.h"
#include "parse.h"
#include "render.h"
#include "segment.h"

const char *declutter_version(void) {
    return DECLUTTER_VERSION;
}

struct declutter_page *declutter_page_new(void) {
    struct declutter_page *page = calloc(1, sizeof *page);
    if (page)
        page->page.scratch = &page->scratch;
    return page;
}

void declutter_page_free(struct declutter_page *page) {
    if (!page)
        return;
    dc_arena_free(&page->page.arena);
    dc_arena_free(&page->scratch);
    free(page);
}

/* Forgets the page before, but for the arena's memory. */
static void page_reset(struct dc_page *page) {
    struct dc_arena arena = page->arena;
    dc_arena_reset(&arena);
    *page = (struct dc_page){.arena = arena, .scratch = page->scratch};
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

/* Every call for a page begins and ends so. */
static void call_begin(struct declutter_page *opaque,
                       const struct declutter_options *options, bool fresh) {
    struct dc_deadline *deadline = &opaque->deadline;
    dc_deadline_start(deadline, options, fresh);
    opaque->page.deadline = deadline->limit ? deadline : NULL;
}

static enum declutter_status call_end(struct declutter_page *opaque,
                                      enum declutter_status status,
                                      struct declutter_error *error) {
    opaque->page.deadline = NULL;
    return dc_deadline_finish(&opaque->deadline, status, error);
}

/* The public view of the blocks, without labels yet. */
static enum declutter_status make_views(struct dc_page *page,
                                        struct declutter_error *error) {
    size_t count = page->block_count;
    page->views = dc_arena_alloc(&page->arena, count, sizeof *page->views);
    if (!page->views)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < count; i++) {
        const struct dc_block *block = &page->blocks[i];
        page->views[i] = (struct declutter_block){
            .text = page->block_text + block->offset,
            .length = block->length,
            .tag = dc_tag_name(page->nodes[block->node].tag),
            .words = block->words,
            .link_density = dc_share(block->link_chars, block->chars)};
    }
    return DECLUTTER_OK;
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
    call_begin(opaque, options, true);
    if (length > limit)
        return dc_fail(error, DECLUTTER_ERROR_TOO_LARGE, limit,
                       "larger than %zu bytes", limit);
    if (!keep_url(page, options->url))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    enum declutter_status status =
        dc_decode(page, html, length, options->encoding, error);
    if (status == DECLUTTER_OK && !dc_deadline_check(page->deadline))
        status = dc_parse(page, error);
    if (status == DECLUTTER_OK && !dc_deadline_check(page->deadline))
        status = dc_segment(page, error);
    if (status == DECLUTTER_OK && !dc_deadline_check(page->deadline))
        status = make_views(page, error);
    status = call_end(opaque, status, error);
    if (status != DECLUTTER_OK)
        page_reset(page);
    return status;
}

/* Words the filter would print with the default labels. */
static size_t count_content(const struct dc_page *page) {
    size_t words = 0;
    for (size_t i = 0; i < page->block_count; i++)
        if (page->labels[i] == 0 && !(page->hidden && page->hidden[i]))
            words += page->blocks[i].words;
    return words;
}

/* Some pages carry their text for search engines only, and leave it to a
 * script to show it. */
static enum declutter_status choose_body(struct dc_page *page,
                                         struct declutter_error *error) {
    static const char warning[] = "text taken from JSON-LD articleBody";
    enum { LEAST_WORDS = 25 };
    if (page->body.length) /* classified before, perhaps with another bias */
        dc_page_unwarn(page, warning);
    page->body = (struct dc_text){NULL, 0};
    if (!page->json_ld_count || count_content(page) >= LEAST_WORDS)
        return DECLUTTER_OK;
    page->body = dc_metadata_body(page, &page->arena);
    if (page->arena.failed)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    if (page->body.length)
        dc_page_warn(page, warning);
    return DECLUTTER_OK;
}

/* The public view of the labels; the rest stands since the page was read. */
static void view_labels(struct dc_page *page) {
    uint32_t labels = page->model->label_count;
    for (size_t i = 0; i < page->block_count; i++) {
        page->views[i].scores = page->scores + i * labels;
        page->views[i].label = page->labels[i];
    }
}

enum declutter_status declutter_page_classify(
    struct declutter_page *opaque, const struct declutter_model *model,
    const struct declutter_options *options, struct declutter_error *error) {
    struct dc_page *page = &opaque->page;
    if (!page->node_count)
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0, "no page was read");
    call_begin(opaque, options, false);
    enum declutter_status status =
        dc_classify(page, model ? model : declutter_model_default(),
                    options ? options->bias : 0, error);
    if (status == DECLUTTER_OK && !dc_deadline_check(page->deadline)) {
        view_labels(page);
        status = choose_body(page, error);
    }
    status = call_end(opaque, status, error);
    if (status == DECLUTTER_ERROR_TIME)
        page->model = NULL;
    return status;
}

const struct declutter_block *
declutter_page_blocks(const struct declutter_page *page, size_t *count) {
    *count = page->page.views ? page->page.block_count : 0;
    return page->page.views;
}

const char *declutter_page_charset(const struct declutter_page *page) {
    return page->page.charset;
}

const char *declutter_page_warning(const struct declutter_page *page,
                                   size_t index) {
    const struct dc_page *p = &page->page;
    if (index < p->warning_count)
        return p->warnings[index];
    return index == p->warning_count && p->flattened ? dc_warning_flattened
                                                     : NULL;
}

int declutter_page_limited(const struct declutter_page *page) {
    return page->page.limited || page->page.flattened;
}

const struct declutter_metadata *
declutter_page_metadata(struct declutter_page *opaque) {
    struct dc_page *page = &opaque->page;
    if (page->metadata || !page->node_count)
        return page->metadata;
    struct declutter_metadata *metadata =
        dc_arena_alloc(&page->arena, 1, sizeof *metadata);
    if (metadata && dc_metadata_read(page, &page->arena, metadata))
        page->metadata = metadata;
    return page->metadata;
}

/* What is printed, with what the format does by itself. */
static struct dc_view make_view(enum declutter_format format,
                                const struct declutter_options *options) {
    bool rich = format == DECLUTTER_MARKDOWN || format == DECLUTTER_HTML;
    struct dc_view view = {.keep = 1, .links = rich, .images = rich};
    if (!options)
        return view;
    if (options->keep)
        view.keep = options->keep;
    if (options->links)
        view.links = options->links > 0;
    if (options->images)
        view.images = options->images > 0;
    view.front_matter = options->front_matter != 0;
    return view;
}

static void render(const struct dc_page *page, enum declutter_format format,
                   const struct dc_view *view,
                   const struct declutter_metadata *metadata,
                   struct dc_output *output) {
    switch (format) {
    case DECLUTTER_BLOCKS:
        dc_render_blocks(page, output);
        break;
    case DECLUTTER_JSON:
        dc_render_json(page, metadata, view->keep, output);
        break;
    case DECLUTTER_MARKDOWN:
        if (view->front_matter)
            dc_render_front_matter(page, metadata, output);
        dc_render_markdown(page, view, output);
        break;
    case DECLUTTER_HTML:
        dc_render_html(page, view, output);
        break;
    default:
        if (page->body.length && (view->keep & 1))
            dc_output_write(output, page->body.bytes, page->body.length);
        else
            dc_render_plain(page, view, output);
    }
    dc_output_flush(output);
}

/* Renders a classified page.  Only declutter_page_metadata adds to what the
 * page keeps, so metadata may have to be read into an arena of its own. */
static enum declutter_status
render_page(struct dc_page *page, enum declutter_format format,
            const struct declutter_options *options, struct dc_output *output,
            struct declutter_error *error) {
    struct dc_view view = make_view(format, options);
    bool needed = format == DECLUTTER_JSON ||
                  (format == DECLUTTER_MARKDOWN && view.front_matter);
    struct declutter_metadata metadata;
    bool read = !needed || page->metadata ||
                dc_metadata_read(page, page->scratch, &metadata);
    if (read && !dc_deadline_check(page->deadline))
        render(page, format, &view, page->metadata ? page->metadata : &metadata,
               output);
    if (output->refused)
        return dc_fail(error, DECLUTTER_ERROR_WRITE, 0, "write error");
    return read && !output->failed
               ? DECLUTTER_OK
               : dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
}

enum declutter_status declutter_page_render(
    struct declutter_page *opaque, enum declutter_format format,
    const struct declutter_options *options, declutter_sink sink, void *context,
    struct declutter_error *error) {
    struct dc_page *page = &opaque->page;
    struct dc_output output = {.sink = sink, .context = context};
    if (!page->model)
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                       "the page is not classified");
    if ((unsigned)format > DECLUTTER_HTML)
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0, "unknown format");
    call_begin(opaque, options, false);
    dc_arena_reset(&opaque->scratch);
    output.deadline = page->deadline;
    enum declutter_status status =
        render_page(page, format, options, &output, error);
    page->flattened = output.flattened;
    return call_end(opaque, status, error);
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
