/* lines.h: lines with what stands before them: list markers, indentation,
 * quotation marks, empty lines.  Shared by plain text and Markdown. */
#ifndef DC_LINES_H
#define DC_LINES_H

#include "buffer.h"
#include "render.h"

enum { DC_PREFIX_BYTES = 16, DC_PREFIXES_MAX = 64 };

/* What a container puts before its lines. */
struct dc_prefix {
    char first[DC_PREFIX_BYTES]; /* before the first one */
    char rest[DC_PREFIX_BYTES];  /* before the others */
    bool fresh;                  /* the first one is still to come */
};

struct dc_lines {
    struct dc_output *output;
    struct dc_buffer line; /* gathered by the caller, may hold line ends */
    struct dc_prefix prefixes[DC_PREFIXES_MAX];
    unsigned count;
    bool started; /* something was written */
    bool joined;  /* no empty line before the next text; reset by it */
};

void dc_lines_push(struct dc_lines *lines, const char *first, const char *rest);
void dc_lines_pop(struct dc_lines *lines);
/* Writes the gathered line, empties it. */
void dc_lines_write(struct dc_lines *lines);
/* Is the next line the first one of its container? */
bool dc_lines_fresh(const struct dc_lines *lines);

/* Adds text with white space collapsed, control characters gone. */
void dc_lines_collapse(struct dc_buffer *line, const char *bytes,
                       size_t length);
/* Bytes of a character that HTML forbids, or 0: C1 controls, which a page that
 * was once read in a wrong charset is full of, and code points that are none.
 * The text is valid UTF-8, and there is a character. */
size_t dc_forbidden_length(const char *bytes, size_t length);
/* Adds text as it stands but for control characters; line ends are '\n'. */
void dc_lines_raw(struct dc_buffer *line, const char *bytes, size_t length);

#endif
