/* stage0.c: samples -> the lexicon, learned token weights.
 *
 * One logistic regression a source and label, over sparse tokens with the
 * value 1 / sqrt(tokens of the block), trained by Adagrad (Duchi, Hazan and
 * Singer 2011) with soft targets: a block that is half gold is half content.
 * Which tokens there are is for dictionary.c to say.
 */
#include "stage0.h"

#include <math.h>
#include <stdlib.h>

#include "parallel.h"

enum { EPOCHS = 3 };
static const float RATE = 0.1f, DECAY = 1e-4f, EPSILON = 1e-6f;
/* Share of content above which a block cannot be anything else. */
static const float SURELY_CONTENT = 0.7f;

/* -- regression --------------------------------------------------------- */

/* A block, as the regression draws it. */
struct example {
    uint32_t sample, block;
};

struct regression {
    const struct dc_samples *samples;
    const struct dc_dictionary *dictionary;
    const struct example *examples;
    size_t example_count;
    const bool *known; /* tokens the training folds have enough of */
    float *weights;    /* (label x source) x dictionary */
    float bias[DC_SOURCES][DC_LABELS_MAX];
    bool failed[DC_SOURCES * DC_LABELS_MAX];
};

/* Target of a block for a label; negative: unknown.  A block that is content
 * for sure is nothing else, even where other labels are not given. */
static float target_of(const struct dc_sample *sample, uint32_t block,
                       uint32_t label) {
    if (label == 0)
        return sample->content[block];
    if (sample->labels[block] != DC_NONE)
        return sample->labels[block] == label;
    return sample->content[block] > SURELY_CONTENT ? 0 : -1;
}

static float dot(const struct regression *r, const float *weights,
                 const uint32_t *tokens, uint32_t count) {
    float sum = 0;
    for (uint32_t t = 0; t < count; t++)
        if (r->known[tokens[t]])
            sum += weights[tokens[t]];
    return sum;
}

/* One step of Adagrad on one block. */
static void step(const struct regression *r, const struct example *example,
                 int source, uint32_t label, float *weights, float *squares,
                 float *bias, float *bias_square) {
    const struct dc_sample *sample = &r->samples->items[example->sample];
    uint32_t block = example->block;
    float target = target_of(sample, block, label);
    float weight = sample->weights[block];
    if (target < 0 || weight <= 0)
        return;
    const uint32_t *tokens =
        sample->tokens[source] + sample->starts[source][block];
    uint32_t count =
        sample->starts[source][block + 1] - sample->starts[source][block];
    uint32_t total = sample->counts[source][block];
    float value = total ? 1 / sqrtf((float)total) : 0;
    float f = *bias + value * dot(r, weights, tokens, count);
    float error = (1 / (1 + expf(-f)) - target) * weight;
    float gradient = error * value;
    *bias_square += error * error;
    *bias -= RATE * error / sqrtf(*bias_square + EPSILON);
    for (uint32_t t = 0; t < count; t++) {
        uint32_t token = tokens[t];
        if (!r->known[token])
            continue;
        float g = gradient + DECAY * weights[token];
        squares[token] += g * g;
        weights[token] -= RATE * g / sqrtf(squares[token] + EPSILON);
    }
}

static void regression_task(void *context, size_t item, unsigned worker) {
    struct regression *r = context;
    uint32_t label = (uint32_t)(item / DC_SOURCES);
    int source = (int)(item % DC_SOURCES);
    float *weights = r->weights + item * r->dictionary->count;
    float *squares = calloc(r->dictionary->count + 1, sizeof *squares);
    float bias = 0, bias_square = 0;
    (void)worker;
    r->failed[item] = !squares;
    for (int epoch = 0; squares && epoch < EPOCHS; epoch++)
        for (size_t i = 0; i < r->example_count; i++)
            step(r, &r->examples[i], source, label, weights, squares, &bias,
                 &bias_square);
    r->bias[source][label] = bias;
    free(squares);
}

/* All blocks of the training folds, shuffled. */
static struct example *draw_examples(const struct dc_samples *samples,
                                     uint32_t excluded, uint64_t seed,
                                     size_t *count) {
    size_t total = 0, at = 0;
    for (size_t i = 0; i < samples->count; i++)
        total += samples->items[i].block_count;
    struct example *examples = malloc((total + 1) * sizeof *examples);
    for (uint32_t i = 0; examples && i < samples->count; i++) {
        const struct dc_sample *sample = &samples->items[i];
        if (excluded >> sample->fold & 1)
            continue;
        for (uint32_t b = 0; b < sample->block_count; b++)
            if (dc_sample_knows(sample, b))
                examples[at++] = (struct example){i, b};
    }
    uint64_t state = seed * 2 + 1;
    for (size_t i = at; examples && i > 1; i--) {
        size_t j = dc_random(&state) % i;
        struct example swap = examples[i - 1];
        examples[i - 1] = examples[j];
        examples[j] = swap;
    }
    *count = at;
    return examples;
}

/* -- packing ------------------------------------------------------------ */

static int compare_floats(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Size of weight that one byte's 127 stands for: all but the few largest fit,
 * and those are clipped. */
static float find_unit(const struct regression *r, const float *weights,
                       int source, float *scratch) {
    size_t count = 0;
    for (uint32_t i = 0; i < r->dictionary->count; i++)
        if (r->known[i] && r->dictionary->sources[i] == source)
            scratch[count++] = fabsf(weights[i]);
    if (!count)
        return 1;
    qsort(scratch, count, sizeof *scratch, compare_floats);
    float largest = scratch[(count - 1) - (count - 1) / 1000];
    return largest > 0 ? largest / 127 : 1;
}

static int8_t pack_weight(float weight, float unit) {
    float steps = roundf(weight / unit);
    return (int8_t)(steps < -127 ? -127 : steps > 127 ? 127 : steps);
}

/* Arrays of a lexicon in one block. */
struct packed {
    uint16_t starts[DC_LEXICON_BUCKETS + 1];
    uint16_t keys[DC_LEXICON_MAX + DC_KEYS_READ];
    uint8_t sources[DC_LEXICON_MAX];
    int8_t weights[DC_LEXICON_MAX * DC_LABELS_MAX];
};

static void pack_entries(const struct regression *r, struct dc_lexicon *lexicon,
                         struct packed *packed) {
    const struct dc_dictionary *dictionary = r->dictionary;
    uint32_t labels = r->samples->label_count, bucket = 0, count = 0;
    for (uint32_t i = 0; i < dictionary->count; i++) {
        if (!r->known[i])
            continue;
        while (bucket <= dictionary->hashes[i] >> 16)
            packed->starts[bucket++] = (uint16_t)count;
        packed->keys[count] = (uint16_t)dictionary->hashes[i];
        packed->sources[count] = dictionary->sources[i];
        int source = dictionary->sources[i];
        for (uint32_t l = 0; l < labels; l++)
            packed->weights[(size_t)count * labels + l] = pack_weight(
                r->weights[((size_t)l * DC_SOURCES + (size_t)source) *
                               dictionary->count +
                           i],
                lexicon->unit[source][l]);
        count++;
    }
    while (bucket <= DC_LEXICON_BUCKETS)
        packed->starts[bucket++] = (uint16_t)count;
    lexicon->count = count;
    lexicon->starts = packed->starts;
    lexicon->keys = packed->keys;
    lexicon->sources = packed->sources;
    lexicon->weights = packed->weights;
}

static bool pack(const struct regression *r, struct dc_lexicon *lexicon,
                 void **memory) {
    struct packed *packed = malloc(sizeof *packed);
    float *scratch = malloc((r->dictionary->count + 1) * sizeof *scratch);
    *memory = packed;
    if (packed && scratch) {
        for (uint32_t l = 0; l < r->samples->label_count; l++)
            for (int s = 0; s < DC_SOURCES; s++) {
                lexicon->bias[s][l] = r->bias[s][l];
                lexicon->unit[s][l] = find_unit(
                    r,
                    r->weights + ((size_t)l * DC_SOURCES + (size_t)s) *
                                     r->dictionary->count,
                    s, scratch);
            }
        pack_entries(r, lexicon, packed);
    }
    free(scratch);
    return packed && scratch;
}

bool dc_lexicon_train(const struct dc_samples *samples,
                      const struct dc_dictionary *dictionary, uint32_t excluded,
                      uint64_t seed, unsigned threads,
                      struct dc_lexicon *lexicon, void **memory) {
    size_t items = (size_t)samples->label_count * DC_SOURCES;
    struct regression r = {.samples = samples, .dictionary = dictionary};
    bool *known = dc_dictionary_known(dictionary, samples->folds, excluded);
    struct example *examples =
        draw_examples(samples, excluded, seed, &r.example_count);
    r.weights = calloc(items * dictionary->count + 1, sizeof *r.weights);
    r.known = known;
    r.examples = examples;
    *memory = NULL;
    *lexicon = (struct dc_lexicon){0};
    bool ok = known && examples && r.weights;
    if (ok)
        dc_parallel_run(threads, items, regression_task, &r);
    for (size_t i = 0; i < items; i++)
        ok = ok && !r.failed[i];
    ok = ok && pack(&r, lexicon, memory);
    free(known);
    free(examples);
    free(r.weights);
    return ok;
}
