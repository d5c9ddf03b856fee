/* outline_object.c: images, formulas and rules.
 *
 * In: an element that holds no text of its own, and where it stands.  Out: a
 * piece, if it belongs to what is kept.  Labels are given to text, so an
 * object is judged by the text around it: in a line it is kept as the line is;
 * between lines it is kept where it stands among kept ones, but not as part
 * of a box of which nothing else is.
 */
#include "outline_build.h"

#include <string.h>

enum { ICON_SIDE = 32 /* images this narrow or low say nothing */ };

/* -- Images, formulas, rules ----------------------------------------------- */

enum where { NOWHERE, IN_LINE, ON_ITS_OWN };

/* Where an object at the current event is to be shown: in the line it stands
 * in, if that is kept; on its own between kept blocks, unless it belongs to a
 * part of the page of which nothing is kept. */
static enum where object_place(struct dc_builder *b, uint32_t node) {
    const struct dc_places *places = &b->places;
    uint32_t unit = places->of[node].unit;
    uint32_t count = (uint32_t)b->page->block_count;
    if (unit == node)
        unit = places->of[b->page->nodes[node].parent].unit;
    bool inside =
        b->block < count && b->page->blocks[b->block].first_event <= b->event;
    bool beside = b->block < count && dc_builder_unit(b, b->block) == unit;
    if ((inside || beside) && !dc_is_kept(b->page, places->keep, b->block))
        return NOWHERE;
    if (inside || beside) {
        if (b->line_block != b->block || b->line == DC_NONE)
            dc_builder_open_line(b, b->block);
        return IN_LINE;
    }
    if (b->line != DC_NONE && b->line_unit == unit)
        return IN_LINE;
    uint32_t top = places->of[node].top;
    if (top == DC_NONE || b->page->nodes[top].parent == DC_NONE)
        return NOWHERE;
    const struct dc_node *outer = &b->page->nodes[top];
    if (outer->block_end > outer->first_block)
        return NOWHERE;
    bool between = places->kept[b->block] > 0 &&
                   places->kept[b->block] < places->kept[count];
    bool figure = b->open_count &&
                  b->open[b->open_count - 1].role == DC_ROLE_FIGURE &&
                  dc_kept_in(places, b->open[b->open_count - 1].node);
    return between || figure ? ON_ITS_OWN : NOWHERE;
}

/* Opens a line for something that has none; true if there is to be one. */
static bool object_begin(struct dc_builder *b, uint32_t node) {
    enum where where = object_place(b, node);
    if (where == ON_ITS_OWN) {
        dc_builder_sync_frames(b);
        dc_builder_begin_line(b, DC_ROLE_PARAGRAPH, DC_NONE);
        b->line_unit = b->line_block = DC_NONE;
        bool bare = dc_builder_top(b) == DC_ROLE_FIGURE;
        if (b->line != DC_NONE)
            b->outline->pieces[b->line].detail =
                bare ? DC_APART | DC_BARE : DC_APART;
    }
    return where != NOWHERE;
}

void dc_builder_add_math(struct dc_builder *b, uint32_t node) {
    bool display;
    struct dc_text tex = dc_math_tex(b->page, node, &display);
    if (!tex.length || !object_begin(b, node))
        return;
    bool alone = b->line_block == DC_NONE;
    dc_builder_sync_inline(b, false);
    dc_builder_add_bytes(b, DC_PIECE_MATH, tex, display || alone);
    if (alone)
        dc_builder_close_line(b);
}

static bool is_data(struct dc_text source) {
    return source.length >= 5 && memcmp(source.bytes, "data:", 5) == 0;
}

struct dc_text dc_image_source(const struct dc_page *page, uint32_t node) {
    static const enum dc_attribute_name names[] = {
        DC_ATTRIBUTE_data_src, DC_ATTRIBUTE_data_original,
        DC_ATTRIBUTE_data_lazy_src, DC_ATTRIBUTE_src};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct dc_text source = dc_attribute_text(page, node, names[i]);
        if (source.length && !is_data(source))
            return source;
    }
    return (struct dc_text){NULL, 0};
}

static bool is_icon(const struct dc_page *page, uint32_t node) {
    static const enum dc_attribute_name sides[] = {DC_ATTRIBUTE_width,
                                                   DC_ATTRIBUTE_height};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (dc_attribute_number(page, node, sides[i], ICON_SIDE, 9999) <
            ICON_SIDE)
            return true;
    return false;
}

/* Is it an image to show?  Pages for scripts and for none hold it twice. */
static bool is_picture(const struct dc_builder *b, uint32_t node,
                       struct dc_text source) {
    return b->images && source.length && source.bytes != b->last_source &&
           !is_icon(b->page, node);
}

void dc_builder_add_image(struct dc_builder *b, uint32_t node) {
    const struct dc_page *page = b->page;
    struct dc_text source = dc_image_source(page, node);
    struct dc_text alt = dc_attribute_text(page, node, DC_ATTRIBUTE_alt);
    bool formula = alt.length && (dc_has_class(page, node, "latex") ||
                                  dc_has_class(page, node, "tex"));
    if (dc_has_class(page, node, "mwe-math-fallback-image-inline") ||
        dc_has_class(page, node, "mwe-math-fallback-image-display"))
        return; /* of a <math> beside it */
    if (!(formula || is_picture(b, node, source)) || !object_begin(b, node))
        return;
    bool alone = b->line_block == DC_NONE;
    dc_builder_sync_inline(b, false);
    if (formula) {
        dc_builder_add_bytes(b, DC_PIECE_MATH, alt, alone);
    } else {
        dc_piece_add(b->outline, DC_PIECE_IMAGE, DC_ROLE_NONE, node);
        b->last_source = source.bytes;
    }
    if (alone)
        dc_builder_close_line(b);
}

void dc_builder_add_rule(struct dc_builder *b, uint32_t node) {
    uint32_t parent = b->page->nodes[node].parent;
    const uint32_t *kept = b->places.kept;
    const struct dc_node *outer = &b->page->nodes[parent];
    unsigned role =
        b->open_count ? b->open[b->open_count - 1].role : DC_ROLE_NONE;
    if (kept[b->block] == kept[outer->first_block] ||
        kept[b->block] == kept[outer->block_end] ||
        (role != DC_ROLE_NONE && role != DC_ROLE_QUOTE))
        return;
    dc_builder_sync_frames(b);
    const struct dc_outline *outline = b->outline;
    if (outline->count &&
        outline->pieces[outline->count - 1].kind != DC_PIECE_RULE)
        dc_piece_add(b->outline, DC_PIECE_RULE, DC_ROLE_NONE, DC_NONE);
}
