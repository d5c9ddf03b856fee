/* outline_code.c: preformatted text.
 *
 * In: a <pre> of which something is kept.  Out: its text as it stands, line
 * breaks and indentation included, and its language.  Highlighters wrap lines
 * and tokens in elements and put numbers beside them: what is wrapped in
 * blocks, or classed as a line, becomes lines, and numbers marked as such, in
 * a column of their own, or one before each line, are left out.
 */
#include "outline.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { GUTTER_DIGITS = 7 };

/* -- Line numbers ---------------------------------------------------------- */

static bool is_number_class(const struct dc_page *page, uint32_t node) {
    static const char *const names[] = {"lineno",
                                        "linenos",
                                        "linenumber",
                                        "linenumbers",
                                        "line-number",
                                        "line-numbers",
                                        "ln",
                                        "lnt",
                                        "gutter",
                                        "hljs-ln-numbers",
                                        "blob-num",
                                        "rouge-gutter",
                                        "react-syntax-highlighter-line-number"};
    if (!dc_attribute_text(page, node, DC_ATTRIBUTE_class).length)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dc_has_class(page, node, names[i]))
            return true;
    return false;
}

/* Reads successive numbers, white space between them. */
struct column {
    uint32_t number, last, count;
    unsigned digits;
};

static bool number_end(struct column *column) {
    if (!column->digits)
        return true;
    if (column->count && column->number != column->last + 1)
        return false;
    column->last = column->number;
    column->count++;
    column->number = 0;
    column->digits = 0;
    return true;
}

static bool column_add(struct column *column, const char *at, const char *end) {
    while (at < end) {
        uint32_t c = dc_utf8_next(&at);
        if (c >= '0' && c <= '9' && column->digits < GUTTER_DIGITS) {
            column->number = column->number * 10 + (c - '0');
            column->digits++;
        } else if (!(dc_class(c) & DC_CLASS_SPACE) || !number_end(column)) {
            return false;
        }
    }
    return true;
}

bool dc_is_gutter(const struct dc_page *page, uint32_t node) {
    const struct dc_node *n = &page->nodes[node];
    struct column column = {0, 0, 0, 0};
    for (uint32_t i = n->first_event + 1; i < n->last_event; i++) {
        const struct dc_event *event = &page->events[i];
        const char *text = page->text + event->offset;
        unsigned tag = page->nodes[event->node].tag;
        if (event->kind == DC_CHARACTERS
                ? !column_add(&column, text, text + event->length)
                : tag == DC_TAG_table || !number_end(&column))
            return false;
    }
    return number_end(&column) &&
           (column.count > 1 ||
            (column.count == 1 && is_number_class(page, node)));
}

/* Identifies the classes of an element: where its string begins. */
static const char *class_of(const struct dc_page *page, uint32_t node) {
    return dc_attribute_text(page, node, DC_ATTRIBUTE_class).bytes;
}

/* The number that is all an element holds, or DC_NONE. */
static uint32_t number_in(const struct dc_page *page, uint32_t node) {
    const struct dc_node *n = &page->nodes[node];
    const struct dc_event *event = &page->events[n->first_event + 1];
    struct column column = {0, 0, 0, 0};
    if (n->last_event != n->first_event + 2 || event->kind != DC_CHARACTERS)
        return DC_NONE;
    const char *text = page->text + event->offset;
    bool only = column_add(&column, text, text + event->length) &&
                number_end(&column) && column.count == 1;
    return only ? column.last : DC_NONE;
}

/* -- Text ------------------------------------------------------------------ */

struct code {
    struct dc_outline *outline;
    const struct dc_places *places;
    uint32_t open;            /* its OPEN */
    size_t block;             /* first whose end is not behind us */
    uint32_t number_tag;      /* of line numbers that no class tells */
    const char *number_class; /* and their classes */
    bool visible;             /* something but white space was written */
    bool line_due;            /* a line ended, not yet written */
    bool line_used;           /* the current line has text */
};

static void piece_add(struct code *code, const char *bytes, size_t length) {
    uint32_t piece =
        dc_piece_add(code->outline, DC_PIECE_TEXT, DC_ROLE_NONE, DC_NONE);
    if (piece == DC_NONE || !length)
        return;
    code->outline->pieces[piece].bytes = bytes;
    code->outline->pieces[piece].length = (uint32_t)length;
}

static bool is_blank(const char *at, const char *end) {
    while (at < end)
        if (!(dc_class(dc_utf8_next(&at)) & DC_CLASS_SPACE))
            return false;
    return true;
}

/* Empty lines before the first text say nothing; its indentation does. */
static const char *skip_lead(struct code *code, const char *at,
                             const char *end) {
    const char *start = at;
    for (const char *c = at; c < end && (unsigned char)*c <= ' '; c++)
        if (*c == '\n' || *c == '\r') {
            start = c + 1;
            code->outline->count = code->open + 1;
        }
    return start;
}

static void text_add(struct code *code, const char *at, const char *end) {
    if (!code->visible)
        at = skip_lead(code, at, end);
    if (at == end)
        return;
    if (code->line_due && *at != '\n' && *at != '\r')
        piece_add(code, "\n", 1);
    code->line_due = false;
    code->visible = code->visible || !is_blank(at, end);
    piece_add(code, at, (size_t)(end - at));
    code->line_used = end[-1] != '\n' && end[-1] != '\r';
}

/* A block begins or ends. */
static void border_add(struct code *code) {
    code->line_due = code->line_due || (code->visible && code->line_used);
    code->line_used = false;
}

/* Adds an event's text if it is kept, or white space. */
static void characters_add(struct code *code, uint32_t number) {
    const struct dc_page *page = code->places->page;
    const struct dc_event *event = &page->events[number];
    const char *text = page->text + event->offset, *end = text + event->length;
    while (code->block < page->block_count &&
           page->blocks[code->block].end_event <= number)
        code->block++;
    bool kept = (code->block < page->block_count &&
                 page->blocks[code->block].first_event <= number &&
                 dc_is_kept(code->places, code->block));
    if (kept || is_blank(text, end))
        text_add(code, text, end);
}

/* Is it a line number inside a line? */
static bool is_number_mark(const struct code *code, uint32_t node) {
    const struct dc_page *page = code->places->page;
    return (page->nodes[node].tag == code->number_tag &&
            class_of(page, node) == code->number_class) ||
           (is_number_class(page, node) && dc_is_gutter(page, node));
}

/* Does a line end with the element?  What follows it may be its line end. */
static bool is_line(const struct dc_page *page, uint32_t node) {
    static const char *const names[] = {"line", "code-line", "token-line",
                                        "view-line", "cm-line"};
    if (!(dc_tag_flags(page->nodes[node].tag) & DC_INLINE))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dc_has_class(page, node, names[i]))
            return true;
    return false;
}

/* Does a line begin with an element: is nothing but white space between it
 * and the line end, or border, before it? */
static bool begins_line(const struct dc_page *page, uint32_t node,
                        uint32_t pre) {
    uint32_t first = page->nodes[pre].first_event;
    for (uint32_t i = page->nodes[node].first_event; i-- > first;) {
        const struct dc_event *event = &page->events[i];
        if (event->kind != DC_CHARACTERS) {
            if (is_line(page, event->node))
                return true;
            continue;
        }
        const char *text = page->text + event->offset;
        for (uint32_t c = event->length; c-- > 0;)
            if (text[c] == '\n' || text[c] == '\r')
                return true;
            else if (text[c] != ' ' && text[c] != '\t')
                return false;
    }
    return true;
}

/* Finds line numbers that no class tells: elements alike that hold 1, 2, 3...
 * and nothing else, each at the beginning of a line. */
static void numbers_find(struct code *code, uint32_t pre) {
    const struct dc_page *page = code->places->page;
    uint32_t end = page->nodes[pre].last_event, last = 0;
    uint32_t tag = DC_TAG_COUNT;
    const char *class = NULL;
    code->number_tag = DC_TAG_COUNT;
    for (uint32_t node = pre + 1; node < page->node_count; node++) {
        const struct dc_node *n = &page->nodes[node];
        if (n->first_event > end)
            break;
        if (last && (n->tag != tag || class_of(page, node) != class))
            continue;
        uint32_t number = number_in(page, node);
        if (!last && number != 1)
            continue;
        if (number != last + 1 || !begins_line(page, node, pre))
            return;
        tag = n->tag;
        class = class_of(page, node);
        last = number;
    }
    if (last < 2)
        return;
    code->number_tag = tag;
    code->number_class = class;
}

/* Drops the white space behind the last text. */
static void trim(struct code *code) {
    struct dc_outline *outline = code->outline;
    while (outline->count > code->open + 1) {
        struct dc_piece *last = &outline->pieces[outline->count - 1];
        while (last->length &&
               (unsigned char)last->bytes[last->length - 1] <= ' ')
            last->length--;
        if (last->length)
            return;
        outline->count--;
    }
}

void dc_code_add(struct dc_outline *outline, const struct dc_places *places,
                 uint32_t pre) {
    const struct dc_page *page = places->page;
    const struct dc_node *n = &page->nodes[pre];
    struct code code = {.outline = outline, .places = places};
    static const char line_end[] = "\n";
    struct dc_text language = dc_code_language(page, pre);
    code.block = n->first_block;
    numbers_find(&code, pre);
    code.open = dc_piece_add(outline, DC_PIECE_OPEN, DC_ROLE_CODE_BLOCK, pre);
    for (uint32_t i = n->first_event + 1; i < n->last_event && !outline->failed;
         i++) {
        const struct dc_event *event = &page->events[i];
        const struct dc_node *element = &page->nodes[event->node];
        unsigned flags = dc_tag_flags(element->tag);
        if (event->kind == DC_CHARACTERS)
            characters_add(&code, i);
        else if (event->kind == DC_OPEN && element->tag == DC_TAG_br)
            text_add(&code, line_end, line_end + 1);
        else if (event->kind == DC_OPEN &&
                 ((flags & DC_SKIP) || is_number_mark(&code, event->node)))
            i = element->last_event;
        else if (element->tag != DC_TAG_br && is_line(page, event->node))
            border_add(&code);
    }
    if (outline->failed)
        return;
    trim(&code);
    uint32_t close =
        dc_piece_add(outline, DC_PIECE_CLOSE, DC_ROLE_CODE_BLOCK, pre);
    if (close == DC_NONE)
        return;
    outline->pieces[code.open].bytes = language.bytes;
    outline->pieces[code.open].length = language.length;
    outline->pieces[code.open].match = close;
    outline->pieces[close].match = code.open;
}
