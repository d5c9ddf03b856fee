/* render_html.c: kept blocks as HTML that is safe to show as it is.
 *
 * In: an outline.  Out: one <article>.  Nothing of the page's mark-up is
 * copied: elements and attributes are written from the tables below, so what
 * is not in them cannot come out; all text is escaped; addresses are those
 * url.c lets through.  The outline is well-formed, and so is this.
 */
#include "buffer.h"
#include "lines.h"
#include "outline.h"
#include "render.h"
#include "url.h"

#include <string.h>

struct renderer {
    const struct dc_page *page;
    const struct dc_piece *pieces;
    const struct dc_view *view;
    struct dc_output *output;
    struct dc_buffer base, url, text;
    bool link; /* the open link is written */
    bool body; /* the open table's header is behind us */
    uint32_t table;
};

static void put(struct renderer *r, const char *string) {
    dc_output_string(r->output, string);
}

static void put_escaped(struct renderer *r, const char *bytes, size_t length) {
    size_t start = 0;
    if (!length) /* bytes may be NULL then */
        return;
    for (size_t i = 0; i < length; i++) {
        size_t forbidden = dc_forbidden_length(bytes + i, length - i);
        if (forbidden) {
            dc_output_write(r->output, bytes + start, i - start);
            start = i + forbidden;
            i = start - 1;
            continue;
        }
        const char *escape = bytes[i] == '&'    ? "&amp;"
                             : bytes[i] == '<'  ? "&lt;"
                             : bytes[i] == '>'  ? "&gt;"
                             : bytes[i] == '"'  ? "&quot;"
                             : bytes[i] == '\'' ? "&#39;"
                                                : NULL;
        if (!escape)
            continue;
        dc_output_write(r->output, bytes + start, i - start);
        put(r, escape);
        start = i + 1;
    }
    dc_output_write(r->output, bytes + start, length - start);
}

/* Apostrophes and quotes need an escape in attributes only, but one rule for
 * both cannot be applied in the wrong place. */
static void put_text(struct renderer *r, const char *bytes, size_t length,
                     bool raw) {
    r->text.length = 0;
    if (raw)
        dc_lines_raw(&r->text, bytes, length);
    else
        dc_lines_collapse(&r->text, bytes, length);
    put_escaped(r, r->text.bytes, r->text.length);
}

static void put_attribute(struct renderer *r, const char *name,
                          const char *value, size_t length) {
    put(r, " ");
    put(r, name);
    put(r, "=\"");
    put_escaped(r, value, length);
    put(r, "\"");
}

static void put_number(struct renderer *r, const char *name, uint32_t number) {
    r->text.length = 0;
    dc_buffer_number(&r->text, number);
    put_attribute(r, name, r->text.bytes, r->text.length);
}

/* true if the address may be written; it is in r->url then. */
static bool find_address(struct renderer *r, struct dc_text link) {
    return dc_url_make(&r->url, dc_url_text(&r->base), link);
}

/* -- Elements -------------------------------------------------------------- */

static const char *const plain_names[DC_ROLE_COUNT] = {
    [DC_ROLE_ITEM] = "li",          [DC_ROLE_TERMS] = "dl",
    [DC_ROLE_TERM] = "dt",          [DC_ROLE_DEFINITION] = "dd",
    [DC_ROLE_QUOTE] = "blockquote", [DC_ROLE_TABLE] = "table",
    [DC_ROLE_ROW] = "tr",           [DC_ROLE_CAPTION] = "caption",
    [DC_ROLE_FIGURE] = "figure",    [DC_ROLE_LEGEND] = "figcaption",
    [DC_ROLE_PARAGRAPH] = "p",      [DC_ROLE_LINK] = "a",
    [DC_ROLE_STRONG] = "strong",    [DC_ROLE_EMPHASIS] = "em",
    [DC_ROLE_DELETED] = "del",      [DC_ROLE_INSERTED] = "ins",
    [DC_ROLE_MARK] = "mark",        [DC_ROLE_QUOTATION] = "q",
    [DC_ROLE_SUBSCRIPT] = "sub",    [DC_ROLE_SUPERSCRIPT] = "sup",
    [DC_ROLE_CODE] = "code"};
static const char *const headings[] = {"h1", "h2", "h3", "h4", "h5", "h6"};

/* Name of an element; NULL: none is written. */
static const char *find_name(const struct renderer *r,
                             const struct dc_piece *open) {
    switch (open->role) {
    case DC_ROLE_LIST:
        return open->detail & DC_NUMBERED ? "ol" : "ul";
    case DC_ROLE_CELL:
        return open->detail & DC_HEADER ? "th" : "td";
    case DC_ROLE_HEADING:
        return headings[(open->number - 1) % 6];
    case DC_ROLE_PARAGRAPH:
        return open->detail & DC_BARE ? NULL : "p";
    case DC_ROLE_LINK:
        return r->link ? "a" : NULL;
    default:
        return plain_names[open->role];
    }
}

static void put_attributes(struct renderer *r, const struct dc_piece *open) {
    if (open->role == DC_ROLE_LINK) {
        put_attribute(r, "href", r->url.bytes, r->url.length);
    } else if (open->role == DC_ROLE_LIST) {
        if (open->detail & DC_NUMBERED && open->number != 1)
            put_number(r, "start", open->number);
    } else if (open->role == DC_ROLE_ITEM) {
        if (open->detail & DC_JUMP)
            put_number(r, "value", open->length);
    } else if (open->role == DC_ROLE_CELL) {
        if (open->cell.columns > 1)
            put_number(r, "colspan", open->cell.columns);
        if (open->cell.rows > 1)
            put_number(r, "rowspan", open->cell.rows);
    }
}

static bool holds_blocks(unsigned role) {
    return role == DC_ROLE_LIST || role == DC_ROLE_TERMS ||
           role == DC_ROLE_QUOTE || role == DC_ROLE_TABLE ||
           role == DC_ROLE_ROW || role == DC_ROLE_FIGURE;
}

/* Writes a whole code block. */
static void code_write(struct renderer *r, const struct dc_piece *open) {
    put(r, "<pre><code");
    if (open->length) {
        put(r, " class=\"language-");
        put_escaped(r, open->bytes, open->length);
        put(r, "\"");
    }
    put(r, ">");
    for (const struct dc_piece *text = open + 1; text->kind == DC_PIECE_TEXT;
         text++)
        put_text(r, text->bytes, text->length, true);
    put(r, "</code></pre>\n");
}

static void row_open(struct renderer *r, const struct dc_piece *row) {
    if (row->detail & DC_HEADER) {
        put(r, "<thead>\n");
    } else if (!r->body) {
        put(r, "<tbody>\n");
        r->body = true;
    }
}

static void role_open(struct renderer *r, const struct dc_piece *piece) {
    if (piece->role == DC_ROLE_TABLE)
        r->body = false;
    if (piece->role == DC_ROLE_ROW)
        row_open(r, piece);
    if (piece->role == DC_ROLE_LINK)
        r->link = r->view->links &&
                  find_address(r, dc_attribute_text(r->page, piece->node,
                                                    DC_ATTRIBUTE_href));
    const char *name = find_name(r, piece);
    if (!name)
        return;
    put(r, "<");
    put(r, name);
    put_attributes(r, piece);
    put(r, holds_blocks(piece->role) ? ">\n" : ">");
}

static void role_close(struct renderer *r, const struct dc_piece *opened) {
    if (opened->role == DC_ROLE_TABLE && r->body)
        put(r, "</tbody>\n");
    const char *name = find_name(r, opened);
    if (!name)
        return;
    put(r, "</");
    put(r, name);
    put(r, opened->role < DC_ROLE_INLINE ? ">\n" : ">");
    if (opened->role == DC_ROLE_ROW && (opened->detail & DC_HEADER))
        put(r, "</thead>\n");
}

static void image_write(struct renderer *r, uint32_t node) {
    struct dc_text alt = dc_attribute_text(r->page, node, DC_ATTRIBUTE_alt);
    if (!find_address(r, dc_image_source(r->page, node)))
        return;
    put(r, "<img");
    put_attribute(r, "src", r->url.bytes, r->url.length);
    put(r, " alt=\"");
    put_text(r, alt.bytes, alt.length, false);
    put(r, "\">");
}

/* TeX between the marks that MathJax and KaTeX look for. */
static void math_write(struct renderer *r, const struct dc_piece *piece) {
    bool display = (piece->detail & DC_DISPLAY) != 0;
    put(r, display ? "\\[" : "\\(");
    put_text(r, piece->bytes, piece->length, false);
    put(r, display ? "\\]" : "\\)");
}

static void piece_write(struct renderer *r, const struct dc_piece *piece) {
    switch (piece->kind) {
    case DC_PIECE_OPEN:
        role_open(r, piece);
        break;
    case DC_PIECE_CLOSE:
        role_close(r, &r->pieces[piece->match]);
        break;
    case DC_PIECE_TEXT:
        put_text(r, piece->bytes, piece->length, false);
        break;
    case DC_PIECE_SPACE:
        put(r, " ");
        break;
    case DC_PIECE_BREAK:
        put(r, "<br>\n");
        break;
    case DC_PIECE_IMAGE:
        image_write(r, piece->node);
        break;
    case DC_PIECE_MATH:
        math_write(r, piece);
        break;
    case DC_PIECE_RULE:
        put(r, "<hr>\n");
        break;
    default:
        break;
    }
}

/* -- The page -------------------------------------------------------------- */

/* A language tag: letters, digits and hyphens, nothing else. */
static bool is_language(struct dc_text text) {
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.bytes[i], lower = (char)(c | 32);
        if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
              c == '-'))
            return false;
    }
    return text.length > 1 && text.length < 36;
}

static void article_open(struct renderer *r) {
    struct dc_text language = {NULL, 0};
    for (uint32_t node = 0; node < r->page->node_count && !language.length;
         node++)
        if (r->page->nodes[node].tag == DC_TAG_html)
            language = dc_attribute_text(r->page, node, DC_ATTRIBUTE_lang);
    put(r, "<article");
    if (is_language(language))
        put_attribute(r, "lang", language.bytes, language.length);
    put(r, ">\n");
}

static void article_write(struct renderer *r,
                          const struct dc_outline *outline) {
    article_open(r);
    for (uint32_t i = 0; i < outline->count && !r->output->failed; i++) {
        const struct dc_piece *piece = &outline->pieces[i];
        if (piece->kind == DC_PIECE_OPEN && piece->role == DC_ROLE_CODE_BLOCK) {
            code_write(r, piece);
            i = piece->match;
        } else {
            piece_write(r, piece);
        }
    }
    put(r, "</article>\n");
}

void dc_render_html(const struct dc_page *page, const struct dc_view *view,
                    struct dc_output *output) {
    struct dc_outline outline;
    struct renderer r = {.page = page,
                         .view = view,
                         .output = output,
                         .base.arena = page->scratch,
                         .url.arena = page->scratch,
                         .text.arena = page->scratch};
    const struct dc_outline_options options = {view->keep, view->images};
    bool made = dc_outline_make(&outline, page, &options);
    r.pieces = outline.pieces;
    output->flattened = outline.flattened;
    dc_url_base(&r.base, page);
    if (made && outline.count)
        article_write(&r, &outline);
    if (!made || r.base.failed || r.url.failed || r.text.failed)
        output->failed = true;
}
