/* svm.c: rows -> decision values, with what training folded.
 *
 * A linear SVM is one product; a polynomial one of degree 2 is a sum of
 * squared products, one a factor.  Products run over eight lanes that are
 * added up in one fixed order: compilers turn the lanes into vector
 * instructions of whatever width there is, and every width gives the same
 * sum to the last bit.
 */
#include "svm.h"

#include <math.h>

enum { LANES = 8 };

static float product(const float *a, const float *b, uint32_t count) {
    float lanes[LANES] = {0};
    uint32_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (uint32_t l = 0; l < LANES; l++)
            lanes[l] += a[i + l] * b[i + l];
    for (; i < count; i++)
        lanes[i % LANES] += a[i] * b[i];
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
           ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

void dc_svm_scale(const struct dc_svm *svm, const float *row, float *z) {
    for (uint32_t i = 0; i < svm->input_count; i++) {
        float x = (row[svm->inputs[i]] - svm->mean[i]) * svm->scale[i];
        z[i] = x < -DC_CLIP ? -DC_CLIP : x > DC_CLIP ? DC_CLIP : x;
    }
}

float dc_svm_value(const struct dc_svm *svm, const float *row) {
    float z[DC_INPUTS_MAX];
    uint32_t count = svm->input_count;
    dc_svm_scale(svm, row, z);
    float value = svm->bias + product(svm->linear, z, count);
    for (uint32_t r = 0; r < svm->rank; r++) {
        float p = product(svm->factors + (size_t)r * count, z, count);
        value += r < svm->positive ? p * p : -(p * p);
    }
    return value;
}

float dc_svm_probability(const struct dc_svm *svm, float value) {
    return 1 / (1 + expf(-(svm->platt_slope * value + svm->platt_offset)));
}
