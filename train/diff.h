/* diff.h: texts as numbered words, and which of them two texts share. */
#ifndef DC_DIFF_H
#define DC_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "page.h"

/* The words of a text, lower-cased.  Lives in an arena; zero-initialise. */
struct dc_words {
    uint64_t *hashes;
    uint32_t *numbers; /* equal words, equal numbers; see dc_words_number */
    size_t count, capacity;
};

/* Appends the words of valid UTF-8; false when out of memory. */
bool dc_words_add(struct dc_arena *arena, struct dc_words *words,
                  const char *text, size_t length);

/* Adds the words of all blocks.  Returns where each block begins: block b has
 * the words starts[b] to starts[b + 1] - 1; NULL when out of memory. */
uint32_t *dc_words_of_page(struct dc_arena *arena, struct dc_words *words,
                           const struct dc_page *page);

/* Gives the words of two texts common numbers, from 0 to one less than
 * *vocabulary; false when out of memory. */
bool dc_words_number(struct dc_arena *arena, struct dc_words *left,
                     struct dc_words *right, size_t *vocabulary);

/* partners[i] becomes the index in `right` of the partner of left[i], or
 * DC_NONE; partners ascend.  Only numbers and counts are read.  The arena is
 * scratch memory.  Time is linear in the lengths but for a constant; false
 * when out of memory. */
bool dc_diff(struct dc_arena *arena, const struct dc_words *left,
             const struct dc_words *right, size_t vocabulary,
             uint32_t *partners);

#endif
