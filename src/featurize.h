/* featurize.h: blocks -> rows of numbers; filter and trainer share it. */
#ifndef DC_FEATURIZE_H
#define DC_FEATURIZE_H

#include <string.h>

#include "layout.h"
#include "model.h"

enum dc_feature {
#define FEATURE(name, meaning) DC_FEATURE_##name,
#include "features.def"
#undef FEATURE
    DC_FEATURE_COUNT,
    /* Floats from one row to the next; as many whole numbers hold the widest
     * vector of an SVM. */
    DC_ROW = (DC_FEATURE_COUNT + DC_STEPS_LANES - 1) / DC_STEPS_LANES *
             DC_STEPS_LANES
};

struct dc_context;
struct dc_vocabulary;

enum { DC_SEEN = 8 }; /* 64 bits each: a set of words' hashes, roughly */

/* What the page as a whole says: filled once, read for every block. */
struct dc_page_facts {
    float row[DC_FEATURE_COUNT]; /* the page_ features, in their places */
    uint32_t *description_words; /* sorted hashes */
    uint32_t description_count;
    uint64_t description_seen[DC_SEEN];
    float *title_similarity; /* one a block */
    uint32_t title_block;    /* or DC_NONE */
};

struct dc_features {
    const struct dc_page *page;
    const struct dc_layout *layout;
    const struct declutter_model *model;
    struct dc_page_facts facts;
    float *lexicon;   /* block x source x label: learned scores */
    float *guess;     /* label x block: first guess p, from the lexicon */
    uint32_t *inside; /* one a node: bits of the inside_ features */
    uint8_t *hidden;  /* one a node: bits of the node_ hidden features */
    float *prose_before, *prose_behind; /* one a block: log distances */
    uint32_t *article, *main; /* one a node: nearest such, or DC_NONE */
    struct dc_context *context;
    struct dc_vocabulary *vocabulary;
};

/* Prepares a segmented page; its context is that of the lexicon's first
 * guess.  NULL: out of memory. */
struct dc_features *dc_features_new(struct dc_page *page,
                                    const struct declutter_model *model);

/* Makes the context anew from better guesses: p[label * block count + block].
 * false: out of memory. */
bool dc_features_refine(struct dc_features *features, struct dc_arena *arena,
                        const float *p);

/* Writes the features of a block that do not depend on guesses, and sets the
 * others to 0; then the others. */
void dc_features_own(const struct dc_features *features, uint32_t block,
                     float *row);
void dc_features_context(const struct dc_features *features, uint32_t block,
                         float *row);

/* Writes all DC_FEATURE_COUNT features of a block. */
void dc_features_row(const struct dc_features *features, uint32_t block,
                     float *row);

/* The families, one file each; every function fills its places of the row. */
void dc_text_row(const struct dc_features *features, uint32_t block,
                 float *row);
bool dc_tree_prepare(struct dc_features *features, struct dc_arena *arena);
void dc_tree_row(const struct dc_features *features, uint32_t block,
                 float *row);
bool dc_facts_prepare(struct dc_features *features, struct dc_arena *arena);
void dc_facts_row(const struct dc_features *features, uint32_t block,
                  float *row);

/* Words of the page with the guess at the blocks they stand in: made once,
 * filled (and filled again) from p[block], then read.  NULL: out of memory. */
struct dc_vocabulary *dc_vocabulary_new(const struct dc_layout *layout,
                                        struct dc_arena *arena);
void dc_vocabulary_learn(struct dc_vocabulary *vocabulary, const float *p);
void dc_vocabulary_row(const struct dc_vocabulary *vocabulary, uint32_t block,
                       float *row);

/* ln(x) for finite x > 0, by a polynomial in the mantissa (Abramowitz and
 * Stegun 4.1.43, error below 1e-5): a row takes dozens of logarithms, and
 * these are the same on every machine. */
static inline float dc_log(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    float exponent = (float)((int)(bits >> 23) - 127);
    bits = (bits & 0x7FFFFF) | 0x3F800000;
    memcpy(&x, &bits, sizeof x);
    float t = x - 1;
    float log = 0.03215845f;
    log = log * t - 0.13606275f;
    log = log * t + 0.28947478f;
    log = log * t - 0.49190896f;
    log = log * t + 0.99949556f;
    return exponent * 0.69314718f + log * t;
}

/* ln(1 + x) for counts. */
static inline float dc_log1(uint32_t number) {
    return dc_log((float)number + 1);
}

static inline float dc_share(double part, double whole) {
    return whole > 0 ? (float)(part / whole) : 0;
}

#endif
