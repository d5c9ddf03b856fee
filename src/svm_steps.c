/* svm_steps.c: the weights of an SVM -> whole numbers.
 *
 * In: means, scales and weights as trained.  Out: the same by feature, the
 * weights rounded to whole steps of their vector's unit.  Scaled inputs are
 * rounded too, to 1/2048 of a standard deviation, so that a product is a sum
 * of whole numbers.  Such sums are the same in any order: processors may take
 * as many at a time as they can, two to four times as many as of floats, and
 * every machine still comes to the same score.
 * A unit is as fine as 32 bits for the sum of a vector allow, whatever the
 * inputs are.  With that a product is off by 0.0003 of its standard deviation,
 * far below what the choice of training rows moves it by.
 */
#include "svm.h"

#include <math.h>
#include <stdlib.h>

/* Largest sum of a product: rounding, half a step a weight, stays below what
 * is missing to 2^31. */
static const double SUM_MAX = 2147483647.0 - (1 << 24);

enum { ALIGN = 64 }; /* of every array: a cache line */

static size_t align_up(size_t bytes) {
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

/* Features up to the last input, in whole vectors. */
static uint32_t width_of(const struct dc_svm *svm) {
    uint32_t count =
        svm->input_count ? svm->inputs[svm->input_count - 1] + 1u : 0;
    return (count + DC_STEPS_LANES - 1) / DC_STEPS_LANES * DC_STEPS_LANES;
}

static size_t steps_size(const struct dc_svm *svm) {
    size_t vectors = 1 + (size_t)svm->rank;
    return 2 * align_up(width_of(svm) * sizeof(float)) +
           align_up(vectors * width_of(svm) * sizeof(int16_t)) +
           align_up(vectors * sizeof(float));
}

/* Rounds one vector; returns its unit. */
static double round_weights(const struct dc_svm *svm, const float *from,
                            int16_t *to) {
    double sum = 0, most = 0;
    for (uint32_t i = 0; i < svm->input_count; i++) {
        double size = fabs((double)from[i]);
        sum += size;
        most = size > most ? size : most;
    }
    double unit = sum * (double)(DC_CLIP * DC_INPUT_STEPS) / SUM_MAX;
    unit = fmax(unit, most / INT16_MAX);
    if (unit < 1e-30) /* nothing but zeros, or as good as that */
        return 0;
    for (uint32_t i = 0; i < svm->input_count; i++)
        to[svm->inputs[i]] = (int16_t)lround((double)from[i] / unit);
    return unit;
}

/* Takes an array from the memory at *at. */
static void *take(char **at, size_t count, size_t size) {
    void *array = *at;
    *at += align_up(count * size);
    return array;
}

/* Fills in the steps of an SVM at `memory`, which is zero; returns its end. */
static char *make_steps(struct dc_svm *svm, char *memory) {
    uint32_t width = width_of(svm);
    size_t vectors = 1 + (size_t)svm->rank;
    float *mean = take(&memory, width, sizeof *mean);
    float *scale = take(&memory, width, sizeof *scale);
    int16_t *weights = take(&memory, vectors * width, sizeof *weights);
    float *units = take(&memory, vectors, sizeof *units);
    for (uint32_t i = 0; i < svm->input_count; i++) {
        mean[svm->inputs[i]] = svm->mean[i];
        scale[svm->inputs[i]] = svm->scale[i];
    }
    for (uint32_t v = 0; v <= svm->rank; v++) {
        const float *from =
            v ? svm->factors + (size_t)(v - 1) * svm->input_count : svm->linear;
        double unit = round_weights(svm, from, weights + (size_t)v * width);
        units[v] = (float)(unit / (double)DC_INPUT_STEPS);
    }
    svm->steps = (struct dc_steps){width, mean, scale, weights, units};
    return memory;
}

void *dc_svm_steps_new(struct dc_svm *svms, size_t count) {
    size_t size = ALIGN;
    for (size_t i = 0; i < count; i++)
        size += steps_size(&svms[i]);
    char *memory = calloc(size, 1);
    if (!memory)
        return NULL;
    char *at = memory + ALIGN - (uintptr_t)memory % ALIGN;
    for (size_t i = 0; i < count; i++)
        at = make_steps(&svms[i], at);
    return memory;
}
