/* svm.c: rows -> decision values, with what training folded.
 *
 * A linear SVM is one product of a row with its weights; a polynomial one of
 * degree 2 adds a sum of squared products, one a factor.  Eight rows are
 * scored at once: a weight is loaded once for all of them, and the rows are
 * the lanes of vector instructions, so that each row's sum is added up in the
 * order of its inputs, whatever the width of the machine's vectors: the same
 * model gives the same scores everywhere, to the last bit.
 */
#include "svm.h"

#include <math.h>
#include <string.h>

enum { FACTORS_AT_ONCE = 4 };

/* Eight lanes as GCC and clang spell them; machines with narrower vectors get
 * them in parts, with the same sums. */
typedef float lanes __attribute__((vector_size(DC_BATCH * sizeof(float))));
typedef int32_t masks __attribute__((vector_size(DC_BATCH * sizeof(int32_t))));

/* On x86-64 the arithmetic is compiled twice, and the machine chooses. */
#if defined(__x86_64__)
#define DC_WIDE __attribute__((target("avx2")))
#endif
#define DC_INLINE_ALWAYS static inline __attribute__((always_inline))

static inline float clip(float x) {
    return x < -DC_CLIP ? -DC_CLIP : x > DC_CLIP ? DC_CLIP : x;
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

/* Clips all lanes as clip() does: masks of the lanes that are out of range
 * choose the limit. */
DC_INLINE_ALWAYS void clip_lanes(lanes *x) {
    lanes limit = DC_CLIP - (lanes){0};
    masks low = *x<-limit, high = *x> limit;
    *x = (lanes)(((masks)*x & ~(low | high)) | ((masks)(-limit) & low) |
                 ((masks)limit & high));
}

DC_INLINE_ALWAYS void scale_rows(const struct dc_svm *svm, const float *rows,
                                 size_t stride, float *z) {
    for (uint32_t i = 0; i < svm->input_count; i++) {
        const float *r = rows + svm->inputs[i];
        lanes x = {r[0],          r[stride],     r[2 * stride], r[3 * stride],
                   r[4 * stride], r[5 * stride], r[6 * stride], r[7 * stride]};
        x = (x - svm->mean[i]) * svm->scale[i];
        clip_lanes(&x);
        memcpy(z + (size_t)i * DC_BATCH, &x, sizeof x);
    }
}

/* Sums of weight times lane, of one vector of weights... */
DC_INLINE_ALWAYS void product(const float *restrict weights,
                              const float *restrict z, uint32_t count,
                              float *restrict sums) {
    lanes sum = {0}, x;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&x, z + (size_t)i * DC_BATCH, sizeof x);
        sum += weights[i] * x;
    }
    memcpy(sums, &sum, sizeof sum);
}

/* ...and of four, so that the lanes are loaded once for all. */
DC_INLINE_ALWAYS void products(const float *restrict weights,
                               const float *restrict z, uint32_t count,
                               float (*restrict sums)[DC_BATCH]) {
    lanes a = {0}, b = {0}, c = {0}, d = {0}, x;
    const float *second = weights + count, *third = second + count;
    const float *fourth = third + count;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&x, z + (size_t)i * DC_BATCH, sizeof x);
        a += weights[i] * x;
        b += second[i] * x;
        c += third[i] * x;
        d += fourth[i] * x;
    }
    memcpy(sums[0], &a, sizeof a);
    memcpy(sums[1], &b, sizeof b);
    memcpy(sums[2], &c, sizeof c);
    memcpy(sums[3], &d, sizeof d);
}

DC_INLINE_ALWAYS void values_of(const struct dc_svm *svm, const float *z,
                                float *values) {
    uint32_t count = svm->input_count, r = 0;
    float sums[FACTORS_AT_ONCE][DC_BATCH];
    product(svm->linear, z, count, sums[0]);
    for (int b = 0; b < DC_BATCH; b++)
        values[b] = svm->bias + sums[0][b];
    while (r < svm->rank) {
        const float *factors = svm->factors + (size_t)r * count;
        uint32_t some = svm->rank - r < FACTORS_AT_ONCE ? 1 : FACTORS_AT_ONCE;
        if (some == 1)
            product(factors, z, count, sums[0]);
        else
            products(factors, z, count, sums);
        for (uint32_t f = 0; f < some; f++, r++) {
            float sign = r < svm->positive ? 1.0f : -1.0f;
            for (int b = 0; b < DC_BATCH; b++)
                values[b] += sign * (sums[f][b] * sums[f][b]);
        }
    }
}

#ifdef DC_WIDE
DC_WIDE static void scale_rows_wide(const struct dc_svm *svm, const float *rows,
                                    size_t stride, float *z) {
    scale_rows(svm, rows, stride, z);
}

DC_WIDE static void values_wide(const struct dc_svm *svm, const float *z,
                                float *values) {
    values_of(svm, z, values);
}
#endif

#ifdef DC_WIDE
static bool machine_is_wide(void) {
    return __builtin_cpu_supports("avx2");
}
#endif

void dc_svm_scale_batch(const struct dc_svm *svm, const float *rows,
                        size_t stride, size_t count, float *z) {
    float row[DC_INPUTS_MAX];
#ifdef DC_WIDE
    if (count == DC_BATCH && machine_is_wide()) {
        scale_rows_wide(svm, rows, stride, z);
        return;
    }
#endif
    if (count == DC_BATCH) {
        scale_rows(svm, rows, stride, z);
        return;
    }
    memset(z, 0, svm->input_count * DC_BATCH * sizeof *z);
    for (size_t b = 0; b < count; b++) {
        dc_svm_scale(svm, rows + b * stride, row);
        for (size_t i = 0; i < svm->input_count; i++)
            z[i * DC_BATCH + b] = row[i];
    }
}

void dc_svm_values(const struct dc_svm *svm, const float *z, float *values) {
#ifdef DC_WIDE
    if (machine_is_wide()) {
        values_wide(svm, z, values);
        return;
    }
#endif
    values_of(svm, z, values);
}

float dc_svm_value(const struct dc_svm *svm, const float *row) {
    float z[DC_INPUTS_MAX * DC_BATCH], values[DC_BATCH];
    dc_svm_scale_batch(svm, row, 0, 1, z);
    dc_svm_values(svm, z, values);
    return values[0];
}

float dc_svm_probability(const struct dc_svm *svm, float value) {
    return 1 / (1 + expf(-(svm->platt_slope * value + svm->platt_offset)));
}
