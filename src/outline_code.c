/* outline_code.c: preformatted text.
 *
 * In: a <pre> of which something is kept.  Out: its text as it stands, line
 * breaks and indentation included, and the language if a class names it.
 * Highlighters wrap lines and tokens in elements and put numbers beside them:
 * what is wrapped in blocks becomes lines, and numbers marked as such, or in
 * a column of their own, are left out.
 */
#include "outline.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { LANGUAGE_MAX = 20, WRAPPERS = 3, GUTTER_DIGITS = 7 };

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

/* -- Language -------------------------------------------------------------- */

static bool is_name(const char *name, size_t length) {
    static const char *const none[] = {"none",        "text",   "plaintext",
                                       "nohighlight", "auto",   "source",
                                       "code",        "default"};
    if (!length || length > LANGUAGE_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!(dc_class((unsigned char)name[i] & 127u) & DC_CLASS_WORD) &&
            !strchr("+#.-", name[i]))
            return false;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strlen(none[i]) == length &&
            strncasecmp(name, none[i], length) == 0)
            return false;
    return (unsigned char)name[0] < 128;
}

/* The language in a list of classes: "language-c", "brush: c"... or, with
 * highlighters that name themselves first, the word behind. */
static struct dc_text class_language(struct dc_text classes) {
    static const char *const prefixes[] = {"language-", "lang-",
                                           "highlight-source-", "brush:"};
    static const char *const markers[] = {"brush:", "sourceCode", "hljs",
                                          "highlight"};
    bool marked = false;
    if (!classes.length)
        return classes;
    for (const char *at = classes.bytes, *end = at + classes.length;
         at < end;) {
        const char *start = at;
        while (at < end && (unsigned char)*at > ' ')
            at++;
        size_t length = (size_t)(at - start);
        if (length && start[length - 1] == ';')
            length--;
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            size_t skip = strlen(prefixes[i]);
            if (length > skip && !strncasecmp(start, prefixes[i], skip) &&
                is_name(start + skip, length - skip))
                return (struct dc_text){start + skip,
                                        (uint32_t)(length - skip)};
        }
        if (marked && is_name(start, length))
            return (struct dc_text){start, (uint32_t)length};
        marked = false;
        for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
            marked = marked || (length == strlen(markers[i]) &&
                                !strncasecmp(start, markers[i], length));
        while (at < end && (unsigned char)*at <= ' ')
            at++;
    }
    return (struct dc_text){NULL, 0};
}

static struct dc_text node_language(const struct dc_page *page, uint32_t node) {
    static const enum dc_attribute_name names[] = {DC_ATTRIBUTE_data_lang,
                                                   DC_ATTRIBUTE_data_language};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct dc_text value = dc_attribute_text(page, node, names[i]);
        if (is_name(value.bytes, value.length))
            return value;
    }
    return class_language(dc_attribute_text(page, node, DC_ATTRIBUTE_class));
}

/* Of the <pre>, the <code> in it, or an element closely around. */
static struct dc_text find_language(const struct dc_page *page, uint32_t pre) {
    struct dc_text language = node_language(page, pre);
    if (!language.length && pre + 1 < page->node_count &&
        page->nodes[pre + 1].tag == DC_TAG_code &&
        page->nodes[pre + 1].parent == pre)
        language = node_language(page, pre + 1);
    uint32_t outer = page->nodes[pre].parent;
    for (int i = 0; i < WRAPPERS && outer != DC_NONE && !language.length; i++) {
        if (page->nodes[outer].tag == DC_TAG_body)
            break;
        language = node_language(page, outer);
        outer = page->nodes[outer].parent;
    }
    return language;
}

/* -- Text ------------------------------------------------------------------ */

struct code {
    struct dc_outline *outline;
    const struct dc_places *places;
    uint32_t open;  /* its OPEN */
    size_t block;   /* first whose end is not behind us */
    bool visible;   /* something but white space was written */
    bool line_due;  /* a line ended, not yet written */
    bool line_used; /* the current line has text */
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
    bool kept = code->block < page->block_count &&
                page->blocks[code->block].first_event <= number &&
                dc_is_kept(page, code->places->keep, code->block);
    if (kept || is_blank(text, end))
        text_add(code, text, end);
}

/* Is it a line number inside a line? */
static bool is_number_mark(const struct dc_page *page, uint32_t node) {
    return is_number_class(page, node) && dc_is_gutter(page, node);
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
    struct dc_text language = find_language(page, pre);
    code.block = n->first_block;
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
                 ((flags & DC_SKIP) || is_number_mark(page, event->node)))
            i = element->last_event;
        else if (!(flags & DC_INLINE) && element->tag != DC_TAG_br)
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
