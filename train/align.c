/* align.c: gold text -> what each block is, by comparing words.
 *
 * In: the blocks of a page and an annotator's text, or labelled stretches of
 * text.  Out: a share or a label for each block.  (snippets.c does snippets.)
 *
 * Annotators cut pages differently from us, drop words and move them, so
 * words are the only common coin.  Both sides become sequences of numbered,
 * lower-cased words and are compared by a diff.  A diff keeps order: text
 * that stands elsewhere in the gold is looked for again afterwards, among
 * what was left over, and only believed of blocks that match nearly whole.
 */
#include "align.h"

#include <string.h>

#include "diff.h"
#include "label_file.h"
#include "utf8.h"

enum {
    SHORT_BLOCK = 2, /* words: such blocks match anything by accident... */
    ISOLATED = 25,   /* ...when no other match is this near */
    MOVED_WORDS = 4, /* least length of a block found out of order */
    MOVED_PASSES = 3,
    NEARBY = 12 /* words of the gold searched for shorter ones */
};
static const float HALF = 0.5f;
static const float MOVED_SHARE = 0.8f;

struct alignment {
    struct dc_arena arena;
    struct dc_words page, gold;
    uint32_t *starts; /* block b has the page words starts[b]..starts[b+1]-1 */
    size_t block_count;
    size_t vocabulary;  /* distinct numbers on both sides */
    uint32_t *partners; /* page word -> gold word, or DC_NONE */
    float *share;       /* matched words of each block, 0..1 */
};

/* Reads the words of the page, and makes room for what is found out. */
static bool alignment_open(struct alignment *a, const struct dc_page *page) {
    *a = (struct alignment){.block_count = page->block_count};
    dc_arena_init(&a->arena);
    a->starts = dc_words_of_page(&a->arena, &a->page, page);
    a->share = dc_arena_zero(&a->arena, a->block_count, sizeof *a->share);
    return a->starts && a->share;
}

/* -- Matching ----------------------------------------------------------- */

/* Share of the words [from, to) that have a partner; 0 of none. */
static float share_matched(const uint32_t *partners, size_t from, size_t to) {
    size_t matched = 0;
    for (size_t i = from; i < to; i++)
        matched += partners[i] != DC_NONE;
    return matched ? (float)matched / (float)(to - from) : 0;
}

static bool match_in_order(struct alignment *a) {
    a->partners = dc_arena_alloc(&a->arena, a->page.count, sizeof *a->partners);
    if (!a->partners ||
        !dc_diff(&a->arena, &a->page, &a->gold, a->vocabulary, a->partners))
        return false;
    for (size_t b = 0; b < a->block_count; b++)
        a->share[b] =
            share_matched(a->partners, a->starts[b], a->starts[b + 1]);
    return true;
}

/* The words of menus are words of articles too: takes matches back from the
 * shortest blocks when no other matched word is near. */
static bool drop_isolated(struct alignment *a) {
    uint32_t *next = dc_arena_alloc(&a->arena, a->page.count + 1,
                                    sizeof *next); /* matched word >= i */
    if (!next)
        return false;
    next[a->page.count] = DC_NONE;
    for (size_t i = a->page.count; i-- > 0;)
        next[i] = a->partners[i] != DC_NONE ? (uint32_t)i : next[i + 1];
    uint32_t before = DC_NONE; /* last matched word of earlier blocks */
    for (size_t b = 0; b < a->block_count; b++) {
        uint32_t from = a->starts[b], to = a->starts[b + 1];
        uint32_t last = before;
        for (uint32_t i = from; i < to; i++)
            if (next[i] == i)
                last = i;
        bool near = (before != DC_NONE && from - before <= ISOLATED) ||
                    (next[to] != DC_NONE && next[to] - (to - 1) <= ISOLATED);
        if (to > from && to - from <= SHORT_BLOCK && !near) {
            a->share[b] = 0;
            for (uint32_t i = from; i < to; i++)
                a->partners[i] = DC_NONE;
        }
        before = last;
    }
    return true;
}

/* What is left over after a pass: words, and where they stand. */
struct rest {
    uint32_t *numbers, *at, *partners;
    size_t count;
};

static bool rest_alloc(struct dc_arena *arena, struct rest *rest,
                       size_t count) {
    rest->count = 0;
    rest->numbers = dc_arena_alloc(arena, count, sizeof *rest->numbers);
    rest->at = dc_arena_alloc(arena, count, sizeof *rest->at);
    rest->partners = dc_arena_alloc(arena, count, sizeof *rest->partners);
    return !arena->failed;
}

static void rest_add(struct rest *rest, const struct dc_words *words,
                     size_t at) {
    rest->numbers[rest->count] = words->numbers[at];
    rest->at[rest->count++] = (uint32_t)at;
}

/* Collects the words of blocks not believed to be gold yet, and the words of
 * the gold that no believed block holds. */
static bool rest_collect(struct alignment *a, struct rest *page,
                         struct rest *gold) {
    bool *taken = dc_arena_zero(&a->arena, a->gold.count, sizeof *taken);
    if (!taken || !rest_alloc(&a->arena, page, a->page.count) ||
        !rest_alloc(&a->arena, gold, a->gold.count))
        return false;
    for (size_t b = 0; b < a->block_count; b++) {
        for (size_t i = a->starts[b]; i < a->starts[b + 1]; i++) {
            if (a->share[b] < HALF)
                rest_add(page, &a->page, i);
            else if (a->partners[i] != DC_NONE)
                taken[a->partners[i]] = true;
        }
    }
    for (size_t i = 0; i < a->gold.count; i++)
        if (!taken[i])
            rest_add(gold, &a->gold, i);
    return true;
}

/* Compares what is left over once more, for text that was moved.  *found
 * counts the blocks believed. */
static bool match_moved(struct alignment *a, size_t *found) {
    struct rest page, gold;
    *found = 0;
    if (!rest_collect(a, &page, &gold))
        return false;
    struct dc_words left = {.numbers = page.numbers, .count = page.count};
    struct dc_words right = {.numbers = gold.numbers, .count = gold.count};
    if (!dc_diff(&a->arena, &left, &right, a->vocabulary, page.partners))
        return false;
    size_t from = 0;
    for (size_t b = 0; b < a->block_count; b++) {
        size_t length = a->starts[b + 1] - a->starts[b];
        if (a->share[b] >= HALF)
            continue;
        float share = share_matched(page.partners, from, from + length);
        if (length >= MOVED_WORDS && share >= MOVED_SHARE) {
            a->share[b] = share;
            for (size_t i = from; i < from + length; i++)
                a->partners[page.at[i]] = page.partners[i] == DC_NONE
                                              ? DC_NONE
                                              : gold.at[page.partners[i]];
            ++*found;
        }
        from += length;
    }
    return true;
}

/* Marks the gold words that believed blocks hold, and returns for each page
 * word the first word from there on in a believed block that has a partner.
 */
static uint32_t *believed_words(struct alignment *a, bool *taken) {
    uint32_t *next = dc_arena_alloc(&a->arena, a->page.count + 1, sizeof *next);
    if (!taken || !next)
        return NULL;
    next[a->page.count] = DC_NONE;
    for (size_t b = a->block_count; b-- > 0;) {
        for (size_t i = a->starts[b + 1]; i-- > a->starts[b];) {
            bool believed = a->share[b] >= HALF && a->partners[i] != DC_NONE;
            next[i] = believed ? (uint32_t)i : next[i + 1];
            if (believed)
                taken[a->partners[i]] = true;
        }
    }
    return next;
}

/* Where in gold[from, to) the words [start, start + length) of the page stand
 * in one piece that no block has taken, nearest to `centre`; DC_NONE: nowhere.
 */
static uint32_t find_near(const struct alignment *a, const bool *taken,
                          size_t start, size_t length, uint32_t centre) {
    size_t from = centre > NEARBY ? centre - NEARBY : 0;
    size_t best = 0, best_distance = SIZE_MAX;
    for (size_t g = from;
         g <= (size_t)centre + NEARBY && g + length <= a->gold.count; g++) {
        size_t same = 0;
        while (same < length && !taken[g + same] &&
               a->page.numbers[start + same] == a->gold.numbers[g + same])
            same++;
        size_t distance = g < centre ? centre - g : g - centre;
        if (same == length && distance < best_distance) {
            best = g;
            best_distance = distance;
        }
    }
    return best_distance < SIZE_MAX ? (uint32_t)best : DC_NONE;
}

/* Lists of things name their parts in another order than the annotator: a
 * short block is believed when the gold has it next to where the block
 * before or behind it stands. */
static bool match_nearby(struct alignment *a) {
    bool *taken = dc_arena_zero(&a->arena, a->gold.count, sizeof *taken);
    uint32_t *next = believed_words(a, taken);
    if (!taken || !next)
        return false;
    uint32_t before = DC_NONE; /* last believed word of earlier blocks */
    for (size_t b = 0; b < a->block_count; b++) {
        uint32_t from = a->starts[b], to = a->starts[b + 1], after = next[to];
        size_t length = to - from;
        uint32_t near = before != DC_NONE && from - before <= ISOLATED ? before
                        : after != DC_NONE && after - to < ISOLATED    ? after
                                                                    : DC_NONE;
        if (a->share[b] < HALF && length && length < MOVED_WORDS &&
            near != DC_NONE) {
            uint32_t at = find_near(a, taken, from, length, a->partners[near]);
            for (size_t i = 0; at != DC_NONE && i < length; i++) {
                a->partners[from + i] = at + (uint32_t)i;
                taken[at + i] = true;
                a->share[b] = 1;
            }
        }
        for (uint32_t i = from; a->share[b] >= HALF && i < to; i++)
            if (a->partners[i] != DC_NONE)
                before = i;
    }
    return true;
}

/* Finds the partners of the page's words; the gold's words are there. */
static bool alignment_match(struct alignment *a) {
    size_t found = 1;
    if (!dc_words_number(&a->arena, &a->page, &a->gold, &a->vocabulary) ||
        !match_in_order(a) || !drop_isolated(a))
        return false;
    for (int pass = 0; pass < MOVED_PASSES && found; pass++)
        if (!match_moved(a, &found))
            return false;
    return match_nearby(a);
}

/* The blocks with words next to block b, DC_NONE where there is none. */
struct neighbours {
    uint32_t before, after;
};

/* For each block without words its neighbours with words: a separator or a
 * bullet is whatever it stands between. */
static struct neighbours *wordless_neighbours(struct alignment *a) {
    struct neighbours *n = dc_arena_alloc(&a->arena, a->block_count, sizeof *n);
    uint32_t last = DC_NONE;
    for (size_t b = 0; n && b < a->block_count; b++) {
        n[b].before = last;
        if (a->starts[b] != a->starts[b + 1])
            last = (uint32_t)b;
    }
    last = DC_NONE;
    for (size_t b = a->block_count; n && b-- > 0;) {
        n[b].after = last;
        if (a->starts[b] != a->starts[b + 1])
            last = (uint32_t)b;
    }
    return n;
}

/* -- Gold text ---------------------------------------------------------- */

static bool align_text(struct alignment *a, const char *gold, float *share) {
    if (!dc_words_add(&a->arena, &a->gold, gold, strlen(gold)) ||
        !alignment_match(a))
        return false;
    const struct neighbours *near = wordless_neighbours(a);
    if (!near)
        return false;
    for (size_t b = 0; b < a->block_count; b++) {
        uint32_t before = near[b].before, after = near[b].after;
        share[b] = a->share[b];
        if (a->starts[b] != a->starts[b + 1] || before == DC_NONE ||
            after == DC_NONE)
            continue;
        float least = a->share[before] < a->share[after] ? a->share[before]
                                                         : a->share[after];
        share[b] = least >= HALF ? least : 0;
    }
    return true;
}

bool dc_align_text(const struct dc_page *page, const char *gold, float *share) {
    struct alignment a;
    bool done = alignment_open(&a, page) && align_text(&a, gold, share);
    dc_arena_free(&a.arena);
    return done;
}

/* -- Labelled text ------------------------------------------------------ */

/* Index of a name; name_count for one that is not in the list. */
static uint32_t label_index(const char *label, size_t length,
                            const char *const *names, size_t name_count) {
    for (size_t i = 0; i < name_count; i++)
        if (strlen(names[i]) == length && !memcmp(names[i], label, length))
            return (uint32_t)i;
    return (uint32_t)name_count;
}

/* The label most of a block's matched words carry, or DC_NONE.  `votes` has
 * name_count + 1 items, the last for unknown names. */
static uint32_t label_vote(const struct alignment *a, size_t block,
                           const uint32_t *word_labels, size_t *votes,
                           size_t name_count) {
    if (a->share[block] < HALF)
        return DC_NONE;
    memset(votes, 0, (name_count + 1) * sizeof *votes);
    for (size_t i = a->starts[block]; i < a->starts[block + 1]; i++)
        if (a->partners[i] != DC_NONE)
            votes[word_labels[a->partners[i]]]++;
    size_t best = 0;
    for (size_t l = 1; l <= name_count; l++)
        if (votes[l] > votes[best])
            best = l;
    return best < name_count ? (uint32_t)best : DC_NONE;
}

/* Adds the labelled stretches one after the other; returns the label of each
 * word, NULL when out of memory. */
static uint32_t *label_words(struct alignment *a, const struct dc_gold *gold,
                             const char *const *names, size_t name_count) {
    uint32_t *labels = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < gold->label_count; i++) {
        const struct dc_gold_block *block = &gold->labels[i];
        if (!dc_words_add(&a->arena, &a->gold, block->text,
                          strlen(block->text)))
            return NULL;
        uint32_t label =
            label_index(block->label, strlen(block->label), names, name_count);
        while (count < a->gold.count) {
            labels = dc_arena_grow(&a->arena, labels, count, &capacity,
                                   sizeof *labels);
            if (!labels)
                return NULL;
            labels[count++] = label;
        }
    }
    return labels ? labels : dc_arena_alloc(&a->arena, 1, sizeof *labels);
}

static bool align_labels(struct alignment *a, const struct dc_gold *gold,
                         const char *const *names, size_t name_count,
                         uint32_t *labels) {
    const uint32_t *words = label_words(a, gold, names, name_count);
    size_t *votes = dc_arena_alloc(&a->arena, name_count + 1, sizeof *votes);
    if (!words || !votes || !alignment_match(a))
        return false;
    const struct neighbours *near = wordless_neighbours(a);
    if (!near)
        return false;
    for (size_t b = 0; b < a->block_count; b++)
        labels[b] = label_vote(a, b, words, votes, name_count);
    for (size_t b = 0; b < a->block_count; b++) {
        uint32_t before = near[b].before, after = near[b].after;
        if (a->starts[b] == a->starts[b + 1] && before != DC_NONE &&
            after != DC_NONE && labels[before] == labels[after])
            labels[b] = labels[before];
    }
    return true;
}

/* The label of the innermost element around the block that carries one. */
static uint32_t marked_label(const struct dc_page *page, size_t block,
                             const char *const *names, size_t name_count) {
    for (uint32_t node = page->blocks[block].node; node != DC_NONE;
         node = page->nodes[node].parent) {
        struct dc_text value =
            dc_attribute_text(page, node, DC_ATTRIBUTE_data_declutter);
        if (!value.bytes)
            continue;
        uint32_t label =
            label_index(value.bytes, value.length, names, name_count);
        return label < name_count ? label : DC_NONE;
    }
    return DC_NONE;
}

bool dc_align_labels(const struct dc_page *page, const struct dc_gold *gold,
                     const char *const *names, size_t name_count,
                     uint32_t *labels) {
    if (gold->run_count) {
        dc_runs_label(gold, page, names, name_count, labels);
        return true;
    }
    if (gold->marked_up) {
        for (size_t b = 0; b < page->block_count; b++)
            labels[b] = marked_label(page, b, names, name_count);
        return true;
    }
    struct alignment a;
    bool done = alignment_open(&a, page) &&
                align_labels(&a, gold, names, name_count, labels);
    dc_arena_free(&a.arena);
    return done;
}
