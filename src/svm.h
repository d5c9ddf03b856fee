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

/* Do both read the same inputs, scaled alike? */
bool dc_svm_same_scale(const struct dc_svm *a, const struct dc_svm *b);

/* Decision values of at most DC_BATCH rows, DC_ROW floats apart, by some SVMs
 * that scale alike; > 0 speaks for the label.  values[s] has room for a whole
 * batch. */
void dc_svm_values(const struct dc_svm *const *svms, size_t count,
                   const float *rows, size_t row_count,
                   float (*values)[DC_BATCH]);

/* Decision value of one feature row, the same to the last bit. */
float dc_svm_value(const struct dc_svm *svm, const float *row);

/* Probability of a decision value, by Platt's sigmoid. */
float dc_svm_probability(const struct dc_svm *svm, float value);

#endif
