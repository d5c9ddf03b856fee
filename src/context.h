/* context.h: what a first guess looks like around a block. */
#ifndef DC_CONTEXT_H
#define DC_CONTEXT_H

#include "featurize.h"

/* Sums over the guesses of a page, for one label. */
struct dc_context {
    const struct dc_layout *layout;
    float *p, *s;         /* one a block: probability, its log-odds */
    double *weighted;     /* block count + 1: sum of p * words before */
    double *words;        /* block count + 1: sum of words before */
    float *siblings;      /* one a sibling group: sum of p * words... */
    float *sibling_words; /* ...and of words */
    float *tags, *tag_words, *tag_max; /* one a tag path group */
    float *classes, *class_words, *class_max;
    uint32_t *sure_before, *sure_after; /* distance to a sure block */
    uint32_t *rank, *word_rank;         /* blocks, words above it by s */
    double total;  /* expected words of the label on the page */
    double cut_f1; /* expected F1 of the best cut */
    float cut, maximum, quantiles[4], entropy;
    uint32_t best; /* element of best expected F1 */
    double best_f1;
};

/* Sums up the guesses p (one a block, clipped here).  `full` also ranks the
 * blocks, as the content context needs.  NULL: out of memory. */
struct dc_context *dc_context_new(const struct dc_layout *layout,
                                  struct dc_arena *arena, const float *p,
                                  bool full);

/* Writes the context_ features, from row[DC_FEATURE_context_guess] on, into
 * out[0..DC_CONTEXT_COUNT). */
enum {
    DC_CONTEXT_COUNT =
        DC_FEATURE_context_entropy - DC_FEATURE_context_guess + 1,
    DC_VIEW_COUNT = DC_FEATURE_view2_guess - DC_FEATURE_view1_guess
};
void dc_context_row(const struct dc_context *context, uint32_t block,
                    float *out);

/* Writes the view_ features of one label into out[0..DC_VIEW_COUNT). */
void dc_view_row(const struct dc_context *context, uint32_t block, float *out);

/* ln(p / (1 - p)), p clipped to [.001, .999]. */
float dc_log_odds(float p);

/* Orders blocks by falling p, exactly and in linear time for practical
 * purposes: by a 4096-step scale of the log-odds.  order has count items. */
bool dc_order_blocks(struct dc_arena *arena, const float *s, uint32_t count,
                     uint32_t *order);

#endif
