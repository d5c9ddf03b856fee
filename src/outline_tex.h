/* outline_tex.h: strings of TeX, put together from pieces.
 *
 * All functions add to a buffer; texts and strings they are given are TeX,
 * unless it says otherwise.
 */
#ifndef DC_OUTLINE_TEX_H
#define DC_OUTLINE_TEX_H

#include "buffer.h"
#include "page.h"

/* A blank goes before a letter that a command would take for its own. */
void dc_tex_add(struct dc_buffer *buffer, struct dc_text tex);
void dc_tex_string(struct dc_buffer *buffer, const char *string);

/* `before`{tex} */
void dc_tex_group(struct dc_buffer *buffer, const char *before,
                  struct dc_text tex);
/* The same, but nothing if there is nothing in it. */
void dc_tex_script(struct dc_buffer *buffer, const char *mark,
                   struct dc_text tex);
/* In braces, unless a script may follow it as it is. */
void dc_tex_base(struct dc_buffer *buffer, struct dc_text tex);

/* Characters of a formula, no TeX. */
void dc_tex_characters(struct dc_buffer *buffer, struct dc_text text);
/* Words, no TeX, in a command for prose. */
void dc_tex_prose(struct dc_buffer *buffer, const char *command,
                  struct dc_text text);
/* The name of a function: its command, or, where TeX has none, `otherwise`. */
void dc_tex_name(struct dc_buffer *buffer, struct dc_text name,
                 const char *otherwise);
/* Has TeX a command for the function? */
bool dc_tex_is_function(struct dc_text name);

bool dc_tex_is(struct dc_text tex, const char *string);
/* Length of the \\command it begins with, or 0. */
uint32_t dc_tex_command_length(struct dc_text tex);

#endif
