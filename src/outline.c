/* outline.c: tape + labels -> outline.
 *
 * In: a classified page.  Out: the pieces of its kept blocks, in page order,
 * inside the lists, tables, quotations... they stand in.
 *
 * One walk over the tape that keeps two stacks, of the elements with structure
 * and of the inline ones around the current event; what comes of them is
 * outline_line.c's business.  Which elements count is decided here: a list
 * item only in a list, a cell only in a row of a table of data, and so on, so
 * that nothing ill-formed ever gets further.
 */
#include "outline_build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

enum {
    CONTAINERS_MAX = 20,  /* nested lists, quotations, tables, figures */
    ANCHOR_EVENTS_MAX = 8 /* of an <a> that might be a mere mark */
};

/* -- Attributes ------------------------------------------------------------ */

uint32_t dc_attribute_number(const struct dc_page *page, uint32_t node,
                             enum dc_attribute_name name, uint32_t otherwise,
                             uint32_t most) {
    struct dc_text text = dc_attribute_text(page, node, name);
    uint32_t number = 0, i = 0;
    while (i < text.length && number <= most &&
           (unsigned char)(text.bytes[i] - '0') < 10)
        number = number * 10 + (uint32_t)(text.bytes[i++] - '0');
    return i && number <= most ? number : otherwise;
}

bool dc_has_class(const struct dc_page *page, uint32_t node, const char *name) {
    struct dc_text text = dc_attribute_text(page, node, DC_ATTRIBUTE_class);
    size_t length = strlen(name);
    if (!text.length)
        return false;
    for (const char *at = text.bytes, *end = at + text.length; at < end;) {
        const char *start = at;
        while (at < end && (unsigned char)*at > ' ')
            at++;
        if ((size_t)(at - start) == length &&
            strncasecmp(start, name, length) == 0)
            return true;
        while (at < end && (unsigned char)*at <= ' ')
            at++;
    }
    return false;
}

/* -- Roles ----------------------------------------------------------------- */

static unsigned inline_role(unsigned tag) {
    switch (tag) {
    case DC_TAG_a:
        return DC_ROLE_LINK;
    case DC_TAG_b:
    case DC_TAG_strong:
        return DC_ROLE_STRONG;
    case DC_TAG_i:
    case DC_TAG_em:
    case DC_TAG_cite:
    case DC_TAG_dfn:
    case DC_TAG_var:
        return DC_ROLE_EMPHASIS;
    case DC_TAG_code:
    case DC_TAG_kbd:
    case DC_TAG_samp:
    case DC_TAG_tt:
    case DC_TAG_pre: /* in a cell */
        return DC_ROLE_CODE;
    case DC_TAG_del:
    case DC_TAG_s:
    case DC_TAG_strike:
        return DC_ROLE_DELETED;
    case DC_TAG_ins:
        return DC_ROLE_INSERTED;
    case DC_TAG_mark:
        return DC_ROLE_MARK;
    case DC_TAG_q:
        return DC_ROLE_QUOTATION;
    case DC_TAG_sub:
        return DC_ROLE_SUBSCRIPT;
    case DC_TAG_sup:
        return DC_ROLE_SUPERSCRIPT;
    default:
        return DC_ROLE_NONE;
    }
}

static unsigned when(bool condition, unsigned role) {
    return condition ? role : DC_ROLE_NONE;
}

/* A caption is one only before the rows. */
static bool is_rowless(const struct dc_builder *b) {
    return b->framed < b->open_count ||
           (b->frame_count &&
            b->frames[b->frame_count - 1].piece + 1 == b->outline->count);
}

/* What an element that is not inline is inside an `outer`. */
static unsigned structure_role(const struct dc_builder *b, uint32_t node,
                               unsigned outer) {
    unsigned tag = b->page->nodes[node].tag;
    if (b->places.of[node].note) /* a footnote, whatever its element */
        return DC_ROLE_ITEM;
    switch (tag) {
    case DC_TAG_ul:
    case DC_TAG_ol:
    case DC_TAG_menu:
        return DC_ROLE_LIST;
    case DC_TAG_li:
        return when(outer == DC_ROLE_LIST, DC_ROLE_ITEM);
    case DC_TAG_dl:
        return when(!b->places.of[node].has_notes, DC_ROLE_TERMS);
    case DC_TAG_dt:
        return when(outer == DC_ROLE_TERMS, DC_ROLE_TERM);
    case DC_TAG_dd:
        return when(outer == DC_ROLE_TERMS, DC_ROLE_DEFINITION);
    case DC_TAG_blockquote:
        return DC_ROLE_QUOTE;
    case DC_TAG_table:
        return when(b->places.tables[b->places.of[node].table] == DC_TABLE_DATA,
                    DC_ROLE_TABLE);
    case DC_TAG_tr:
        return when(outer == DC_ROLE_TABLE, DC_ROLE_ROW);
    case DC_TAG_td:
    case DC_TAG_th:
        return when(outer == DC_ROLE_ROW, DC_ROLE_CELL);
    case DC_TAG_caption:
        return when(outer == DC_ROLE_TABLE && is_rowless(b), DC_ROLE_CAPTION);
    case DC_TAG_figure:
        return DC_ROLE_FIGURE;
    case DC_TAG_figcaption:
        return when(outer == DC_ROLE_FIGURE, DC_ROLE_LEGEND);
    default:
        return when((dc_tag_flags(tag) & DC_HEADING) &&
                        outer != DC_ROLE_HEADING && outer != DC_ROLE_CELL &&
                        outer != DC_ROLE_TERM && outer != DC_ROLE_CAPTION,
                    DC_ROLE_HEADING);
    }
}

static bool is_container(unsigned role) {
    return role == DC_ROLE_LIST || role == DC_ROLE_TERMS ||
           role == DC_ROLE_QUOTE || role == DC_ROLE_TABLE ||
           role == DC_ROLE_FIGURE;
}

/* -- The stacks ------------------------------------------------------------ */

static void structure_push(struct dc_builder *b, uint32_t node) {
    unsigned outer =
        b->open_count ? b->open[b->open_count - 1].role : DC_ROLE_NONE;
    unsigned role = structure_role(b, node, outer);
    if (role == DC_ROLE_NONE)
        return;
    if (b->open_count == DC_OPEN_MAX ||
        (is_container(role) && b->containers == CONTAINERS_MAX)) {
        if (dc_kept_in(&b->places, node))
            b->outline->flattened = true;
        return;
    }
    b->containers += is_container(role);
    b->open[b->open_count++] = (struct dc_entry){node, role};
    if (b->places.of[node].note)
        dc_mark_expect(b, node);
    /* In a row of which something is kept every cell counts, or the columns
     * would shift. */
    if (role == DC_ROLE_CELL &&
        dc_kept_in(&b->places, b->open[b->open_count - 2].node))
        dc_builder_sync_frames(b);
}

static void inline_push(struct dc_builder *b, uint32_t node) {
    unsigned role = inline_role(b->page->nodes[node].tag);
    if (role == DC_ROLE_LINK) {
        if (b->places.of[node].note || b->places.of[node].astray)
            role = DC_ROLE_NOTE;
        else if (!dc_attribute_text(b->page, node, DC_ATTRIBUTE_href).length)
            return;
        b->link_lines = 0;
    }
    if (role == DC_ROLE_NONE || b->active[role] != DC_NONE)
        return;
    b->active[role] = node;
    b->inlines[b->inline_count++] = (struct dc_entry){node, role};
}

static void element_leave(struct dc_builder *b, uint32_t node) {
    if (b->inline_count && b->inlines[b->inline_count - 1].node == node)
        b->active[b->inlines[--b->inline_count].role] = DC_NONE;
    if (!b->open_count || b->open[b->open_count - 1].node != node)
        return;
    if (b->places.of[node].note)
        b->mark = DC_MARK_NONE;
    b->containers -= is_container(b->open[--b->open_count].role);
    if (b->framed > b->open_count)
        b->framed = b->open_count;
}

/* -- What is left out ------------------------------------------------------ */

/* A link within the page whose text is no word: back from a footnote, to the
 * heading it stands in. */
static bool is_anchor_mark(const struct dc_builder *b, uint32_t node) {
    const struct dc_node *n = &b->page->nodes[node];
    struct dc_text href = dc_attribute_text(b->page, node, DC_ATTRIBUTE_href);
    if (n->tag != DC_TAG_a || !href.length || href.bytes[0] != '#' ||
        b->places.of[node].note ||
        n->last_event - n->first_event > ANCHOR_EVENTS_MAX)
        return false;
    for (uint32_t i = n->first_event; i < n->last_event; i++) {
        const struct dc_event *event = &b->page->events[i];
        if (event->kind != DC_CHARACTERS)
            continue;
        const char *at = b->page->text + event->offset, *word;
        size_t length;
        if (dc_word_next(&at, at + event->length, &word, &length))
            return false;
    }
    return true;
}

/* How KaTeX draws the formula whose source stands before it. */
static bool is_drawn_math(const struct dc_builder *b, uint32_t node) {
    const struct dc_outline *outline = b->outline;
    return outline->count &&
           outline->pieces[outline->count - 1].kind == DC_PIECE_MATH &&
           dc_has_class(b->page, node, "katex-html");
}

static bool is_left_out(const struct dc_builder *b, uint32_t node) {
    const struct dc_node *n = &b->page->nodes[node];
    uint32_t table = b->places.of[node].table;
    if (b->places.of[node].back)
        return true;
    switch (n->tag) {
    case DC_TAG_a:
        return is_anchor_mark(b, node);
    case DC_TAG_span:
        return is_drawn_math(b, node);
    case DC_TAG_td:
    case DC_TAG_th:
        return table != DC_NONE && b->places.tables[table] == DC_TABLE_CODE &&
               dc_is_gutter(b->page, node);
    case DC_TAG_pre:
        return dc_is_gutter(b->page, node);
    default:
        return false;
    }
}

/* -- Formulas -------------------------------------------------------------- */

/* The first formula not before the current event, or NULL. */
static const struct dc_formula *next_formula(struct dc_builder *b) {
    const struct dc_page *page = b->page;
    for (; b->formula < page->formula_count; b->formula++) {
        const struct dc_formula *formula = &page->formulas[b->formula];
        if (formula->event != DC_NONE && formula->event >= b->event)
            return formula;
    }
    return NULL;
}

/* Puts the source of a formula where MathJax drew it; true when it did, and
 * all of the drawing is dealt with. */
static bool drawing_replace(struct dc_builder *b, uint32_t node) {
    if (!b->page->formula_count || !dc_is_drawing(b->page, node))
        return false;
    if (b->event < b->drawn_until)
        return true;
    const struct dc_formula *formula = next_formula(b);
    if (!formula || !dc_is_drawing_of(b->page, node, formula))
        return false;
    if (!dc_builder_add_formula(b, formula, node) &&
        dc_kept_in(&b->places, node))
        return false;
    b->drawn_until = formula->event;
    b->formula++;
    return true;
}

/* Formulas at the end of the current event. */
static void formulas_enter(struct dc_builder *b) {
    const struct dc_formula *formula = next_formula(b);
    for (; formula && formula->event == b->event; formula = next_formula(b)) {
        dc_builder_add_formula(b, formula, formula->node);
        b->formula++;
    }
}

/* -- The walk -------------------------------------------------------------- */

static bool is_in_cell(const struct dc_builder *b) {
    for (uint32_t i = 0; i < b->open_count; i++)
        if (b->open[i].role == DC_ROLE_CELL)
            return true;
    return false;
}

static void code_enter(struct dc_builder *b, uint32_t node) {
    dc_builder_sync_frames(b);
    dc_builder_imply(b, DC_ROLE_CODE_BLOCK);
    dc_code_add(b->outline, &b->places, node);
    b->line_unit = DC_NONE;
}

/* Enters an element; true when all of it is dealt with. */
static bool element_enter(struct dc_builder *b, uint32_t node) {
    unsigned tag = b->page->nodes[node].tag, flags = dc_tag_flags(tag);
    if (drawing_replace(b, node))
        return true;
    if (tag == DC_TAG_math)
        dc_builder_add_math(b, node);
    else if (tag == DC_TAG_img)
        dc_builder_add_image(b, node);
    else if (tag == DC_TAG_hr)
        dc_builder_add_rule(b, node);
    else if (tag == DC_TAG_br)
        b->break_due = b->line != DC_NONE;
    if ((flags & DC_SKIP) || is_left_out(b, node)) {
        dc_mark_pass(b, node);
        return true;
    }
    if (tag == DC_TAG_pre && dc_kept_in(&b->places, node) && !is_in_cell(b)) {
        code_enter(b, node);
        return true;
    }
    if ((flags & DC_INLINE) || tag == DC_TAG_pre)
        inline_push(b, node);
    else
        structure_push(b, node);
    return false;
}

/* Text outside of kept blocks is at most a space beside an image. */
static void text_enter(struct dc_builder *b, const struct dc_event *event) {
    const struct dc_page *page = b->page;
    if (b->block < page->block_count &&
        page->blocks[b->block].first_event <= b->event &&
        dc_is_kept(&b->places, b->block)) {
        struct dc_event text = dc_mark_strip(b, event);
        dc_builder_add_text(b, &text);
    } else {
        b->space_due = true;
    }
}

/* An event of text, with the formulas that stand in it. */
static void characters_enter(struct dc_builder *b,
                             const struct dc_event *event) {
    struct dc_event rest = *event;
    const struct dc_formula *formula = next_formula(b);
    uint32_t end = event->offset + event->length;
    for (; formula && formula->event == b->event && formula->offset < end;
         formula = next_formula(b)) {
        struct dc_event part = rest;
        part.length = formula->offset - rest.offset;
        if (part.length)
            text_enter(b, &part);
        dc_builder_add_formula(b, formula, formula->node);
        rest.offset = formula->offset;
        rest.length = end - formula->offset;
        b->formula++;
    }
    text_enter(b, &rest);
}

/* Makes paragraphs of a text that came without elements: empty lines end
 * them, other line ends are spaces. */
static void add_body(struct dc_builder *b, struct dc_text body) {
    const char *at = body.bytes, *end = at + body.length;
    while (at < end) {
        const char *stop = at;
        while (stop < end &&
               !(stop[0] == '\n' && (stop + 1 == end || stop[1] == '\n')))
            stop++;
        if (stop > at) {
            struct dc_text text = {at, (uint32_t)(stop - at)};
            dc_builder_begin_line(b, DC_ROLE_PARAGRAPH, DC_NONE);
            dc_builder_add_bytes(b, DC_PIECE_TEXT, text, false);
            dc_builder_close_line(b);
        }
        at = stop < end ? stop + 1 : end;
    }
}

/* Has an element text, and nothing of it is kept?  Then all of it can be passed
 * over, but for cells, which keep the columns in their places; not where
 * images or formulas may stand beside what is kept. */
static bool is_passed_over(struct dc_builder *b, uint32_t node) {
    const struct dc_node *n = &b->page->nodes[node];
    if (b->images || b->page->formula_count || n->tag == DC_TAG_td ||
        n->tag == DC_TAG_th || n->first_block == n->block_end ||
        dc_kept_in(&b->places, node))
        return false;
    b->space_due = true;
    return true;
}

static void walk(struct dc_builder *b) {
    const struct dc_page *page = b->page;
    while (b->event < page->event_count && !b->outline->failed &&
           !dc_deadline_step(page->deadline)) {
        const struct dc_event *event = &page->events[b->event];
        while (b->block < page->block_count &&
               page->blocks[b->block].end_event <= b->event)
            b->block++;
        if (event->kind == DC_CHARACTERS)
            characters_enter(b, event);
        else if (event->kind == DC_CLOSE)
            element_leave(b, event->node);
        else if (is_passed_over(b, event->node) ||
                 element_enter(b, event->node))
            b->event = page->nodes[event->node].last_event;
        formulas_enter(b);
        b->event++;
    }
    dc_builder_end(b);
}

bool dc_outline_make(struct dc_outline *outline, const struct dc_page *page,
                     const struct dc_outline_options *options) {
    struct dc_builder b = {.outline = outline,
                           .page = page,
                           .images = options->images,
                           .line = DC_NONE,
                           .line_block = DC_NONE,
                           .line_unit = DC_NONE};
    *outline = (struct dc_outline){.arena = page->scratch};
    memset(b.active, 0xFF, sizeof b.active);
    memset(b.shown, 0xFF, sizeof b.shown);
    if (page->body.length && (options->keep & 1))
        add_body(&b, page->body);
    else if (dc_places_make(&b.places, page, options->keep))
        walk(&b);
    else
        outline->failed = true;
    outline->failed |= page->scratch->failed;
    return !outline->failed;
}
