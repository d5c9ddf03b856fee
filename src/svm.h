/* svm.h: score rows of features with a folded SVM. */
#ifndef DC_SVM_H
#define DC_SVM_H

#include <stdbool.h>

#include "featurize.h"
#include "model.h"

/* Inputs are clipped to this many standard deviations... */
#define DC_CLIP 3.0f
/* ...and rounded to one of so many steps of each. */
#define DC_INPUT_STEPS 2048.0f

enum { DC_BATCH = 16 /* rows scored at once */ };

/* Makes the steps of some SVMs from their weights.  Returns the memory behind
 * them, to be freed after them, or NULL when there is none. */
void *dc_svm_steps_new(struct dc_svm *svms, size_t count);

/* Scales a row (all features) into z (input_count of them), as training reads
 * it. */
void dc_svm_scale(const struct dc_svm *svm, const float *row, float *z);

/* Do both read the same inputs, scaled alike?  Then they can share z. */
bool dc_svm_same_scale(const struct dc_svm *a, const struct dc_svm *b);

/* Scales and rounds `count` (at most DC_BATCH) rows, DC_ROW floats apart, into
 * z, which has room for DC_BATCH * DC_ROW: row b starts at z + b * DC_ROW;
 * missing rows are zero. */
void dc_svm_round_batch(const struct dc_svm *svm, const float *rows,
                        size_t count, int16_t *z);

/* Decision values of the first `rows` of z, by some SVMs that scale alike; > 0
 * speaks for the label. */
void dc_svm_values(const struct dc_svm *const *svms, size_t count,
                   const int16_t *z, size_t rows, float (*values)[DC_BATCH]);

/* Decision value of one feature row, the same to the last bit. */
float dc_svm_value(const struct dc_svm *svm, const float *row);

/* Probability of a decision value, by Platt's sigmoid. */
float dc_svm_probability(const struct dc_svm *svm, float value);

#endif
