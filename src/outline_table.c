/* outline_table.c: which tables hold data, and how those are laid out.
 *
 * In: the page and what is kept of it; later the pieces of a finished table.
 * Out: the kind of every table; for each cell the columns before it that
 * others reach into, and whether the first row is a header.
 *
 * Old pages place everything by tables, and new ones still place code and its
 * line numbers so.  A table of data has at least two rows and columns of kept
 * text, or a row of a header and data, and no table inside; header cells or a
 * caption prove it, otherwise it must look the part: short cells, no headings,
 * no preformatted text.
 */
#include "outline.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    WORDS_MAX = 100,         /* in the longest cell of a table of data */
    HEADED_WORDS_MAX = 1000, /* with header cells */
    CELL_WORDS_MAX = 25,     /* mean */
    HEADED_CELL_WORDS = 12,  /* mean, where headings stand in cells */
    CELL_BLOCKS_MAX = 3,     /* mean */
    SPAN_MAX = 1000,         /* what HTML allows columns to */
    REACH = 32               /* columns within which spans are heeded */
};

struct facts {
    uint32_t rows, columns, cells; /* with kept text */
    uint32_t row_columns;          /* of the current row, so far */
    uint32_t words, longest, blocks;
    bool headers, data; /* <th>, <td> with kept text */
    bool caption, nested, code, heading, presentation;
};

static uint32_t words_in(const struct dc_places *places, uint32_t node) {
    const struct dc_node *n = &places->page->nodes[node];
    return places->kept_words[n->block_end] -
           places->kept_words[n->first_block];
}

static void note_table(struct facts *facts, const struct dc_places *places,
                       uint32_t node) {
    const struct dc_page *page = places->page;
    struct dc_text role = dc_attribute_text(page, node, DC_ATTRIBUTE_role);
    uint32_t outer = places->of[page->nodes[node].parent].table;
    if (outer != DC_NONE)
        facts[outer].nested = true;
    facts[places->of[node].table].presentation =
        (role.length == 4 && !strncasecmp(role.bytes, "none", 4)) ||
        (role.length == 12 && !strncasecmp(role.bytes, "presentation", 12));
}

static void note_cell(struct facts *facts, const struct dc_places *places,
                      uint32_t node) {
    const struct dc_page *page = places->page;
    if (!dc_kept_in(places, page->nodes[node].parent))
        return;
    facts->row_columns +=
        dc_attribute_number(page, node, DC_ATTRIBUTE_colspan, 1, SPAN_MAX);
    if (facts->row_columns > facts->columns)
        facts->columns = facts->row_columns;
    uint32_t words = words_in(places, node), blocks = dc_kept_in(places, node);
    facts->cells += blocks > 0;
    facts->words += words;
    facts->blocks += blocks;
    if (words > facts->longest)
        facts->longest = words;
    if (blocks && page->nodes[node].tag == DC_TAG_th)
        facts->headers = true;
    else if (blocks)
        facts->data = true;
}

/* What an element says of the table it stands in. */
static void note_element(struct facts *facts, const struct dc_places *places,
                         uint32_t node) {
    unsigned tag = places->page->nodes[node].tag;
    struct facts *own = &facts[places->of[node].table];
    if (tag == DC_TAG_table) {
        note_table(facts, places, node);
    } else if (tag == DC_TAG_tr) {
        own->row_columns = 0;
        own->rows += dc_kept_in(places, node) > 0;
    } else if (tag == DC_TAG_td || tag == DC_TAG_th) {
        note_cell(own, places, node);
    } else if (dc_kept_in(places, node)) {
        own->caption |= tag == DC_TAG_caption;
        own->code |= tag == DC_TAG_pre;
        own->heading |= (dc_tag_flags(tag) & DC_HEADING) != 0;
    }
}

static enum dc_table_kind judge(const struct facts *facts) {
    if (facts->code && !facts->headers)
        return DC_TABLE_CODE;
    bool one_row = facts->rows == 1 && facts->headers && facts->data;
    if (facts->nested || facts->presentation || facts->columns < 2 ||
        (facts->rows < 2 && !one_row))
        return DC_TABLE_LAYOUT;
    if (facts->headers || facts->caption)
        return facts->longest <= HEADED_WORDS_MAX ? DC_TABLE_DATA
                                                  : DC_TABLE_LAYOUT;
    /* Headings place boxes, unless they are cells among many. */
    if (facts->heading &&
        (facts->rows < 3 || facts->words > HEADED_CELL_WORDS * facts->cells))
        return DC_TABLE_LAYOUT;
    bool short_cells = facts->longest <= WORDS_MAX &&
                       facts->words <= CELL_WORDS_MAX * facts->cells &&
                       facts->blocks <= CELL_BLOCKS_MAX * facts->cells;
    return short_cells ? DC_TABLE_DATA : DC_TABLE_LAYOUT;
}

bool dc_tables_judge(struct dc_places *places) {
    size_t count = places->table_count;
    struct dc_arena *arena = places->page->scratch;
    places->tables = dc_arena_alloc(arena, count + 1, 1);
    struct facts *facts = dc_arena_zero(arena, count + 1, sizeof *facts);
    if (places->tables && facts) {
        for (uint32_t node = 0; count && node < places->page->node_count;
             node++)
            if (places->of[node].table != DC_NONE)
                note_element(facts, places, node);
        for (size_t i = 0; i < count; i++)
            places->tables[i] = (uint8_t)judge(&facts[i]);
    }
    return places->tables && facts;
}

/* -- A finished table ------------------------------------------------------ */

/* Where the next cell goes.  reach[c]: rows below that column c still reaches
 * into; beyond REACH spans are not heeded, or a small page could ask for a
 * large table. */
struct grid {
    uint32_t column;  /* next one */
    uint32_t columns; /* most so far */
    uint32_t rows_left;
    uint32_t reach[REACH];
};

static uint32_t span(const struct dc_page *page, const struct dc_piece *cell,
                     enum dc_attribute_name name) {
    uint32_t count = 1;
    if (cell->node != DC_NONE)
        count = dc_attribute_number(page, cell->node, name, 1, SPAN_MAX);
    return count ? count : 1;
}

/* Returns how many columns behind its first one the cell takes. */
static uint32_t place_cell(struct grid *grid, const struct dc_page *page,
                           struct dc_piece *cell, uint32_t lead) {
    uint32_t columns = span(page, cell, DC_ATTRIBUTE_colspan);
    uint32_t rows = span(page, cell, DC_ATTRIBUTE_rowspan);
    if (rows > grid->rows_left)
        rows = grid->rows_left;
    for (; grid->column < REACH && grid->reach[grid->column]; lead++)
        grid->reach[grid->column++]--;
    cell->cell =
        (struct dc_cell){(uint16_t)lead, (uint16_t)columns, (uint16_t)rows};
    uint32_t first = grid->column;
    do {
        if (grid->column < REACH)
            grid->reach[grid->column] = rows - 1;
        grid->column++;
    } while (grid->column - first < columns && grid->column < REACH);
    if (grid->column > grid->columns)
        grid->columns = grid->column;
    return grid->column - first - 1;
}

static void place_row(struct grid *grid, struct dc_piece *pieces, uint32_t row,
                      const struct dc_page *page) {
    uint32_t lead = 0;
    grid->column = 0;
    for (uint32_t i = row + 1; i < pieces[row].match; i = pieces[i].match + 1)
        lead = place_cell(grid, page, &pieces[i], lead);
    for (; grid->column < REACH; grid->column++)
        if (grid->reach[grid->column])
            grid->reach[grid->column]--;
}

/* Is all text of a cell strong? */
static bool is_strong(const struct dc_piece *pieces, uint32_t cell) {
    uint32_t line = cell + 1, strong = cell + 2, close = pieces[cell].match;
    return close >= cell + 6 && pieces[line].match == close - 1 &&
           pieces[strong].kind == DC_PIECE_OPEN &&
           pieces[strong].role == DC_ROLE_STRONG &&
           pieces[strong].match == close - 2;
}

/* Does the row head the table: all its cells are header cells, or strong? */
static bool is_header(const struct dc_piece *pieces, uint32_t row) {
    bool header = true, strong = true, any = false;
    for (uint32_t i = row + 1; i < pieces[row].match; i = pieces[i].match + 1) {
        bool empty = pieces[i].match == i + 1;
        header = header && (empty || (pieces[i].detail & DC_HEADER));
        strong = strong && (empty || is_strong(pieces, i));
        any = any || !empty;
    }
    return any && (header || strong);
}

void dc_table_finish(struct dc_outline *outline, const struct dc_page *page,
                     uint32_t open) {
    struct dc_piece *pieces = outline->pieces;
    struct grid grid = {.rows_left = 0};
    uint32_t close = pieces[open].match, first = DC_NONE;
    if (outline->failed)
        return;
    for (uint32_t i = open + 1; i < close; i = pieces[i].match + 1)
        grid.rows_left += pieces[i].role == DC_ROLE_ROW;
    for (uint32_t i = open + 1; i < close; i = pieces[i].match + 1) {
        if (pieces[i].role != DC_ROLE_ROW)
            continue;
        if (first == DC_NONE)
            first = i;
        place_row(&grid, pieces, i, page);
        grid.rows_left--;
    }
    if (first != DC_NONE && is_header(pieces, first))
        pieces[first].detail |= DC_HEADER;
    pieces[open].number = grid.columns;
}
