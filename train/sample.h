/* sample.h: what training remembers of a page. */
#ifndef DC_SAMPLE_H
#define DC_SAMPLE_H

#include "corpus.h"
#include "model.h"

/* Targets of a page's blocks and their tokens; the page itself is read again
 * when its rows are needed, which is cheaper than keeping it. */
struct dc_sample {
    const struct dc_gold *gold;
    bool stripped; /* the page without names and landmarks */
    unsigned fold;
    uint32_t domain; /* dense number; the tokens' unit of counting */
    uint32_t block_count;
    uint32_t *words;  /* one a block */
    float *content;   /* share of gold words, 0..1; -1 unknown */
    uint32_t *labels; /* index into the label names; DC_NONE unknown */
    float *weights;   /* of a block's content target in the lexicon */
    /* Tokens of block b and source s are tokens[s][starts[s][b]] up to
     * tokens[s][starts[s][b + 1]]: first hashes, later dictionary numbers.
     * counts[s][b] is their number before rare ones were dropped. */
    uint32_t *tokens[DC_SOURCES];
    uint32_t *starts[DC_SOURCES];
    uint32_t *counts[DC_SOURCES];
};

struct dc_samples {
    struct dc_sample *items;
    size_t count;
    unsigned folds;
    uint32_t label_count;
    char labels[DC_LABELS_MAX][DC_LABEL_NAME_MAX]; /* [0] "content" */
};

/* Does anything about a block teach? */
static inline bool dc_sample_knows(const struct dc_sample *sample,
                                   uint32_t block) {
    return sample->content[block] >= 0 || sample->labels[block] != DC_NONE;
}

/* Reads the page of a sample with declutter's own stages into `page`.  A
 * stripped one loses its class, id and role words, and its landmark elements
 * become <div>: pages without telling mark-up exist, but not in corpora. */
enum declutter_status dc_sample_read(const struct dc_sample *sample,
                                     struct declutter_page *page,
                                     struct declutter_error *error);

/* Reads, aligns and tokenises the page of item->gold: fills everything but
 * fold and domain. */
enum declutter_status dc_sample_make(const struct dc_samples *samples,
                                     struct dc_sample *item,
                                     struct declutter_page *page,
                                     struct declutter_error *error);
void dc_sample_free(struct dc_sample *sample);

/* Fills samples->labels and label_count from the gold of its items. */
enum declutter_status dc_labels_find(struct dc_samples *samples,
                                     struct declutter_error *error);

/* Small repeatable random numbers (xorshift64*). */
static inline uint64_t dc_random(uint64_t *state) {
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(2685821657736338717);
}

/* In (0, 1). */
static inline double dc_random_unit(uint64_t *state) {
    return ((double)(dc_random(state) >> 11) + 0.5) / 9007199254740992.0;
}

#endif
