/* svm.h: score a row of features with a folded SVM. */
#ifndef DC_SVM_H
#define DC_SVM_H

#include "model.h"

/* Inputs are clipped to this many standard deviations. */
#define DC_CLIP 3.0f

/* Most inputs one SVM may have: scratch rows live on the stack. */
enum { DC_INPUTS_MAX = 512 };

/* Scales `row` (all features) into z (input_count of them). */
void dc_svm_scale(const struct dc_svm *svm, const float *row, float *z);

/* Decision value of a feature row; > 0 speaks for the label. */
float dc_svm_value(const struct dc_svm *svm, const float *row);

/* Probability of a decision value, by Platt's sigmoid. */
float dc_svm_probability(const struct dc_svm *svm, float value);

#endif
