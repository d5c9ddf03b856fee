/* snippets.c: snippets of gold text -> which side each block is on.
 *
 * In: the blocks of a page, and snippets that must or must not be kept.  Out:
 * a side for each block, 0 for most.
 *
 * Whole texts are aligned by a diff (align.c); a snippet is one run of words
 * and is searched for by Knuth, Morris and Pratt's algorithm, linear whatever
 * the texts repeat.  Two habits of annotators need care: snippets cut out in
 * the middle of a word, and snippets so short that they stand in many places.
 */
#include "align.h"

#include <string.h>

#include "diff.h"

enum {
    SIDE_WITH = 1,
    SIDE_WITHOUT = 2,
    CUT_WORDS = 4 /* fewer words stand in many places by accident */
};

struct marker {
    struct dc_arena arena;
    struct dc_words page, gold;
    const uint32_t *starts; /* first word of each block, as align.c has it */
    uint32_t *block_of;     /* of each page word */
    size_t block_count;
    uint32_t *borders, *at;
    unsigned char *sides; /* OR of SIDE_... of each block */
};

/* Knuth, Morris and Pratt: borders[i] is the length of the longest proper
 * prefix of the words that also ends at word i. */
static void snippet_borders(const uint32_t *words, size_t count,
                            uint32_t *borders) {
    uint32_t border = 0;
    borders[0] = 0;
    for (size_t i = 1; i < count; i++) {
        while (border && words[i] != words[border])
            border = borders[border - 1];
        border += words[i] == words[border];
        borders[i] = border;
    }
}

/* Where the words stand on the page: fills `at` with the place behind each
 * occurrence, and returns how many there are. */
static size_t snippet_find(const struct dc_words *page, const uint32_t *words,
                           size_t count, uint32_t *borders, uint32_t *at) {
    size_t matched = 0, found = 0;
    snippet_borders(words, count, borders);
    for (size_t i = 0; i < page->count; i++) {
        while (matched && page->numbers[i] != words[matched])
            matched = borders[matched - 1];
        matched += page->numbers[i] == words[matched];
        if (matched == count) {
            at[found++] = (uint32_t)i + 1;
            matched = borders[matched - 1];
        }
    }
    return found;
}

/* Snippets may be cut out in the middle of a word at either end: what is not
 * found is looked for without its last word, its first, or both.  `words` and
 * `count` become what was found. */
static size_t snippet_find_cut(const struct dc_words *page,
                               const uint32_t **words, size_t *count,
                               uint32_t *borders, uint32_t *at) {
    size_t found = snippet_find(page, *words, *count, borders, at);
    const uint32_t *whole = *words;
    size_t length = *count;
    for (size_t cut = 1; !found && cut <= 3; cut++) {
        size_t first = cut >> 1, last = cut & 1;
        if (length < CUT_WORDS + first + last)
            break;
        *words = whole + first;
        *count = length - first - last;
        found = snippet_find(page, *words, *count, borders, at);
    }
    return found;
}

/* Sets `side` on the blocks that the page words [from, to) touch.  A few
 * words that stand in several places tell only of blocks they mostly fill. */
static void snippet_mark(const struct marker *m, size_t from, size_t to,
                         bool unsure, unsigned char side) {
    for (size_t b = m->block_of[from]; b < m->block_count && m->starts[b] < to;
         b++) {
        size_t start = m->starts[b], end = m->starts[b + 1];
        size_t covered = (end < to ? end : to) - (start > from ? start : from);
        if (end > start && (!unsure || 2 * covered >= end - start))
            m->sides[b] |= side;
    }
}

/* Marks every occurrence of a snippet. */
static void snippet_apply(const struct marker *m, const uint32_t *words,
                          size_t count, unsigned char side) {
    size_t found =
        snippet_find_cut(&m->page, &words, &count, m->borders, m->at);
    bool unsure = found > 1 && count < CUT_WORDS;
    size_t done = 0; /* occurrences may overlap: each word is marked once */
    for (size_t i = 0; i < found; i++) {
        size_t from = m->at[i] - count;
        snippet_mark(m, from > done ? from : done, m->at[i], unsure, side);
        done = m->at[i];
    }
}

/* Adds the words of snippets, and behind each where it ends. */
static bool snippets_add(struct marker *m, const char **snippets, size_t count,
                         size_t *ends) {
    for (size_t i = 0; i < count; i++) {
        if (!dc_words_add(&m->arena, &m->gold, snippets[i],
                          strlen(snippets[i])))
            return false;
        ends[i] = m->gold.count;
    }
    return true;
}

/* Makes room for marking; the words of both sides are there. */
static bool marker_prepare(struct marker *m) {
    struct dc_arena *arena = &m->arena;
    m->block_of = dc_arena_alloc(arena, m->page.count, sizeof(uint32_t));
    m->borders = dc_arena_alloc(arena, m->gold.count, sizeof(uint32_t));
    m->at = dc_arena_alloc(arena, m->page.count, sizeof(uint32_t));
    m->sides = dc_arena_zero(arena, m->block_count, 1);
    if (arena->failed)
        return false;
    for (size_t b = 0; b < m->block_count; b++)
        for (size_t i = m->starts[b]; i < m->starts[b + 1]; i++)
            m->block_of[i] = (uint32_t)b;
    return true;
}

static bool mark_snippets(struct marker *m, const struct dc_gold *gold,
                          signed char *sides) {
    size_t count = gold->with_count + gold->without_count, vocabulary;
    size_t *ends = dc_arena_alloc(&m->arena, count, sizeof *ends);
    if (!ends || !snippets_add(m, gold->with, gold->with_count, ends) ||
        !snippets_add(m, gold->without, gold->without_count,
                      ends + gold->with_count) ||
        !dc_words_number(&m->arena, &m->page, &m->gold, &vocabulary) ||
        !marker_prepare(m))
        return false;
    for (size_t i = 0, from = 0; i < count; from = ends[i++])
        if (ends[i] > from)
            snippet_apply(m, m->gold.numbers + from, ends[i] - from,
                          i < gold->with_count ? SIDE_WITH : SIDE_WITHOUT);
    for (size_t b = 0; b < m->block_count; b++)
        sides[b] = (signed char)((m->sides[b] == SIDE_WITH) -
                                 (m->sides[b] == SIDE_WITHOUT));
    return true;
}

bool dc_align_snippets(const struct dc_page *page, const struct dc_gold *gold,
                       signed char *sides) {
    struct marker m = {.block_count = page->block_count};
    dc_arena_init(&m.arena);
    m.starts = dc_words_of_page(&m.arena, &m.page, page);
    bool done = m.starts && mark_snippets(&m, gold, sides);
    dc_arena_free(&m.arena);
    return done;
}
