/* intern.h: equal strings of a page -> one number. */
#ifndef DC_INTERN_H
#define DC_INTERN_H

#include <stdbool.h>

#include "page.h"

/* Zero but for the page, whose strings are to be none. */
struct dc_interner {
    struct dc_page *page;
    uint32_t *slots;   /* hash table of strings; DC_NONE is free */
    size_t slot_count; /* a power of two */
    size_t string_capacity, hash_capacity;
};

/* Number of a string, equal for equal strings, but for those set `apart`,
 * which have numbers of their own; DC_NONE: out of memory. */
uint32_t dc_intern(struct dc_interner *interner, const char *bytes,
                   size_t length, bool apart);

#endif
