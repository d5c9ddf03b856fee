/* svm.h: score rows of features with a folded SVM. */
#ifndef DC_SVM_H
#define DC_SVM_H

#include <stdbool.h>

#include "featurize.h"
#include "model.h"

/* Inputs are clipped to this many standard deviations. */
#define DC_CLIP 3.0f

enum {
    DC_INPUTS_MAX = 512, /* inputs one SVM may have: scratch is on the stack */
    DC_BATCH = 16        /* rows scored at once */
};

/* Scales a row (all features) into z (input_count of them). */
void dc_svm_scale(const struct dc_svm *svm, const float *row, float *z);

/* Do both read the same inputs, scaled alike?  Then they can share z. */
bool dc_svm_same_scale(const struct dc_svm *a, const struct dc_svm *b);

/* Scales `count` (at most DC_BATCH) rows, each DC_ROW floats long and `stride`
 * apart, into z, which has room for DC_ROW * DC_BATCH: input i of row b is
 * z[i * DC_BATCH + b]; missing rows are zero. */
void dc_svm_scale_batch(const struct dc_svm *svm, const float *rows,
                        size_t stride, size_t count, float *z);

/* Decision values of the DC_BATCH rows in z, by some SVMs that scale alike;
 * > 0 speaks for the label. */
void dc_svm_values(const struct dc_svm *const *svms, size_t count,
                   const float *z, float (*values)[DC_BATCH]);

/* Decision value of one feature row, the same to the last bit. */
float dc_svm_value(const struct dc_svm *svm, const float *row);

/* Probability of a decision value, by Platt's sigmoid. */
float dc_svm_probability(const struct dc_svm *svm, float value);

#endif
