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

#include "utf8.h"

enum {
    ICON_SIDE = 32, /* images this narrow or low say nothing */
    SOURCES_MAX = 8 /* of a <picture> */
};

/* -- Images, formulas, rules ----------------------------------------------- */

enum where { NOWHERE, IN_LINE, ON_ITS_OWN };

/* Is an element without kept text all of the page, or is there other text in
 * it? */
static bool is_dropped(const struct dc_page *page, uint32_t node) {
    const struct dc_node *n = &page->nodes[node];
    return n->parent == DC_NONE || n->block_end > n->first_block;
}

/* Where an object at the current event is to be shown, `unit` the element that
 * is not inline around it, `top` the outermost one without kept text: in the
 * line it stands in, if that is kept; on its own between kept blocks, unless it
 * belongs to a part of the page of which nothing is kept. */
static enum where object_place(struct dc_builder *b, uint32_t unit,
                               uint32_t top) {
    const struct dc_places *places = &b->places;
    uint32_t count = (uint32_t)b->page->block_count;
    bool inside =
        b->block < count && b->page->blocks[b->block].first_event <= b->event;
    bool beside = b->block < count && dc_builder_unit(b, b->block) == unit;
    if ((inside || beside) && !dc_is_kept(places, b->block))
        return NOWHERE;
    if (inside || beside) {
        if (b->line_block != b->block || b->line == DC_NONE)
            dc_builder_open_line(b, b->block);
        return IN_LINE;
    }
    if (b->line != DC_NONE && b->line_unit == unit)
        return IN_LINE;
    if (top != DC_NONE && is_dropped(b->page, top))
        return NOWHERE;
    bool between = places->kept[b->block] > 0 &&
                   places->kept[b->block] < places->kept[count];
    bool figure = b->open_count &&
                  b->open[b->open_count - 1].role == DC_ROLE_FIGURE &&
                  dc_kept_in(places, b->open[b->open_count - 1].node);
    return between || figure ? ON_ITS_OWN : NOWHERE;
}

/* Opens a line for something that has none; true if there is to be one. */
static bool object_begin(struct dc_builder *b, uint32_t unit, uint32_t top) {
    enum where where = object_place(b, unit, top);
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

/* The same for an element that is itself the object. */
static bool element_begin(struct dc_builder *b, uint32_t node) {
    const struct dc_place *places = b->places.of;
    uint32_t unit = places[node].unit;
    if (unit == node)
        unit = places[b->page->nodes[node].parent].unit;
    return object_begin(b, unit, places[node].top);
}

static void math_write(struct dc_builder *b, struct dc_text tex, bool display) {
    bool alone = b->line_block == DC_NONE;
    dc_builder_sync_inline(b, false);
    dc_builder_add_bytes(b, DC_PIECE_MATH, tex, display || alone);
    if (alone)
        dc_builder_close_line(b);
}

void dc_builder_add_math(struct dc_builder *b, uint32_t node) {
    bool display;
    struct dc_text tex = dc_math_tex(b->page, node, &display);
    if (tex.length && element_begin(b, node))
        math_write(b, tex, display);
}

bool dc_builder_add_formula(struct dc_builder *b,
                            const struct dc_formula *formula, uint32_t node) {
    struct dc_text tex = dc_formula_tex(formula);
    const struct dc_place *place = &b->places.of[node];
    if (!tex.length || !object_begin(b, place->unit, place->top))
        return false;
    math_write(b, tex, formula->display);
    return true;
}

static bool is_data(struct dc_text source) {
    return source.length >= 5 && memcmp(source.bytes, "data:", 5) == 0;
}

/* The next address of a srcset, "a.png 480w, b.png 800w", and its number; an
 * address may hold commas, but does not end in one.  Empty at the end. */
static struct dc_text candidate_next(struct dc_text *set, uint32_t *number) {
    uint32_t start = 0, end, stop;
    const char *bytes = set->bytes;
    while (start < set->length &&
           ((unsigned char)bytes[start] <= ' ' || bytes[start] == ','))
        start++;
    for (end = start; end < set->length && (unsigned char)bytes[end] > ' ';)
        end++;
    stop = end;
    while (end > start && bytes[end - 1] == ',')
        end--;
    *number = 0;
    if (end == stop) { /* no comma: the number follows, up to the next one */
        while (stop < set->length && (unsigned char)bytes[stop] <= ' ')
            stop++;
        for (; stop < set->length && *number < UINT32_MAX / 10 - 1 &&
               (unsigned char)(bytes[stop] - '0') < 10;
             stop++)
            *number = *number * 10 + (uint32_t)(bytes[stop] - '0');
        while (stop < set->length && bytes[stop] != ',')
            stop++;
    }
    struct dc_text address = {set->length ? bytes + start : NULL, end - start};
    if (set->length)
        set->bytes += stop;
    set->length -= stop;
    return address;
}

/* The largest image of a srcset, the first of several. */
static struct dc_text largest_of_set(struct dc_text set) {
    struct dc_text best = {NULL, 0}, candidate;
    uint32_t most = 0, number;
    while (candidate = candidate_next(&set, &number), candidate.length)
        if (!best.length || number > most) {
            best = candidate;
            most = number;
        }
    return best;
}

/* What a <picture> offers instead of the image in it.  libxml2 does not know
 * <source> for the empty element it is: the image may stand in it. */
static struct dc_text picture_source(const struct dc_page *page,
                                     uint32_t image) {
    struct dc_text source = {NULL, 0};
    for (uint32_t node = image; node-- > 0 && image - node <= SOURCES_MAX;) {
        if (page->nodes[node].tag != DC_TAG_source || source.length)
            break;
        source = dc_attribute_text(page, node, DC_ATTRIBUTE_srcset);
        if (!source.length)
            source = dc_attribute_text(page, node, DC_ATTRIBUTE_data_srcset);
        source = largest_of_set(source);
        if (is_data(source))
            source.length = 0;
    }
    return source;
}

struct dc_text dc_image_source(const struct dc_page *page, uint32_t node) {
    static const enum dc_attribute_name names[] = {
        DC_ATTRIBUTE_data_src,      DC_ATTRIBUTE_data_original,
        DC_ATTRIBUTE_data_lazy_src, DC_ATTRIBUTE_data_srcset,
        DC_ATTRIBUTE_src,           DC_ATTRIBUTE_srcset};
    struct dc_text source;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        source = dc_attribute_text(page, node, names[i]);
        if (names[i] == DC_ATTRIBUTE_data_srcset ||
            names[i] == DC_ATTRIBUTE_srcset)
            source = largest_of_set(source);
        if (source.length && !is_data(source))
            return source;
    }
    return picture_source(page, node);
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

/* Is it a character that was made an image, because not all systems had it?
 * Its text is the character. */
static bool is_emoji(const struct dc_page *page, uint32_t node,
                     struct dc_text alt) {
    enum { EMOJI_BYTES_MAX = 40 };
    const char *at = alt.bytes;
    if (!alt.length || alt.length > EMOJI_BYTES_MAX || (unsigned char)*at < 128)
        return false;
    for (const char *end = at + alt.length; at < end;)
        if (dc_class(dc_utf8_next(&at)) & DC_CLASS_WORD)
            return false;
    return dc_has_class(page, node, "emoji") ||
           dc_has_class(page, node, "wp-smiley") ||
           dc_has_class(page, node, "smilie");
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
    bool emoji = is_emoji(page, node, alt);
    if (!(formula || emoji || is_picture(b, node, source)) ||
        !element_begin(b, node))
        return;
    bool alone = b->line_block == DC_NONE;
    dc_builder_sync_inline(b, emoji);
    if (emoji) {
        dc_builder_add_bytes(b, DC_PIECE_TEXT, alt, false);
    } else if (formula) {
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
