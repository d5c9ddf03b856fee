/* rows.h: which blocks SVMs are trained on, and their feature rows. */
#ifndef DC_ROWS_H
#define DC_ROWS_H

#include "featurize.h"
#include "sample.h"

/* What a row is for. */
enum dc_purpose {
    DC_FIT_CONTENT,       /* train the content SVM */
    DC_CALIBRATE_CONTENT, /* turn its values into probabilities */
    DC_FIT_LABELS,        /* the same for the other labels */
    DC_CALIBRATE_LABELS,
    DC_PURPOSES
};

/* One block chosen for one purpose. */
struct dc_pick {
    uint32_t sample, block;
    uint32_t purpose;
    float target;   /* share of content */
    float weight;   /* for calibration */
    uint32_t label; /* or DC_NONE */
};

/* Picks of all purposes, those of one purpose next to each other, with their
 * rows (DC_FEATURE_COUNT floats each). */
struct dc_rows {
    struct dc_pick *picks;
    size_t count;
    size_t first[DC_PURPOSES + 1]; /* of each purpose */
    float *values;
};

/* Draws the blocks: `content` and `labels` rows to train on (0: none) and as
 * many to calibrate with, from samples whose fold is not in the bit set. */
bool dc_rows_draw(const struct dc_samples *samples, uint32_t excluded,
                  uint64_t seed, size_t content, size_t labels,
                  struct dc_rows *rows);

/* Computes the rows.  models[f] is what pages of fold f are scored with: its
 * lexicon must not have seen them. */
enum declutter_status dc_rows_fill(const struct dc_samples *samples,
                                   const struct declutter_model *models,
                                   unsigned threads, struct dc_rows *rows,
                                   struct declutter_error *error);
void dc_rows_free(struct dc_rows *rows);

#endif
