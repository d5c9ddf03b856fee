/* buffer.c: a string that grows.
 *
 * In: pieces.  Out: one string.  Renderers put a line together before they
 * write it, because what a line begins with decides how it is escaped.  Theirs
 * lives in the arena of the rendering, which the next one empties; the
 * program's own on the heap.
 */
#include "buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char *bytes_move(const struct dc_buffer *buffer, size_t capacity) {
    if (!buffer->arena)
        return realloc(buffer->bytes, capacity);
    char *bytes = dc_arena_alloc(buffer->arena, capacity, 1);
    if (bytes && buffer->length)
        memcpy(bytes, buffer->bytes, buffer->length);
    return bytes;
}

bool dc_buffer_reserve(struct dc_buffer *buffer, size_t count) {
    if (buffer->failed)
        return false;
    if (count <= buffer->capacity - buffer->length)
        return true;
    char *bytes = NULL;
    size_t capacity = 0;
    if (count < SIZE_MAX / 4 && buffer->length < SIZE_MAX / 4) {
        capacity = (buffer->length + count) * 2 + 64;
        bytes = bytes_move(buffer, capacity);
    }
    if (!bytes) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void dc_buffer_add(struct dc_buffer *buffer, const char *bytes, size_t length) {
    if (!length || !dc_buffer_reserve(buffer, length))
        return;
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

void dc_buffer_string(struct dc_buffer *buffer, const char *string) {
    dc_buffer_add(buffer, string, strlen(string));
}

void dc_buffer_byte(struct dc_buffer *buffer, char byte) {
    dc_buffer_add(buffer, &byte, 1);
}

void dc_buffer_number(struct dc_buffer *buffer, size_t number) {
    char digits[24];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    dc_buffer_add(buffer, digits + start, sizeof digits - start);
}

void dc_buffer_free(struct dc_buffer *buffer) {
    if (!buffer->arena)
        free(buffer->bytes);
    *buffer = (struct dc_buffer){.arena = buffer->arena};
}
