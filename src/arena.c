/* arena.c: bump allocation in chunks.
 *
 * In: requests of the stages.  Out: memory that lives until the next reset.
 * Chunks double in size, so a page costs a handful of mallocs the first time
 * and none afterwards: reset replaces several chunks by one of their total
 * size.  A page far above the ordinary must not pin its memory for the rest
 * of a long run, hence ARENA_KEEP.
 */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_ALIGN = 16,
    ARENA_FIRST = 1 << 18, /* bytes of the first chunk: a small page */
    ARENA_KEEP = 1 << 23   /* largest chunk kept over a reset */
};

struct dc_chunk {
    struct dc_chunk *older;
    size_t size; /* usable bytes behind the header */
    size_t used;
    size_t last; /* offset of the newest allocation, which may grow in place */
};

static size_t align_up(size_t size) {
    return (size + (ARENA_ALIGN - 1)) & ~(size_t)(ARENA_ALIGN - 1);
}

static char *chunk_bytes(struct dc_chunk *chunk) {
    return (char *)chunk + align_up(sizeof *chunk);
}

void dc_arena_init(struct dc_arena *arena) {
    memset(arena, 0, sizeof *arena);
}

static struct dc_chunk *chunk_new(size_t size) {
    if (size > SIZE_MAX - align_up(sizeof(struct dc_chunk)))
        return NULL;
    struct dc_chunk *chunk = malloc(align_up(sizeof *chunk) + size);
    if (!chunk)
        return NULL;
    *chunk = (struct dc_chunk){.size = size};
    return chunk;
}

static void chunks_free(struct dc_chunk *chunk) {
    while (chunk) {
        struct dc_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void dc_arena_free(struct dc_arena *arena) {
    chunks_free(arena->chunk);
    dc_arena_init(arena);
}

void dc_arena_reset(struct dc_arena *arena) {
    struct dc_chunk *chunk = arena->chunk;
    size_t total = arena->total;
    arena->failed = false;
    if (!chunk)
        return;
    if (!chunk->older && chunk->size <= ARENA_KEEP) {
        chunk->used = chunk->last = 0;
        return;
    }
    dc_arena_free(arena);
    if (total > ARENA_KEEP)
        total = ARENA_KEEP;
    arena->chunk = chunk_new(total); /* NULL: the next page tries again */
    arena->total = arena->chunk ? total : 0;
}

void *dc_arena_alloc(struct dc_arena *arena, size_t count, size_t size) {
    if (size && count > (SIZE_MAX / 4) / size) {
        arena->failed = true;
        return NULL;
    }
    /* Never nothing: two allocations must not share an address, or the older
     * would seem to be the newest and grow over the younger. */
    size_t bytes = align_up(count && size ? count * size : 1);
    struct dc_chunk *chunk = arena->chunk;
    if (!chunk || bytes > chunk->size - chunk->used) {
        size_t want = arena->total < ARENA_FIRST ? ARENA_FIRST : arena->total;
        chunk = chunk_new(bytes > want ? bytes : want);
        if (!chunk) {
            arena->failed = true;
            return NULL;
        }
        chunk->older = arena->chunk;
        arena->chunk = chunk;
        arena->total += chunk->size;
    }
    chunk->last = chunk->used;
    chunk->used += bytes;
    return chunk_bytes(chunk) + chunk->last;
}

void *dc_arena_zero(struct dc_arena *arena, size_t count, size_t size) {
    void *memory = dc_arena_alloc(arena, count, size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

void *dc_arena_double(struct dc_arena *arena, void *items, size_t count,
                      size_t *capacity, size_t size) {
    size_t wanted = *capacity ? *capacity * 2 : 64;
    if (size && wanted > (SIZE_MAX / 4) / size) {
        arena->failed = true;
        return NULL;
    }
    struct dc_chunk *chunk = arena->chunk;
    size_t bytes = align_up(wanted * size);
    if (items && chunk && chunk_bytes(chunk) + chunk->last == (char *)items &&
        bytes <= chunk->size - chunk->last) {
        chunk->used = chunk->last + bytes;
        *capacity = wanted;
        return items;
    }
    void *copy = dc_arena_alloc(arena, wanted, size);
    if (!copy)
        return NULL;
    if (items && count)
        memcpy(copy, items, count * size);
    *capacity = wanted;
    return copy;
}
