/* context.h: what a first guess at every label looks like around a block. */
#ifndef DC_CONTEXT_H
#define DC_CONTEXT_H

#include "featurize.h"

/* Features of a label's view. */
enum { DC_VIEW_COUNT = DC_FEATURE_view2_guess - DC_FEATURE_view1_guess };

/* Sums over the guesses of a page.  Those of all labels stand side by side,
 * `stride` (an even number) an item; the words they are weighted by are the
 * same for all. */
struct dc_context {
    const struct dc_layout *layout;
    uint32_t labels, stride;
    /* one a block and label */
    float *p, *s; /* probability, its log-odds */
    /* block count + 1, and label: sum of p * words before */
    double *weighted;
    double *words; /* block count + 1: sum of words before */
    /* one a sibling group (and label): sum of p * words, and of words; the
     * same for the groups of a tag path and of a class path */
    float *siblings, *sibling_words;
    float *tags, *tag_words, *classes, *class_words;
    /* of content alone: largest s of a group, distance to a sure block,
     * blocks and words above a block by s */
    float *tag_max, *class_max;
    uint32_t *sure_before, *sure_after, *rank, *word_rank;
    double total;  /* content words expected on the page */
    double cut_f1; /* expected F1 of the best cut */
    float cut, maximum, quantiles[4], entropy;
    uint32_t best; /* element of best expected F1 */
    double best_f1;
    float page[DC_LABELS_MAX]; /* mean p of the page */
};

/* Sums up the guesses p[label * block count + block], clipped here.  NULL: out
 * of memory. */
struct dc_context *dc_context_new(const struct dc_layout *layout,
                                  struct dc_arena *arena, const float *p,
                                  uint32_t labels);

/* Writes the context_ and view_ features of a block. */
void dc_context_row(const struct dc_context *context, uint32_t block,
                    float *row);

/* Mean of p over so many words, shrunk: few words say little. */
#define DC_SHRINK 0.15
#define DC_PRIOR 0.05
static inline double dc_shrunk_mean(double sum, double words) {
    return (sum + DC_PRIOR) / (words + DC_SHRINK);
}

/* Expected F1 of printing `words` words of which `inside` are expected to be
 * content, of `total` on the page. */
static inline double dc_expected_f1(double inside, double words, double total) {
    return words + total > 0 ? 2 * inside / (words + total) : 0;
}

/* ln(p / (1 - p)), p clipped to [.001, .999]. */
float dc_log_odds(float p);

/* Orders blocks by falling p, exactly and in linear time for practical
 * purposes: by a 4096-step scale of the log-odds.  order has count items; s
 * has one `stride` floats apart. */
bool dc_order_blocks(struct dc_arena *arena, const float *s, size_t stride,
                     uint32_t count, uint32_t *order);

#endif
