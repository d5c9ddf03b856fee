/* render_markdown.c: kept blocks as CommonMark, with GFM's tables and
 * footnotes.
 *
 * In: an outline.  Out: Markdown without HTML in it; what Markdown cannot say
 * (a list in a table's cell, a superscript) loses its form and keeps its
 * words.  Lines are gathered before they are written, since only then it is
 * known what they begin with.
 */
#include "render_markdown.h"

#include <stdio.h>
#include <string.h>

#include "url.h"

static const struct dc_piece *piece_at(const struct dc_markdown *r,
                                       uint32_t i) {
    return &r->outline->pieces[i];
}

/* -- Lines ----------------------------------------------------------------- */

/* A definition that begins with something else than a paragraph stands below
 * its term without a mark, which would make a paragraph of it. */
static void definition_unmark(struct dc_markdown *r) {
    if (!dc_lines_fresh(&r->lines))
        return;
    struct dc_prefix *prefix = &r->lines.prefixes[r->lines.count - 1];
    if (prefix->first[0] != ':')
        return;
    memcpy(prefix->first, prefix->rest, sizeof prefix->first);
    r->lines.joined = false;
}

static void line_write(struct dc_markdown *r) {
    if (!r->text.length)
        return;
    dc_markdown_lines(&r->lines.line, &r->text);
    r->text.length = 0;
    r->after_list = false;
    dc_lines_write(&r->lines);
}

static void heading_open(struct dc_markdown *r, const struct dc_piece *piece) {
    definition_unmark(r);
    r->in_cell = r->context.in_heading = true;
    for (uint32_t i = 0; i < piece->number; i++)
        dc_buffer_byte(&r->lines.line, '#');
    dc_buffer_byte(&r->lines.line, ' ');
}

static void heading_close(struct dc_markdown *r) {
    dc_buffer_add(&r->lines.line, r->text.bytes, r->text.length);
    if (r->text.length)
        dc_lines_write(&r->lines);
    r->lines.line.length = r->text.length = 0;
    r->in_cell = r->context.in_heading = r->after_list = false;
}

static void code_block_write(struct dc_markdown *r, uint32_t open) {
    const struct dc_piece *block = piece_at(r, open);
    struct dc_buffer *line = &r->lines.line;
    size_t ticks = dc_markdown_ticks(r, open + 1, block->match);
    if (block->match == open + 1)
        return;
    definition_unmark(r);
    ticks = ticks < 3 ? 3 : ticks + 1;
    dc_markdown_add_ticks(line, ticks);
    dc_buffer_add(line, block->bytes, block->length);
    dc_buffer_byte(line, '\n');
    for (uint32_t i = open + 1; i < block->match; i++)
        dc_lines_raw(line, piece_at(r, i)->bytes, piece_at(r, i)->length);
    dc_buffer_byte(line, '\n');
    dc_markdown_add_ticks(line, ticks);
    r->after_list = false;
    dc_lines_write(&r->lines);
}

static void rule_write(struct dc_markdown *r) {
    dc_buffer_string(&r->lines.line, "---");
    r->after_list = false;
    dc_lines_write(&r->lines);
}

/* -- Lists ----------------------------------------------------------------- */

/* Two lists in succession would be one: the second takes another marker.  A
 * list stands close below the text of the entry it is in, unless it begins
 * with a number that could not follow a paragraph. */
static void list_open(struct dc_markdown *r, const struct dc_piece *piece) {
    struct dc_markdown_list list = {(piece->detail & DC_NUMBERED) != 0, false,
                                    (piece->detail & DC_FOOTNOTES) != 0};
    if (r->in_cell)
        return;
    definition_unmark(r);
    if (r->after_list && r->last.numbered == list.numbered)
        list.other = !r->last.other;
    if (r->list_count && !dc_lines_fresh(&r->lines) && !r->after_list)
        r->lines.joined = !list.numbered || piece->number == 1;
    if (r->list_count < DC_LISTS_MAX)
        r->lists[r->list_count++] = list;
}

static void list_close(struct dc_markdown *r) {
    if (r->in_cell)
        return;
    if (r->list_count)
        r->last = r->lists[--r->list_count];
    r->after_list = true;
    r->lines.joined = false;
}

/* Markdown counts by itself: a number out of turn needs a list of its own. */
static void number_jump(struct dc_markdown *r, struct dc_markdown_list *list,
                        const struct dc_piece *piece) {
    if (!(piece->detail & DC_JUMP))
        return;
    list->other = !list->other;
    r->lines.joined = false;
}

static void item_open(struct dc_markdown *r, const struct dc_piece *piece) {
    static const char blanks[] = "               ";
    char marker[DC_PREFIX_BYTES];
    struct dc_markdown_list *list =
        &r->lists[r->list_count ? r->list_count - 1 : 0];
    const char *rest;
    if (r->in_cell) {
        if (r->text.length > r->cell_start)
            dc_buffer_byte(&r->text, ';');
        return;
    }
    if (piece->number) {
        snprintf(marker, sizeof marker,
                 "[^%lu]: ", (unsigned long)piece->number);
    } else if (piece->detail & DC_NUMBERED) {
        number_jump(r, list, piece);
        snprintf(marker, sizeof marker, "%lu%s ", (unsigned long)piece->length,
                 list->other ? ")" : ".");
    } else {
        snprintf(marker, sizeof marker, "%s ", list->other ? "+" : "-");
    }
    rest = blanks + sizeof blanks - 1 - strlen(marker);
    dc_lines_push(&r->lines, marker, piece->number ? "    " : rest);
}

static void item_close(struct dc_markdown *r) {
    if (r->in_cell)
        return;
    dc_lines_pop(&r->lines);
    /* The next item follows closely; the end of the list undoes it. */
    r->lines.joined = r->list_count && !r->lists[r->list_count - 1].notes;
}

/* -- Tables ---------------------------------------------------------------- */

static void empty_cells(struct dc_buffer *line, uint32_t count) {
    while (count-- > 0)
        dc_buffer_string(line, "   |");
}

/* The line that makes a table of the one above it. */
static void head_close(struct dc_markdown *r) {
    uint32_t columns = piece_at(r, r->table)->number;
    dc_buffer_byte(&r->lines.line, '|');
    for (uint32_t i = 0; i < columns; i++)
        dc_buffer_string(&r->lines.line, " --- |");
    r->lines.joined = true;
    dc_lines_write(&r->lines);
    r->head_due = false;
}

static void row_open(struct dc_markdown *r, const struct dc_piece *piece) {
    struct dc_buffer *line = &r->lines.line;
    if (r->head_due && !(piece->detail & DC_HEADER)) {
        dc_buffer_byte(line, '|');
        empty_cells(line, piece_at(r, r->table)->number);
        dc_lines_write(&r->lines);
        head_close(r);
    }
    r->lines.joined = !r->head_due;
    dc_buffer_byte(line, '|');
}

static uint32_t count_columns(const struct dc_markdown *r,
                              const struct dc_piece *row) {
    uint32_t columns = 0, end = row->match;
    for (uint32_t i = piece_at(r, end)->match + 1; i < end;
         i = piece_at(r, i)->match + 1)
        columns += piece_at(r, i)->cell.lead + 1u;
    return columns;
}

static void row_close(struct dc_markdown *r, const struct dc_piece *row) {
    if (r->head_due) {
        uint32_t columns = piece_at(r, r->table)->number;
        uint32_t used = count_columns(r, row);
        empty_cells(&r->lines.line, columns > used ? columns - used : 0);
    }
    dc_lines_write(&r->lines);
    if (r->head_due)
        head_close(r);
    r->after_list = false;
}

static void cell_open(struct dc_markdown *r, const struct dc_piece *piece) {
    empty_cells(&r->lines.line, piece->cell.lead);
    r->in_cell = true;
    r->text.length = r->cell_start = 0;
}

/* In a table '|' ends a cell even inside code, unless it is escaped. */
static void cell_close(struct dc_markdown *r) {
    struct dc_buffer *line = &r->lines.line;
    dc_buffer_byte(line, ' ');
    for (size_t i = 0; i < r->text.length; i++) {
        if (r->text.bytes[i] == '|')
            dc_buffer_byte(line, '\\');
        dc_buffer_byte(line, r->text.bytes[i]);
    }
    dc_buffer_string(line, " |");
    r->in_cell = false;
    r->text.length = 0;
}

/* -- Pieces ---------------------------------------------------------------- */

/* CommonMark itself knows no definitions: to it, what is indented deeper than
 * one of them would be code. */
static void definition_open(struct dc_markdown *r) {
    if (r->in_cell)
        return;
    r->after_term = false;
    dc_lines_push(&r->lines, ": ", r->definitions++ ? "" : "  ");
    r->lines.joined = true; /* with its term */
}

static void definition_close(struct dc_markdown *r) {
    if (r->in_cell)
        return;
    dc_lines_pop(&r->lines);
    r->definitions--;
}

static void paragraph_open(struct dc_markdown *r) {
    if (r->in_cell && r->text.length > r->cell_start)
        dc_buffer_byte(&r->text, ' ');
}

static void table_open(struct dc_markdown *r, uint32_t i) {
    definition_unmark(r);
    r->table = i;
    r->head_due = true;
}

/* Returns the last piece dealt with. */
static uint32_t block_open(struct dc_markdown *r, uint32_t i) {
    const struct dc_piece *piece = &r->outline->pieces[i];
    switch (piece->role) {
    case DC_ROLE_LIST:
        list_open(r, piece);
        break;
    case DC_ROLE_ITEM:
        item_open(r, piece);
        break;
    case DC_ROLE_TERM:
        if (!r->in_cell)
            r->lines.joined = r->after_term;
        break;
    case DC_ROLE_DEFINITION:
        definition_open(r);
        break;
    case DC_ROLE_QUOTE:
        definition_unmark(r);
        if (!r->in_cell)
            dc_lines_push(&r->lines, "> ", "> ");
        break;
    case DC_ROLE_TABLE:
        table_open(r, i);
        break;
    case DC_ROLE_ROW:
        row_open(r, piece);
        break;
    case DC_ROLE_CELL:
        cell_open(r, piece);
        break;
    case DC_ROLE_PARAGRAPH:
        paragraph_open(r);
        break;
    case DC_ROLE_HEADING:
        heading_open(r, piece);
        break;
    case DC_ROLE_CODE_BLOCK:
        code_block_write(r, i);
        return piece->match;
    default:
        break;
    }
    return i;
}

static void block_close(struct dc_markdown *r, const struct dc_piece *opened) {
    switch (opened->role) {
    case DC_ROLE_LIST:
        list_close(r);
        break;
    case DC_ROLE_ITEM:
        item_close(r);
        break;
    case DC_ROLE_TERM:
        r->after_term = !r->in_cell;
        break;
    case DC_ROLE_DEFINITION:
        definition_close(r);
        break;
    case DC_ROLE_QUOTE:
        if (!r->in_cell)
            dc_lines_pop(&r->lines);
        break;
    case DC_ROLE_TERMS:
        if (!r->in_cell)
            r->after_term = r->lines.joined = false;
        break;
    case DC_ROLE_ROW:
        row_close(r, opened);
        break;
    case DC_ROLE_CELL:
        cell_close(r);
        break;
    case DC_ROLE_PARAGRAPH:
        if (!r->in_cell)
            line_write(r);
        break;
    case DC_ROLE_HEADING:
        heading_close(r);
        break;
    default:
        break;
    }
}

static uint32_t piece_write(struct dc_markdown *r, uint32_t i) {
    const struct dc_piece *piece = &r->outline->pieces[i];
    bool paired = piece->kind == DC_PIECE_OPEN || piece->kind == DC_PIECE_CLOSE;
    if (piece->kind == DC_PIECE_RULE)
        rule_write(r);
    else if (!paired || piece->role >= DC_ROLE_INLINE)
        return dc_markdown_inline(r, i);
    else if (piece->kind == DC_PIECE_OPEN)
        return block_open(r, i);
    else
        block_close(r, &r->outline->pieces[piece->match]);
    return i;
}

void dc_render_markdown(const struct dc_page *page, const struct dc_view *view,
                        struct dc_output *output) {
    struct dc_outline outline;
    struct dc_markdown r = {.page = page,
                            .outline = &outline,
                            .view = view,
                            .lines.output = output,
                            .lines.line.arena = page->scratch,
                            .text.arena = page->scratch,
                            .base.arena = page->scratch,
                            .url.arena = page->scratch};
    const struct dc_outline_options options = {view->keep, view->images};
    bool made = dc_outline_make(&outline, page, &options);
    output->flattened = outline.flattened;
    dc_url_base(&r.base, page);
    for (uint32_t i = 0; made && i < outline.count && !output->failed; i++)
        i = piece_write(&r, i);
    if (!made || r.base.failed || r.url.failed || r.text.failed ||
        r.lines.line.failed)
        output->failed = true;
}
