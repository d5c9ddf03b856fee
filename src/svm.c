/* svm.c: rows -> decision values, with what training folded.
 *
 * A linear SVM is one product of a row with its weights; a polynomial one of
 * degree 2 adds a sum of squared products, one a factor.  Inputs and weights
 * are whole numbers (svm_steps.c), so that the compiler may spread a product
 * over vectors of any width and the same model gives the same scores
 * everywhere, to the last bit.  Four rows at a time are multiplied with a
 * vector of weights, which is then loaded once for all of them.
 */
#include "svm.h"

#include <math.h>
#include <string.h>

enum { TOGETHER = 8 }; /* rows */

#define DC_INLINE_ALWAYS static inline __attribute__((always_inline))

/* What is not a number ends at the lower limit. */
static inline float clip(float x) {
    x = x > -DC_CLIP ? x : -DC_CLIP;
    return x < DC_CLIP ? x : DC_CLIP;
}

void dc_svm_scale(const struct dc_svm *svm, const float *row, float *z) {
    for (uint32_t i = 0; i < svm->input_count; i++)
        z[i] = clip((row[svm->inputs[i]] - svm->mean[i]) * svm->scale[i]);
}

bool dc_svm_same_scale(const struct dc_svm *a, const struct dc_svm *b) {
    size_t count = a->input_count;
    return count == b->input_count &&
           memcmp(a->inputs, b->inputs, count * sizeof *a->inputs) == 0 &&
           memcmp(a->mean, b->mean, count * sizeof *a->mean) == 0 &&
           memcmp(a->scale, b->scale, count * sizeof *a->scale) == 0;
}

/* A width that the compiler knows to be whole vectors leaves no rest. */
DC_INLINE_ALWAYS size_t whole_width(const struct dc_steps *steps) {
    return steps->width / DC_STEPS_LANES * DC_STEPS_LANES;
}

/* Rounds to the nearest step: what is added makes the number positive, since
 * a conversion cuts off towards zero.  Two loops, since in one compilers take
 * the limits for cases of their own, with a branch to each. */
DC_INLINE_ALWAYS void round_row(const struct dc_steps *steps, const float *row,
                                int16_t *z) {
    enum { UP = 1 << 14 };
    const float *mean = steps->mean, *scale = steps->scale;
    const size_t width = whole_width(steps);
    float scaled[DC_ROW];
    for (size_t i = 0; i < width; i++)
        scaled[i] = clip((row[i] - mean[i]) * scale[i]);
    for (size_t i = 0; i < width; i++)
        z[i] =
            (int16_t)((int32_t)(scaled[i] * DC_INPUT_STEPS + (UP + 0.5f)) - UP);
}

/* Products of a vector of weights with some rows. */
DC_INLINE_ALWAYS void products(const int16_t *weights, const int16_t *z,
                               size_t width, int32_t *sums) {
    int32_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    for (size_t i = 0; i < width; i++) {
        a += weights[i] * z[i];
        b += weights[i] * z[DC_ROW + i];
        c += weights[i] * z[2 * DC_ROW + i];
        d += weights[i] * z[3 * DC_ROW + i];
        e += weights[i] * z[4 * DC_ROW + i];
        f += weights[i] * z[5 * DC_ROW + i];
        g += weights[i] * z[6 * DC_ROW + i];
        h += weights[i] * z[7 * DC_ROW + i];
    }
    const int32_t all[TOGETHER] = {a, b, c, d, e, f, g, h};
    memcpy(sums, all, sizeof all);
}

DC_INLINE_ALWAYS void values_some(const struct dc_svm *svm, const int16_t *z,
                                  float *values) {
    const struct dc_steps *steps = &svm->steps;
    const size_t width = whole_width(steps);
    int32_t sums[TOGETHER];
    products(steps->weights, z, width, sums);
    for (int b = 0; b < TOGETHER; b++)
        values[b] = svm->bias + (float)sums[b] * steps->units[0];
    for (uint32_t r = 0; r < svm->rank; r++) {
        float unit = steps->units[1 + r];
        float sign = r < svm->positive ? 1.0f : -1.0f;
        products(steps->weights + (size_t)(1 + r) * steps->width, z, width,
                 sums);
        for (int b = 0; b < TOGETHER; b++) {
            float product = (float)sums[b] * unit;
            values[b] += sign * (product * product);
        }
    }
}

/* Rounds the rows once for all SVMs; what is missing to whole groups is zero.
 */
DC_INLINE_ALWAYS void values_all(const struct dc_svm *const *svms, size_t count,
                                 const float *rows, size_t row_count,
                                 float (*values)[DC_BATCH]) {
    int16_t z[DC_BATCH * DC_ROW];
    const struct dc_steps *steps = &svms[0]->steps;
    size_t end = (row_count + TOGETHER - 1) / TOGETHER * TOGETHER;
    for (size_t b = 0; b < row_count; b++)
        round_row(steps, rows + b * DC_ROW, z + b * DC_ROW);
    for (size_t b = row_count; b < end; b++)
        memset(z + b * DC_ROW, 0, steps->width * sizeof *z);
    for (size_t i = 0; i < count; i++)
        for (size_t b = 0; b < end; b += TOGETHER)
            values_some(svms[i], z + b * DC_ROW, values[i] + b);
}

/* -- What the machine can ------------------------------------------------ */

/* On x86-64 the arithmetic is compiled for three widths, and the machine
 * chooses; elsewhere for the one that the compiler was told of. */
static void values_plain(const struct dc_svm *const *svms, size_t count,
                         const float *rows, size_t row_count,
                         float (*values)[DC_BATCH]) {
    values_all(svms, count, rows, row_count, values);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
values_avx2(const struct dc_svm *const *svms, size_t count, const float *rows,
            size_t row_count, float (*values)[DC_BATCH]) {
    values_all(svms, count, rows, row_count, values);
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void
values_avx512(const struct dc_svm *const *svms, size_t count, const float *rows,
              size_t row_count, float (*values)[DC_BATCH]) {
    values_all(svms, count, rows, row_count, values);
}
#endif

void dc_svm_values(const struct dc_svm *const *svms, size_t count,
                   const float *rows, size_t row_count,
                   float (*values)[DC_BATCH]) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vnni")) {
        values_avx512(svms, count, rows, row_count, values);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        values_avx2(svms, count, rows, row_count, values);
        return;
    }
#endif
    values_plain(svms, count, rows, row_count, values);
}

float dc_svm_value(const struct dc_svm *svm, const float *row) {
    float padded[DC_ROW] = {0}, values[1][DC_BATCH];
    memcpy(padded, row, DC_FEATURE_COUNT * sizeof *row);
    dc_svm_values(&svm, 1, padded, 1, values);
    return values[0][0];
}

float dc_svm_probability(const struct dc_svm *svm, float value) {
    return 1 / (1 + expf(-(svm->platt_slope * value + svm->platt_offset)));
}
