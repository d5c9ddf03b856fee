/* render_text.c: kept blocks as plain text.
 *
 * In: an outline.  Out: one block a line.  An empty line stands between two
 * blocks unless a reader would see them as one thing, such as the entries of a
 * list; entries have their marker, rows of a table are lines whose cells are
 * separated by tabs, preformatted text keeps its line breaks.
 */
#include "lines.h"
#include "outline.h"
#include "url.h"

#include <stdio.h>
#include <string.h>

struct renderer {
    const struct dc_page *page;
    const struct dc_piece *pieces;
    const struct dc_view *view;
    struct dc_lines lines;
    struct dc_buffer base, url;
    unsigned groups;     /* open lists of any kind */
    uint32_t group;      /* the outermost of them */
    uint32_t last_group; /* of the line before */
    bool heading;        /* the line before is one */
    bool item_begun;
    bool in_cell, in_row, in_table;
    size_t cell_start;
};

static void address_add(struct renderer *r, struct dc_text link) {
    struct dc_buffer *line = &r->lines.line;
    if (!dc_url_make(&r->url, dc_url_text(&r->base), link))
        return;
    if (line->length && line->bytes[line->length - 1] != ' ')
        dc_buffer_byte(line, ' ');
    dc_buffer_byte(line, '<');
    dc_buffer_add(line, r->url.bytes, r->url.length);
    dc_buffer_byte(line, '>');
}

static void image_add(struct renderer *r, uint32_t node) {
    struct dc_buffer *line = &r->lines.line;
    struct dc_text alt = dc_attribute_text(r->page, node, DC_ATTRIBUTE_alt);
    if (alt.length) {
        dc_buffer_byte(line, '[');
        dc_lines_collapse(line, alt.bytes, alt.length);
        dc_buffer_byte(line, ']');
    }
    address_add(r, dc_image_source(r->page, node));
}

static void math_add(struct renderer *r, const struct dc_piece *piece) {
    const char *mark = piece->detail & DC_DISPLAY && !r->in_cell ? "$$" : "$";
    dc_buffer_string(&r->lines.line, mark);
    dc_lines_collapse(&r->lines.line, piece->bytes, piece->length);
    dc_buffer_string(&r->lines.line, mark);
}

/* Sets a reference apart from the word before it: the text of one in brackets
 * already is. */
static void note_mark(struct renderer *r, const struct dc_piece *open,
                      char bracket) {
    const struct dc_piece *text = open + 1;
    while (text->kind == DC_PIECE_OPEN)
        text++;
    if (text->kind != DC_PIECE_TEXT ||
        (*text->bytes != '[' && *text->bytes != '('))
        dc_buffer_byte(&r->lines.line, bracket);
}

/* Is a reference to be printed as the page has it?  Not if its mark is a star,
 * or the number of more than one footnote: these have their labels here. */
static bool is_numbered(const struct renderer *r, const struct dc_piece *open) {
    const struct dc_piece *end = &r->pieces[open->match];
    uint32_t number = 0;
    for (const struct dc_piece *text = open + 1; text < end; text++)
        for (uint32_t i = 0; text->kind == DC_PIECE_TEXT && i < text->length;
             i++) {
            uint32_t digit = (uint32_t)(text->bytes[i] - '0');
            if (digit < 10 && number < UINT32_MAX / 10 - 1)
                number = number * 10 + digit;
        }
    return !open->number || number == open->number;
}

static void note_add(struct renderer *r, const struct dc_piece *open) {
    struct dc_buffer *line = &r->lines.line;
    dc_buffer_byte(line, '[');
    dc_buffer_number(line, open->number);
    dc_buffer_byte(line, ']');
}

/* -- Lines ----------------------------------------------------------------- */

static void line_write(struct renderer *r, bool heading, bool apart) {
    uint32_t group = r->groups ? r->group : DC_NONE;
    r->lines.joined = group != DC_NONE && group == r->last_group && !heading &&
                      !r->heading && (r->item_begun || !apart);
    dc_lines_write(&r->lines);
    r->last_group = group;
    r->heading = heading;
    r->item_begun = false;
}

static void row_write(struct renderer *r) {
    r->lines.joined = r->in_table;
    dc_lines_write(&r->lines);
    r->in_table = true;
    r->last_group = DC_NONE;
    r->heading = r->item_begun = false;
}

static void paragraph_open(struct renderer *r) {
    if (r->in_cell && r->lines.line.length > r->cell_start)
        dc_buffer_byte(&r->lines.line, ' ');
}

static void code_write(struct renderer *r, const struct dc_piece *open) {
    for (const struct dc_piece *text = open + 1; text->kind == DC_PIECE_TEXT;
         text++)
        dc_lines_raw(&r->lines.line, text->bytes, text->length);
    if (r->lines.line.length)
        line_write(r, false, true);
}

/* -- Containers ------------------------------------------------------------ */

static void list_open(struct renderer *r, const struct dc_piece *piece) {
    if (!r->groups++)
        r->group = (uint32_t)(piece - r->pieces);
}

static void item_open(struct renderer *r, const struct dc_piece *piece) {
    static const char blanks[] = "               ";
    char marker[DC_PREFIX_BYTES] = "- ";
    if (r->in_cell) {
        if (r->lines.line.length > r->cell_start)
            dc_buffer_byte(&r->lines.line, ';');
        return;
    }
    if (piece->detail & DC_NUMBERED)
        snprintf(
            marker, sizeof marker, "%lu. ",
            (unsigned long)(piece->number ? piece->number : piece->length));
    dc_lines_push(&r->lines, marker,
                  blanks + sizeof blanks - 1 - strlen(marker));
    r->item_begun = true;
}

static void cell_open(struct renderer *r, const struct dc_piece *piece) {
    struct dc_buffer *line = &r->lines.line;
    for (unsigned i = r->in_row ? 0 : 1; i <= piece->cell.lead; i++)
        dc_buffer_byte(line, '\t');
    r->in_cell = r->in_row = true;
    r->cell_start = line->length;
}

static void role_open(struct renderer *r, const struct dc_piece *piece) {
    switch (piece->role) {
    case DC_ROLE_LIST:
    case DC_ROLE_TERMS:
        list_open(r, piece);
        break;
    case DC_ROLE_ITEM:
        item_open(r, piece);
        break;
    case DC_ROLE_TERM:
        r->item_begun = true;
        break;
    case DC_ROLE_DEFINITION:
        if (!r->in_cell)
            dc_lines_push(&r->lines, "  ", "  ");
        r->item_begun = true;
        break;
    case DC_ROLE_TABLE:
        r->in_table = false;
        break;
    case DC_ROLE_ROW:
        r->in_row = false;
        break;
    case DC_ROLE_CELL:
        cell_open(r, piece);
        break;
    case DC_ROLE_PARAGRAPH:
        paragraph_open(r);
        break;
    case DC_ROLE_CODE_BLOCK:
        code_write(r, piece);
        break;
    case DC_ROLE_NOTE:
        if (is_numbered(r, piece))
            note_mark(r, piece, '[');
        else
            note_add(r, piece);
        break;
    default:
        break;
    }
}

static void role_close(struct renderer *r, const struct dc_piece *opened) {
    switch (opened->role) {
    case DC_ROLE_LIST:
    case DC_ROLE_TERMS:
        r->groups--;
        break;
    case DC_ROLE_ITEM:
    case DC_ROLE_DEFINITION:
        if (!r->in_cell)
            dc_lines_pop(&r->lines);
        break;
    case DC_ROLE_CELL:
        r->in_cell = false;
        break;
    case DC_ROLE_ROW:
        row_write(r);
        break;
    case DC_ROLE_CAPTION:
        r->in_table = true;
        break;
    case DC_ROLE_PARAGRAPH:
    case DC_ROLE_HEADING:
        if (!r->in_cell)
            line_write(r, opened->role == DC_ROLE_HEADING,
                       (opened->detail & DC_APART) != 0);
        break;
    case DC_ROLE_NOTE:
        note_mark(r, opened, ']');
        break;
    case DC_ROLE_LINK:
        if (r->view->links)
            address_add(
                r, dc_attribute_text(r->page, opened->node, DC_ATTRIBUTE_href));
        break;
    default:
        break;
    }
}

static void piece_write(struct renderer *r, const struct dc_piece *piece) {
    struct dc_buffer *line = &r->lines.line;
    switch (piece->kind) {
    case DC_PIECE_OPEN:
        role_open(r, piece);
        break;
    case DC_PIECE_CLOSE:
        role_close(r, &r->pieces[piece->match]);
        break;
    case DC_PIECE_TEXT:
        dc_lines_collapse(line, piece->bytes, piece->length);
        break;
    case DC_PIECE_MATH:
        math_add(r, piece);
        break;
    case DC_PIECE_SPACE:
    case DC_PIECE_BREAK:
        dc_buffer_byte(line, ' ');
        break;
    case DC_PIECE_IMAGE:
        image_add(r, piece->node);
        break;
    default:
        break;
    }
}

/* Was all up to the end of a piece written with it? */
static bool is_whole(const struct renderer *r, const struct dc_piece *piece) {
    return piece->kind == DC_PIECE_OPEN &&
           (piece->role == DC_ROLE_CODE_BLOCK ||
            (piece->role == DC_ROLE_NOTE && !is_numbered(r, piece)));
}

void dc_render_plain(const struct dc_page *page, const struct dc_view *view,
                     struct dc_output *output) {
    struct dc_outline outline;
    struct renderer r = {.page = page,
                         .view = view,
                         .lines.output = output,
                         .lines.line.arena = page->scratch,
                         .base.arena = page->scratch,
                         .url.arena = page->scratch,
                         .last_group = DC_NONE};
    const struct dc_outline_options options = {view->keep, view->images};
    if (dc_outline_make(&outline, page, &options)) {
        r.pieces = outline.pieces;
        output->flattened = outline.flattened;
        dc_url_base(&r.base, page);
        for (uint32_t i = 0; i < outline.count && !output->failed; i++) {
            piece_write(&r, &outline.pieces[i]);
            if (is_whole(&r, &outline.pieces[i]))
                i = outline.pieces[i].match;
        }
    } else {
        output->failed = true;
    }
    if (r.base.failed || r.url.failed || r.lines.line.failed)
        output->failed = true;
}

void dc_render_text(const struct dc_page *page, uint32_t keep,
                    struct dc_output *output) {
    const struct dc_view view = {.keep = keep};
    dc_render_plain(page, &view, output);
}
