/* arena.h: the one memory of a page.
 *
 * A bump allocator: stages take what they need, nothing is given back until
 * the next page, when the whole arena is reset at once.  That makes ownership
 * obvious (everything that hangs off a page lives as long as the page) and,
 * because a reset arena keeps one chunk as large as the last page needed, a
 * process that filters many pages settles down to no malloc at all.
 *
 * Allocation failure is an ordinary result: NULL, and `failed` stays set, so
 * that a stage may check once at its end instead of after every call.
 */
#ifndef DC_ARENA_H
#define DC_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct dc_chunk;

struct dc_arena {
    struct dc_chunk *chunk; /* newest chunk, linked to the older ones */
    size_t total;           /* bytes in all chunks */
    bool failed;            /* some allocation since the last reset failed */
};

void dc_arena_init(struct dc_arena *arena);
/* Forgets everything allocated; keeps at most one chunk for the next page. */
void dc_arena_reset(struct dc_arena *arena);
void dc_arena_free(struct dc_arena *arena);

/* count * size bytes, 16-byte aligned, not cleared; NULL when out of memory
 * or when the product overflows.  A zero-byte request is a valid pointer. */
void *dc_arena_alloc(struct dc_arena *arena, size_t count, size_t size);
/* The same, cleared. */
void *dc_arena_zero(struct dc_arena *arena, size_t count, size_t size);

/* A copy of an array that lives in the arena, with twice the capacity (in
 * place when it is the newest allocation).  NULL when out of memory. */
void *dc_arena_double(struct dc_arena *arena, void *items, size_t count,
                      size_t *capacity, size_t size);

/* Makes room for one more item in such an array. */
static inline void *dc_arena_grow(struct dc_arena *arena, void *items,
                                  size_t count, size_t *capacity, size_t size) {
    return count < *capacity
               ? items
               : dc_arena_double(arena, items, count, capacity, size);
}

#endif
