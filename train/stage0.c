/* stage0.c: samples -> the lexicon, learned token weights.
 *
 * One logistic regression a source and label, over sparse tokens with the
 * value 1 / sqrt(tokens of the block), trained by Adagrad (Duchi, Hazan and
 * Singer 2011) with soft targets: a block that is half gold is half content.
 * Tokens are counted by domain, not by page: a class name of one site says
 * nothing about any other, however many pages of it there are.
 */
#include "stage0.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "parallel.h"

enum {
    EPOCHS = 3,
    MINIMUM = 2, /* domains, however small the corpus */
    BUDGET_ATTRIBUTES = 24000,
    BUDGET_TEXT = 41000
};
static const float RATE = 0.1f, DECAY = 1e-4f, EPSILON = 1e-6f;
/* Share of content above which a block cannot be anything else. */
static const float SURELY_CONTENT = 0.7f;

/* -- vocabulary --------------------------------------------------------- */

/* Counts tokens by domain; pages come grouped by domain. */
struct counter {
    uint32_t *hashes, *last_domain; /* last_domain DC_NONE: free slot */
    uint16_t *domains;
    size_t slots, used;
};

static bool counter_init(struct counter *counter, size_t slots) {
    counter->slots = slots;
    counter->used = 0;
    counter->hashes = malloc(slots * sizeof *counter->hashes);
    counter->last_domain = malloc(slots * sizeof *counter->last_domain);
    counter->domains = calloc(slots, sizeof *counter->domains);
    if (!counter->hashes || !counter->last_domain || !counter->domains)
        return false;
    memset(counter->last_domain, 0xFF, slots * sizeof(uint32_t));
    return true;
}

static void counter_free(struct counter *counter) {
    free(counter->hashes);
    free(counter->last_domain);
    free(counter->domains);
}

static size_t counter_slot(const struct counter *counter, uint32_t hash) {
    size_t slot = dc_hash_mix(0x51ED270Bu, hash) & (counter->slots - 1);
    while (counter->last_domain[slot] != DC_NONE &&
           counter->hashes[slot] != hash)
        slot = (slot + 1) & (counter->slots - 1);
    return slot;
}

static bool counter_grow(struct counter *counter) {
    struct counter larger;
    if (!counter_init(&larger, counter->slots * 2)) {
        counter_free(&larger);
        return false;
    }
    for (size_t i = 0; i < counter->slots; i++) {
        if (counter->last_domain[i] == DC_NONE)
            continue;
        size_t slot = counter_slot(&larger, counter->hashes[i]);
        larger.hashes[slot] = counter->hashes[i];
        larger.last_domain[slot] = counter->last_domain[i];
        larger.domains[slot] = counter->domains[i];
    }
    larger.used = counter->used;
    counter_free(counter);
    *counter = larger;
    return true;
}

static bool counter_add(struct counter *counter, uint32_t hash,
                        uint32_t domain) {
    if (counter->used * 2 > counter->slots && !counter_grow(counter))
        return false;
    size_t slot = counter_slot(counter, hash);
    if (counter->last_domain[slot] == domain)
        return true;
    counter->used += counter->last_domain[slot] == DC_NONE;
    counter->hashes[slot] = hash;
    counter->last_domain[slot] = domain;
    if (counter->domains[slot] < UINT16_MAX)
        counter->domains[slot]++;
    return true;
}

static int compare_domains(const void *a, const void *b) {
    const struct dc_sample *x = *(struct dc_sample *const *)a;
    const struct dc_sample *y = *(struct dc_sample *const *)b;
    if (x->domain != y->domain)
        return x->domain < y->domain ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool count_tokens(struct dc_samples *samples, int source,
                         struct counter *counter) {
    struct dc_sample **order = malloc((samples->count + 1) * sizeof *order);
    bool ok = order && counter_init(counter, (size_t)1 << 20);
    for (size_t i = 0; ok && i < samples->count; i++)
        order[i] = &samples->items[i];
    if (ok)
        qsort(order, samples->count, sizeof *order, compare_domains);
    for (size_t i = 0; ok && i < samples->count; i++) {
        const struct dc_sample *sample = order[i];
        size_t count = sample->starts[source][sample->block_count];
        for (size_t t = 0; ok && t < count; t++)
            ok =
                counter_add(counter, sample->tokens[source][t], sample->domain);
    }
    free(order);
    return ok;
}

/* Smallest number of domains that leaves at most `budget` tokens. */
static uint32_t find_minimum(const struct counter *counter, size_t budget) {
    enum { TOP = 1000 };
    size_t tokens[TOP + 1] = {0}, kept = 0;
    for (size_t i = 0; i < counter->slots; i++)
        if (counter->last_domain[i] != DC_NONE)
            tokens[counter->domains[i] < TOP ? counter->domains[i] : TOP]++;
    uint32_t minimum = TOP;
    while (minimum > MINIMUM && kept + tokens[minimum] <= budget)
        kept += tokens[minimum--];
    return kept + tokens[minimum] <= budget ? minimum : minimum + 1;
}

struct entry {
    uint32_t hash;
    uint8_t source;
};

static int compare_entries(const void *a, const void *b) {
    uint32_t x = ((const struct entry *)a)->hash;
    uint32_t y = ((const struct entry *)b)->hash;
    return (x > y) - (x < y);
}

static size_t collect(const struct counter *counter, int source,
                      uint32_t minimum, struct entry *entries) {
    size_t count = 0;
    for (size_t i = 0; i < counter->slots; i++)
        if (counter->last_domain[i] != DC_NONE &&
            counter->domains[i] >= minimum)
            entries[count++] =
                (struct entry){counter->hashes[i], (uint8_t)source};
    return count;
}

static uint32_t vocabulary_find(const struct dc_vocabulary *vocabulary,
                                uint32_t hash) {
    uint32_t low = 0, high = vocabulary->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (vocabulary->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < vocabulary->count && vocabulary->hashes[low] == hash ? low
                                                                      : DC_NONE;
}

/* Replaces hashes by vocabulary numbers, in place. */
static void renumber(const struct dc_vocabulary *vocabulary,
                     struct dc_sample *sample, int source) {
    uint32_t *tokens = sample->tokens[source];
    uint32_t *starts = sample->starts[source];
    uint32_t kept = 0, at = 0;
    for (uint32_t b = 0; b < sample->block_count; b++) {
        uint32_t end = starts[b + 1];
        starts[b] = kept;
        for (; at < end; at++) {
            uint32_t number = vocabulary_find(vocabulary, tokens[at]);
            if (number != DC_NONE && vocabulary->sources[number] == source)
                tokens[kept++] = number;
        }
    }
    starts[sample->block_count] = kept;
    uint32_t *smaller = realloc(tokens, (kept + 1) * sizeof *tokens);
    sample->tokens[source] = smaller ? smaller : tokens;
}

/* Counts the domains of each fold a token is on. */
static bool count_folds(struct dc_samples *samples,
                        struct dc_vocabulary *vocabulary) {
    uint32_t *last = malloc((vocabulary->count + 1) * sizeof *last);
    struct dc_sample **order = malloc((samples->count + 1) * sizeof *order);
    bool ok = last && order;
    if (ok) {
        memset(last, 0xFF, vocabulary->count * sizeof *last);
        for (size_t i = 0; i < samples->count; i++)
            order[i] = &samples->items[i];
        qsort(order, samples->count, sizeof *order, compare_domains);
    }
    for (size_t i = 0; ok && i < samples->count; i++) {
        const struct dc_sample *sample = order[i];
        for (int s = 0; s < DC_SOURCES; s++) {
            size_t count = sample->starts[s][sample->block_count];
            for (size_t t = 0; t < count; t++) {
                uint32_t number = sample->tokens[s][t];
                if (last[number] == sample->domain)
                    continue;
                last[number] = sample->domain;
                vocabulary
                    ->domains[(size_t)number * samples->folds + sample->fold]++;
            }
        }
    }
    free(last);
    free(order);
    return ok;
}

struct renumbering {
    struct dc_samples *samples;
    const struct dc_vocabulary *vocabulary;
};

static void renumber_task(void *context, size_t item, unsigned worker) {
    struct renumbering *work = context;
    (void)worker;
    for (int s = 0; s < DC_SOURCES; s++)
        renumber(work->vocabulary, &work->samples->items[item], s);
}

bool dc_vocabulary_make(struct dc_samples *samples,
                        struct dc_vocabulary *vocabulary) {
    static const size_t budgets[DC_SOURCES] = {BUDGET_ATTRIBUTES, BUDGET_TEXT};
    struct entry *entries = malloc(DC_LEXICON_MAX * sizeof *entries);
    size_t count = 0;
    bool ok = entries != NULL;
    *vocabulary = (struct dc_vocabulary){0};
    for (int s = 0; ok && s < DC_SOURCES; s++) {
        struct counter counter = {0};
        ok = count_tokens(samples, s, &counter);
        if (ok) {
            vocabulary->minimum[s] = find_minimum(&counter, budgets[s]);
            count +=
                collect(&counter, s, vocabulary->minimum[s], entries + count);
        }
        counter_free(&counter);
    }
    vocabulary->hashes = malloc((count + 1) * sizeof(uint32_t));
    vocabulary->sources = malloc(count + 1);
    vocabulary->domains = calloc(count * samples->folds + 1, sizeof(uint16_t));
    ok = ok && vocabulary->hashes && vocabulary->sources && vocabulary->domains;
    if (ok)
        qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; ok && i < count; i++) {
        if (i && entries[i].hash == entries[i - 1].hash)
            continue; /* two sources, one hash: the first keeps it */
        vocabulary->hashes[vocabulary->count] = entries[i].hash;
        vocabulary->sources[vocabulary->count++] = entries[i].source;
    }
    free(entries);
    struct renumbering work = {samples, vocabulary};
    if (ok)
        dc_parallel_run(2, samples->count, renumber_task, &work);
    return ok && count_folds(samples, vocabulary);
}

void dc_vocabulary_free(struct dc_vocabulary *vocabulary) {
    free(vocabulary->hashes);
    free(vocabulary->sources);
    free(vocabulary->domains);
}

/* -- regression --------------------------------------------------------- */

/* A block, as the regression draws it. */
struct example {
    uint32_t sample, block;
};

struct regression {
    const struct dc_samples *samples;
    const struct dc_vocabulary *vocabulary;
    const struct example *examples;
    size_t example_count;
    const bool *known; /* tokens the training folds have enough of */
    float *weights;    /* (label x source) x vocabulary */
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
    float *weights = r->weights + item * r->vocabulary->count;
    float *squares = calloc(r->vocabulary->count + 1, sizeof *squares);
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
            if (sample->content[b] >= 0)
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
    for (uint32_t i = 0; i < r->vocabulary->count; i++)
        if (r->known[i] && r->vocabulary->sources[i] == source)
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
    const struct dc_vocabulary *vocabulary = r->vocabulary;
    uint32_t labels = r->samples->label_count, bucket = 0, count = 0;
    for (uint32_t i = 0; i < vocabulary->count; i++) {
        if (!r->known[i])
            continue;
        while (bucket <= vocabulary->hashes[i] >> 16)
            packed->starts[bucket++] = (uint16_t)count;
        packed->keys[count] = (uint16_t)vocabulary->hashes[i];
        packed->sources[count] = vocabulary->sources[i];
        int source = vocabulary->sources[i];
        for (uint32_t l = 0; l < labels; l++)
            packed->weights[(size_t)count * labels + l] = pack_weight(
                r->weights[((size_t)l * DC_SOURCES + (size_t)source) *
                               vocabulary->count +
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
    float *scratch = malloc((r->vocabulary->count + 1) * sizeof *scratch);
    *memory = packed;
    if (packed && scratch) {
        for (uint32_t l = 0; l < r->samples->label_count; l++)
            for (int s = 0; s < DC_SOURCES; s++) {
                lexicon->bias[s][l] = r->bias[s][l];
                lexicon->unit[s][l] = find_unit(
                    r,
                    r->weights + ((size_t)l * DC_SOURCES + (size_t)s) *
                                     r->vocabulary->count,
                    s, scratch);
            }
        pack_entries(r, lexicon, packed);
    }
    free(scratch);
    return packed && scratch;
}

/* Tokens that enough domains of the training folds have. */
static bool *find_known(const struct dc_samples *samples,
                        const struct dc_vocabulary *vocabulary,
                        uint32_t excluded) {
    bool *known = calloc(vocabulary->count + 1, sizeof *known);
    unsigned left = 0;
    for (unsigned f = 0; f < samples->folds; f++)
        left += !(excluded >> f & 1);
    for (uint32_t i = 0; known && i < vocabulary->count; i++) {
        uint32_t domains = 0;
        for (unsigned f = 0; f < samples->folds; f++)
            if (!(excluded >> f & 1))
                domains += vocabulary->domains[(size_t)i * samples->folds + f];
        uint32_t need = vocabulary->minimum[vocabulary->sources[i]] * left;
        /* There are at least two folds.
           NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        need /= samples->folds;
        known[i] = domains >= (need < MINIMUM ? MINIMUM : need);
    }
    return known;
}

bool dc_lexicon_train(const struct dc_samples *samples,
                      const struct dc_vocabulary *vocabulary, uint32_t excluded,
                      uint64_t seed, unsigned threads,
                      struct dc_lexicon *lexicon, void **memory) {
    size_t items = (size_t)samples->label_count * DC_SOURCES;
    struct regression r = {.samples = samples, .vocabulary = vocabulary};
    bool *known = find_known(samples, vocabulary, excluded);
    struct example *examples =
        draw_examples(samples, excluded, seed, &r.example_count);
    r.weights = calloc(items * vocabulary->count + 1, sizeof *r.weights);
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
