/* intern.c: equal strings of a page -> one number.
 *
 * In: values of attributes.  Out: their place in page->strings.  Values of id,
 * class and the like repeat all over a page; kept once, later stages compare
 * and cache them by number.
 */
#include "intern.h"

#include <string.h>

/* Eight bytes at a time: a step a byte would take longer than all else that
 * is done with a value.  The hash never leaves this machine. */
static uint32_t hash_bytes(const char *bytes, size_t length) {
    const uint64_t multiplier = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = length * multiplier, eight = 0;
    for (; length > sizeof eight; length -= sizeof eight) {
        memcpy(&eight, bytes, sizeof eight);
        hash = (hash ^ eight) * multiplier;
        hash ^= hash >> 32;
        bytes += sizeof eight;
    }
    eight = 0;
    for (size_t i = 0; i < length; i++)
        eight = eight << 8 | (unsigned char)bytes[i];
    hash = (hash ^ eight) * multiplier;
    return (uint32_t)(hash >> 32);
}

static uint32_t string_add(struct dc_interner *interner, const char *bytes,
                           size_t length, uint32_t hash) {
    struct dc_page *page = interner->page;
    struct dc_text *strings =
        dc_arena_grow(&page->arena, page->strings, page->string_count,
                      &interner->string_capacity, sizeof *strings);
    uint32_t *hashes =
        dc_arena_grow(&page->arena, page->string_hashes, page->string_count,
                      &interner->hash_capacity, sizeof *hashes);
    char *copy = dc_arena_alloc(&page->arena, length, 1);
    if (!strings || !hashes || !copy)
        return DC_NONE;
    memcpy(copy, bytes, length);
    page->strings = strings;
    page->string_hashes = hashes;
    strings[page->string_count] = (struct dc_text){copy, (uint32_t)length};
    hashes[page->string_count] = hash;
    return (uint32_t)page->string_count++;
}

static bool slots_grow(struct dc_interner *interner) {
    struct dc_page *page = interner->page;
    size_t count = interner->slot_count ? interner->slot_count * 4 : 1024;
    uint32_t *slots = dc_arena_alloc(&page->arena, count, sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0xFF, count * sizeof *slots);
    for (uint32_t i = 0; i < page->string_count; i++) {
        size_t slot = page->string_hashes[i] & (count - 1);
        while (slots[slot] != DC_NONE)
            slot = (slot + 1) & (count - 1);
        slots[slot] = i;
    }
    interner->slots = slots;
    interner->slot_count = count;
    return true;
}

uint32_t dc_intern(struct dc_interner *interner, const char *bytes,
                   size_t length, bool apart) {
    struct dc_page *page = interner->page;
    if ((page->string_count + 1) * 2 > interner->slot_count &&
        !slots_grow(interner))
        return DC_NONE;
    uint32_t hash = hash_bytes(bytes, length) ^ (apart ? UINT32_MAX : 0);
    size_t mask = interner->slot_count - 1, slot = hash & mask;
    while (interner->slots[slot] != DC_NONE) {
        uint32_t string = interner->slots[slot];
        if (page->string_hashes[string] == hash &&
            page->strings[string].length == length &&
            memcmp(page->strings[string].bytes, bytes, length) == 0)
            return string;
        slot = (slot + 1) & mask;
    }
    uint32_t string = string_add(interner, bytes, length, hash);
    if (string != DC_NONE)
        interner->slots[slot] = string;
    return string;
}
