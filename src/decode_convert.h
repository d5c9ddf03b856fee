/* decode_convert.h: bytes of a known charset -> UTF-8. */
#ifndef DC_DECODE_CONVERT_H
#define DC_DECODE_CONVERT_H

#include "page.h"

enum {
    DC_COPY_ROOM = 64 /* bytes behind a copy that may be written to */
};

/* The bytes of a page, or of a sample of it. */
struct dc_source {
    const char *charset; /* an iconv name */
    const char *bytes;   /* behind the byte order mark */
    size_t length;
    size_t valid; /* bytes known to be UTF-8 */
    char *copy;   /* those bytes, without stray controls; or NULL */
};

/* A text that grows in the arena. */
struct dc_converted {
    struct dc_arena *arena;
    char *bytes;
    size_t length, capacity;
    size_t lost; /* undecodable sequences replaced */
    bool clean;  /* of stray controls */
};

/* Fills *out with the source in UTF-8, whatever its bytes; room for one byte
 * is left behind it. */
enum declutter_status dc_convert(struct dc_converted *out,
                                 struct dc_arena *arena,
                                 const struct dc_source *source);

/* Is there a converter for a charset of that name?  ENCODING: no. */
enum declutter_status dc_convert_try(const char *charset);

/* Copies bytes as long as they are valid UTF-8, stray controls as spaces: what
 * nearly every page needs, in one pass.  `out` has room for DC_COPY_ROOM more.
 * Returns how many. */
size_t dc_copy_valid(const char *bytes, size_t length, char *out);

/* Makes the C0 controls that HTML does not know spaces, NUL among them. */
void dc_blank_controls(char *bytes, size_t length);

/* Bytes to step over at an invalid place: a lead and what continues it, so
 * that a broken character becomes one U+FFFD. */
size_t dc_broken_length(const unsigned char *s, size_t left);

#endif
