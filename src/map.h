/* map.h: 32-bit keys -> dense numbers, in the order the keys first come.
 *
 * Open addressing in memory of an arena, sized once for the most keys there
 * may be: it never grows and is never freed.  Keys are hashes already; they
 * are mixed once more, because neighbours differ in few bits.
 */
#ifndef DC_MAP_H
#define DC_MAP_H

#include <string.h>

#include "layout.h"

struct dc_map {
    uint32_t *keys, *numbers; /* number DC_NONE: free */
    size_t mask;
    uint32_t count; /* of keys it knows; the number of the next */
};

/* false: out of memory. */
static inline bool dc_map_init(struct dc_map *map, struct dc_arena *arena,
                               size_t items) {
    size_t slots = 64;
    while (slots < items * 2)
        slots *= 2;
    map->keys = dc_arena_alloc(arena, slots, sizeof *map->keys);
    map->numbers = dc_arena_alloc(arena, slots, sizeof *map->numbers);
    if (!map->keys || !map->numbers)
        return false;
    memset(map->numbers, 0xFF, slots * sizeof *map->numbers);
    map->mask = slots - 1;
    map->count = 0;
    return true;
}

/* The number of a key, a new one when it has none. */
static inline uint32_t dc_map_number(struct dc_map *map, uint32_t key) {
    size_t slot = dc_hash_mix(0x2545F491, key) & map->mask;
    while (map->numbers[slot] != DC_NONE) {
        if (map->keys[slot] == key)
            return map->numbers[slot];
        slot = (slot + 1) & map->mask;
    }
    map->keys[slot] = key;
    return map->numbers[slot] = map->count++;
}

#endif
