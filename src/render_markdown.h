/* render_markdown.h: what the two files of the Markdown renderer share. */
#ifndef DC_RENDER_MARKDOWN_H
#define DC_RENDER_MARKDOWN_H

#include "lines.h"
#include "markdown.h"
#include "outline.h"

enum { DC_LISTS_MAX = 32 };

struct dc_markdown_list {
    bool numbered;
    bool other; /* the other marker: the list before this one ends here */
    bool notes; /* footnotes, not a list */
};

struct dc_markdown {
    const struct dc_page *page;
    const struct dc_outline *outline;
    const struct dc_view *view;
    struct dc_lines lines;
    struct dc_buffer text; /* of the open line, its beginning not escaped */
    struct dc_buffer base, url;
    struct dc_markdown_list lists[DC_LISTS_MAX];
    unsigned list_count;
    struct dc_markdown_list last; /* the list that ended with the line above */
    bool after_list;
    bool after_term;      /* the line above is one */
    unsigned definitions; /* open ones */
    uint32_t table;       /* OPEN of the open table */
    bool head_due;        /* of that table */
    bool in_cell;         /* or in another line that cannot be broken */
    size_t cell_start;
    bool shown[DC_ROLE_COUNT]; /* emphasis and links that were written */
    struct dc_markdown_context context;
};

/* Writes what stands inside a line; returns the last piece dealt with. */
uint32_t dc_markdown_inline(struct dc_markdown *r, uint32_t i);

/* Longest run of backticks in the texts between two pieces. */
size_t dc_markdown_ticks(const struct dc_markdown *r, uint32_t i, uint32_t end);
void dc_markdown_add_ticks(struct dc_buffer *line, size_t count);

#endif
