/* buffer.h: a string that grows, for what is put together before it is
 * written.  Zero-initialise it, or but for its arena; a failure is remembered
 * and may be looked at once, at the end. */
#ifndef DC_BUFFER_H
#define DC_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

struct dc_buffer {
    char *bytes;
    size_t length, capacity;
    bool failed;            /* out of memory */
    struct dc_arena *arena; /* where it lives; NULL: on the heap */
};

/* Makes room for `count` more bytes. */
bool dc_buffer_reserve(struct dc_buffer *buffer, size_t count);
void dc_buffer_add(struct dc_buffer *buffer, const char *bytes, size_t length);
void dc_buffer_string(struct dc_buffer *buffer, const char *string);
void dc_buffer_byte(struct dc_buffer *buffer, char byte);
/* Decimal digits. */
void dc_buffer_number(struct dc_buffer *buffer, size_t number);
void dc_buffer_free(struct dc_buffer *buffer);

#endif
