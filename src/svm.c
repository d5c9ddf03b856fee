/* svm.c: rows -> decision values, with what training folded.
 *
 * A linear SVM is one product of a row with its weights; a polynomial one of
 * degree 2 adds a sum of squared products, one a factor.  Sixteen rows are
 * scored at once, with four vectors of weights: what is loaded is used for
 * all of them.  The rows are the lanes of vector instructions, so that each
 * row's sum is added up in the order of its inputs, whatever the width of the
 * machine's vectors: the same model gives the same scores everywhere, to the
 * last bit.
 */
#include "svm.h"

#include <math.h>
#include <string.h>

enum { VECTORS = 4, TILE = 8 };

/* Lanes as GCC and clang spell them; machines with narrower vectors get them
 * in parts, with the same sums. */
typedef float half __attribute__((vector_size(TILE * sizeof(float))));
typedef int32_t masks __attribute__((vector_size(TILE * sizeof(int32_t))));
typedef float whole __attribute__((vector_size(DC_BATCH * sizeof(float))));

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

/* -- Scaling ------------------------------------------------------------- */

#define DC_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
typedef half half_anywhere __attribute__((aligned(4), may_alias));

DC_INLINE_ALWAYS half load(const float *from) {
    return *(const half_anywhere *)from;
}

DC_INLINE_ALWAYS void store(float *to, half lanes) {
    *(half_anywhere *)to = lanes;
}

/* Steps of turning a tile: pairs of rows are woven together, then pairs of
 * pairs, then halves are put side by side. */
#define DC_LOW 0, 8, 1, 9, 4, 12, 5, 13
#define DC_HIGH 2, 10, 3, 11, 6, 14, 7, 15
#define DC_EVEN 0, 1, 8, 9, 4, 5, 12, 13
#define DC_ODD 2, 3, 10, 11, 6, 7, 14, 15
#define DC_UPPER 0, 1, 2, 3, 8, 9, 10, 11
#define DC_LOWER 4, 5, 6, 7, 12, 13, 14, 15

/* Eight rows of eight -> eight columns, DC_BATCH floats apart. */
DC_INLINE_ALWAYS void turn_tile(const float *rows, size_t stride, float *z) {
    half a = load(rows), b = load(rows + stride);
    half c = load(rows + 2 * stride), d = load(rows + 3 * stride);
    half e = load(rows + 4 * stride), f = load(rows + 5 * stride);
    half g = load(rows + 6 * stride), h = load(rows + 7 * stride);
    half ab = DC_SHUFFLE(a, b, DC_LOW), cd = DC_SHUFFLE(c, d, DC_LOW);
    half ef = DC_SHUFFLE(e, f, DC_LOW), gh = DC_SHUFFLE(g, h, DC_LOW);
    half upper = DC_SHUFFLE(ab, cd, DC_EVEN);
    half lower = DC_SHUFFLE(ef, gh, DC_EVEN);
    store(z, DC_SHUFFLE(upper, lower, DC_UPPER));
    store(z + 4 * DC_BATCH, DC_SHUFFLE(upper, lower, DC_LOWER));
    upper = DC_SHUFFLE(ab, cd, DC_ODD);
    lower = DC_SHUFFLE(ef, gh, DC_ODD);
    store(z + DC_BATCH, DC_SHUFFLE(upper, lower, DC_UPPER));
    store(z + 5 * DC_BATCH, DC_SHUFFLE(upper, lower, DC_LOWER));
    ab = DC_SHUFFLE(a, b, DC_HIGH);
    cd = DC_SHUFFLE(c, d, DC_HIGH);
    ef = DC_SHUFFLE(e, f, DC_HIGH);
    gh = DC_SHUFFLE(g, h, DC_HIGH);
    upper = DC_SHUFFLE(ab, cd, DC_EVEN);
    lower = DC_SHUFFLE(ef, gh, DC_EVEN);
    store(z + 2 * DC_BATCH, DC_SHUFFLE(upper, lower, DC_UPPER));
    store(z + 6 * DC_BATCH, DC_SHUFFLE(upper, lower, DC_LOWER));
    upper = DC_SHUFFLE(ab, cd, DC_ODD);
    lower = DC_SHUFFLE(ef, gh, DC_ODD);
    store(z + 3 * DC_BATCH, DC_SHUFFLE(upper, lower, DC_UPPER));
    store(z + 7 * DC_BATCH, DC_SHUFFLE(upper, lower, DC_LOWER));
}

/* Rows -> columns[feature][row], up to the last feature the SVM reads. */
DC_INLINE_ALWAYS void turn_rows(const struct dc_svm *svm, const float *rows,
                                size_t stride, float *z) {
    size_t count = svm->input_count ? svm->inputs[svm->input_count - 1] + 1 : 0;
    for (size_t part = 0; part < DC_BATCH; part += TILE)
        for (size_t i = 0; i < count; i += TILE)
            turn_tile(rows + part * stride + i, stride,
                      z + i * DC_BATCH + part);
}

/* Clips all lanes as clip() does: masks of the lanes that are out of range
 * choose the limit. */
DC_INLINE_ALWAYS half clip_lanes(half x) {
    const half limit = DC_CLIP - (half){0};
    const masks low = x<-limit, high = x> limit;
    return (half)(((masks)x & ~(low | high)) | ((masks)(-limit) & low) |
                  ((masks)limit & high));
}

/* An SVM's inputs of all features, in the same place: inputs ascend, so what
 * is read is never behind what is written. */
DC_INLINE_ALWAYS void scale_columns(const struct dc_svm *svm, float *z) {
    const uint32_t count = svm->input_count;
    const float *mean = svm->mean, *scale = svm->scale;
    const uint16_t *inputs = svm->inputs;
    for (uint32_t i = 0; i < count; i++) {
        const float *from = z + (size_t)inputs[i] * DC_BATCH;
        float *to = z + (size_t)i * DC_BATCH;
        half low = (load(from) - mean[i]) * scale[i];
        half high = (load(from + TILE) - mean[i]) * scale[i];
        store(to, clip_lanes(low));
        store(to + TILE, clip_lanes(high));
    }
}

/* -- Products ------------------------------------------------------------ */

/* Sums of weight times lane, of four vectors of weights, where vectors hold
 * eight lanes... */
DC_INLINE_ALWAYS void products_half(const float *const weights[VECTORS],
                                    const float *z, uint32_t count,
                                    float (*sums)[DC_BATCH]) {
    const float *u = weights[0], *v = weights[1], *w = weights[2];
    const float *x = weights[3];
    half a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0}, g = {0};
    half h = {0}, low, high;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&low, z + (size_t)i * DC_BATCH, sizeof low);
        memcpy(&high, z + (size_t)i * DC_BATCH + TILE, sizeof high);
        a += u[i] * low;
        b += u[i] * high;
        c += v[i] * low;
        d += v[i] * high;
        e += w[i] * low;
        f += w[i] * high;
        g += x[i] * low;
        h += x[i] * high;
    }
    half all[2 * VECTORS] = {a, b, c, d, e, f, g, h};
    memcpy(sums, all, sizeof all);
}

/* ...and where they hold sixteen. */
DC_INLINE_ALWAYS void products_whole(const float *const weights[VECTORS],
                                     const float *z, uint32_t count,
                                     float (*sums)[DC_BATCH]) {
    const float *u = weights[0], *v = weights[1], *w = weights[2];
    const float *x = weights[3];
    whole a = {0}, b = {0}, c = {0}, d = {0}, lanes;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&lanes, z + (size_t)i * DC_BATCH, sizeof lanes);
        a += u[i] * lanes;
        b += v[i] * lanes;
        c += w[i] * lanes;
        d += x[i] * lanes;
    }
    whole all[VECTORS] = {a, b, c, d};
    memcpy(sums, all, sizeof all);
}

/* -- Values -------------------------------------------------------------- */

DC_INLINE_ALWAYS void products(bool wide, const float *const weights[VECTORS],
                               const float *z, uint32_t count,
                               float (*sums)[DC_BATCH]) {
    if (wide)
        products_whole(weights, z, count, sums);
    else
        products_half(weights, z, count, sums);
}

/* Bias and linear part of some SVMs, at most VECTORS. */
DC_INLINE_ALWAYS void add_linear(bool wide, const struct dc_svm *const *svms,
                                 size_t count, const float *z,
                                 float (*values)[DC_BATCH]) {
    const float *weights[VECTORS];
    float sums[VECTORS][DC_BATCH];
    for (size_t i = 0; i < VECTORS; i++)
        weights[i] = svms[i < count ? i : 0]->linear;
    products(wide, weights, z, svms[0]->input_count, sums);
    for (size_t i = 0; i < count; i++)
        for (int b = 0; b < DC_BATCH; b++)
            values[i][b] = svms[i]->bias + sums[i][b];
}

DC_INLINE_ALWAYS void add_factors(bool wide, const struct dc_svm *svm,
                                  const float *z, float *values) {
    const float *weights[VECTORS];
    float sums[VECTORS][DC_BATCH];
    for (uint32_t r = 0; r < svm->rank; r += VECTORS) {
        uint32_t some = svm->rank - r < VECTORS ? svm->rank - r : VECTORS;
        for (uint32_t i = 0; i < VECTORS; i++)
            weights[i] = svm->factors +
                         (size_t)(r + (i < some ? i : 0)) * svm->input_count;
        products(wide, weights, z, svm->input_count, sums);
        for (uint32_t i = 0; i < some; i++) {
            float sign = r + i < svm->positive ? 1.0f : -1.0f;
            for (int b = 0; b < DC_BATCH; b++)
                values[b] += sign * (sums[i][b] * sums[i][b]);
        }
    }
}

DC_INLINE_ALWAYS void values_of(bool wide, const struct dc_svm *const *svms,
                                size_t count, const float *z,
                                float (*values)[DC_BATCH]) {
    for (size_t i = 0; i < count; i += VECTORS)
        add_linear(wide, svms + i, count - i < VECTORS ? count - i : VECTORS, z,
                   values + i);
    for (size_t i = 0; i < count; i++)
        add_factors(wide, svms[i], z, values[i]);
}

/* -- What the machine can ------------------------------------------------ */

/* On x86-64 the arithmetic is compiled for three widths, and the machine
 * chooses; elsewhere for the one that the compiler was told of. */
static void scale_plain(const struct dc_svm *svm, const float *rows,
                        size_t stride, float *z) {
    turn_rows(svm, rows, stride, z);
    scale_columns(svm, z);
}

static void values_plain(const struct dc_svm *const *svms, size_t count,
                         const float *z, float (*values)[DC_BATCH]) {
    values_of(false, svms, count, z, values);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void scale_avx2(const struct dc_svm *svm,
                                                       const float *rows,
                                                       size_t stride,
                                                       float *z) {
    turn_rows(svm, rows, stride, z);
    scale_columns(svm, z);
}

__attribute__((target("avx2"))) static void
values_avx2(const struct dc_svm *const *svms, size_t count, const float *z,
            float (*values)[DC_BATCH]) {
    values_of(false, svms, count, z, values);
}

__attribute__((target("avx512f"))) static void
values_avx512(const struct dc_svm *const *svms, size_t count, const float *z,
              float (*values)[DC_BATCH]) {
    values_of(true, svms, count, z, values);
}
#endif

void dc_svm_scale_batch(const struct dc_svm *svm, const float *rows,
                        size_t stride, size_t count, float *z) {
    float row[DC_INPUTS_MAX];
    if (count == DC_BATCH) {
#if defined(__x86_64__)
        if (__builtin_cpu_supports("avx2")) {
            scale_avx2(svm, rows, stride, z);
            return;
        }
#endif
        scale_plain(svm, rows, stride, z);
        return;
    }
    memset(z, 0, (size_t)svm->input_count * DC_BATCH * sizeof *z);
    for (size_t b = 0; b < count; b++) {
        dc_svm_scale(svm, rows + b * stride, row);
        for (size_t i = 0; i < svm->input_count; i++)
            z[i * DC_BATCH + b] = row[i];
    }
}

void dc_svm_values(const struct dc_svm *const *svms, size_t count,
                   const float *z, float (*values)[DC_BATCH]) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        values_avx512(svms, count, z, values);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        values_avx2(svms, count, z, values);
        return;
    }
#endif
    values_plain(svms, count, z, values);
}

float dc_svm_value(const struct dc_svm *svm, const float *row) {
    float z[DC_ROW * DC_BATCH], values[1][DC_BATCH];
    dc_svm_scale_batch(svm, row, 0, 1, z);
    dc_svm_values(&svm, 1, z, values);
    return values[0][0];
}

float dc_svm_probability(const struct dc_svm *svm, float value) {
    return 1 / (1 + expf(-(svm->platt_slope * value + svm->platt_offset)));
}
