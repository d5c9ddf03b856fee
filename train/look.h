/* look.h: what a page's file says of it before it is parsed. */
#ifndef DC_LOOK_H
#define DC_LOOK_H

#include <stdbool.h>

#include "arena.h"

struct dc_look {
    const char *language; /* "de", in the arena; NULL: it says none */
    bool labels_only;     /* <html data-declutter-teaches="labels"> */
};

/* Does any element carry a label?  *is_short: memory was, the answer is
 * void. */
bool dc_look_mark(const char *path, bool *is_short);

/* Reads the tag <html> in the first kilobytes.  false: out of memory. */
bool dc_look_head(const char *path, struct dc_arena *arena,
                  struct dc_look *look);

#endif
