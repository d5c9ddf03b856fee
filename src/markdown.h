/* markdown.h: text inside Markdown, so that it is read as the text it is. */
#ifndef DC_MARKDOWN_H
#define DC_MARKDOWN_H

#include "buffer.h"
#include "page.h"

struct dc_markdown_context {
    bool in_link;    /* brackets must not end it */
    bool in_heading; /* '#' at its end would be dropped */
    uint32_t after;  /* the character behind the text */
};

/* Adds text, white space collapsed, to a line; what CommonMark would read as
 * mark-up is escaped. */
void dc_markdown_text(struct dc_buffer *line, struct dc_text text,
                      struct dc_markdown_context context);
/* Adds the same as it stands inside a formula. */
void dc_markdown_tex(struct dc_buffer *line, struct dc_text tex);
/* Adds an address as it stands behind "](". */
void dc_markdown_address(struct dc_buffer *line, struct dc_text address);
/* Copies lines (the inside of one paragraph) so that none of them begins
 * something else: a list, a heading, a rule... */
void dc_markdown_lines(struct dc_buffer *out, const struct dc_buffer *lines);

/* Is a character white space, or punctuation, to CommonMark's emphasis?  The
 * doubtful ones are neither letters nor surely punctuation. */
bool dc_markdown_is_space(uint32_t character);
bool dc_markdown_is_letter(uint32_t character);
bool dc_markdown_is_punctuation(uint32_t character);

#endif
