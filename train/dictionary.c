/* dictionary.c: samples -> the tokens worth a weight.
 *
 * In: the hashed tokens of all blocks.  Out: as many of them as the lexicon
 * has room for, those seen most.  Tokens are counted by domain, not by page: a
 * class name of one site says nothing about any other, however many pages of it
 * there are.  Where a language has few domains each counts for more: else all
 * room went to the languages of most pages, and a word of another would be
 * left out though every site in that language uses it.
 */
#include "dictionary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "parallel.h"

enum {
    DOMAINS_LEAST = 2, /* whatever they count for */
    WORTH_MOST = 1000, /* of a domain, and worth told apart */
    BUDGET_ATTRIBUTES = 32000,
    BUDGET_TEXT = 33000
};

/* A domain counts for (domains of the largest language / of its own) to this
 * power: 0 would give a language room by its pages, 1 all languages the same.
 * Between 0.5 and 1 little depends on it. */
static const double WORTH_POWER = 0.7;

/* -- domains ------------------------------------------------------------ */

static int compare_domains(const void *a, const void *b) {
    const struct dc_sample *x = *(struct dc_sample *const *)a;
    const struct dc_sample *y = *(struct dc_sample *const *)b;
    if (x->domain != y->domain)
        return x->domain < y->domain ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Samples of one domain together, and what each sample's domain counts for;
 * that of its first sample holds. */
struct census {
    struct dc_sample **order;
    uint32_t *worths; /* in that order */
};

/* Two letters of a language's name as a number; 0: not known. */
static unsigned language_number(const struct dc_gold *gold) {
    const char *name = gold->lang;
    if (!name || !name[0] || !name[1])
        return 0;
    return (unsigned)(name[0] & 31) << 5 | (unsigned)(name[1] & 31);
}

static void find_worths(const struct dc_samples *samples,
                        struct census *census) {
    enum { LANGUAGES = 1 << 10 };
    uint32_t domains[LANGUAGES] = {0}, most = 1, last = DC_NONE;
    for (size_t i = 0; i < samples->count; i++) {
        const struct dc_sample *sample = census->order[i];
        unsigned language = language_number(sample->gold);
        if (sample->domain != last && ++domains[language] > most && language)
            most = domains[language];
        last = sample->domain;
    }
    double worth = 1;
    last = DC_NONE;
    for (size_t i = 0; i < samples->count; i++) {
        const struct dc_sample *sample = census->order[i];
        unsigned language = language_number(sample->gold);
        if (sample->domain != last)
            worth = language
                        ? pow((double)most / domains[language], WORTH_POWER)
                        : 1;
        last = sample->domain;
        census->worths[i] =
            worth < WORTH_MOST ? (uint32_t)round(worth) : WORTH_MOST;
    }
}

static bool census_make(const struct dc_samples *samples,
                        struct census *census) {
    census->order = malloc((samples->count + 1) * sizeof *census->order);
    census->worths = calloc(samples->count + 1, sizeof *census->worths);
    if (!census->order || !census->worths)
        return false;
    for (size_t i = 0; i < samples->count; i++)
        census->order[i] = &samples->items[i];
    qsort(census->order, samples->count, sizeof *census->order,
          compare_domains);
    find_worths(samples, census);
    return true;
}

static void census_free(struct census *census) {
    free(census->order);
    free(census->worths);
}

/* -- counting ----------------------------------------------------------- */

struct slot {
    uint32_t hash, last_domain; /* DC_NONE: free slot */
    uint32_t domains, worth;
};

struct counter {
    struct slot *slots;
    size_t size, used;
};

static bool counter_init(struct counter *counter, size_t size) {
    *counter = (struct counter){malloc(size * sizeof *counter->slots), size, 0};
    for (size_t i = 0; counter->slots && i < size; i++)
        counter->slots[i] = (struct slot){.last_domain = DC_NONE};
    return counter->slots != NULL;
}

static struct slot *counter_find(const struct counter *counter, uint32_t hash) {
    size_t at = dc_hash_mix(0x51ED270Bu, hash) & (counter->size - 1);
    while (counter->slots[at].last_domain != DC_NONE &&
           counter->slots[at].hash != hash)
        at = (at + 1) & (counter->size - 1);
    return &counter->slots[at];
}

static bool counter_grow(struct counter *counter) {
    struct counter larger;
    if (!counter_init(&larger, counter->size * 2))
        return false;
    for (size_t i = 0; i < counter->size; i++)
        if (counter->slots[i].last_domain != DC_NONE)
            *counter_find(&larger, counter->slots[i].hash) = counter->slots[i];
    larger.used = counter->used;
    free(counter->slots);
    *counter = larger;
    return true;
}

/* Pages come grouped by domain. */
static bool counter_add(struct counter *counter, uint32_t hash, uint32_t domain,
                        uint32_t worth) {
    if (counter->used * 2 > counter->size && !counter_grow(counter))
        return false;
    struct slot *slot = counter_find(counter, hash);
    if (slot->last_domain == domain)
        return true;
    counter->used += slot->last_domain == DC_NONE;
    slot->hash = hash;
    slot->last_domain = domain;
    slot->domains++;
    slot->worth += worth;
    return true;
}

static bool count_tokens(const struct dc_samples *samples,
                         const struct census *census, int source,
                         struct counter *counter) {
    bool ok = counter_init(counter, (size_t)1 << 20);
    for (size_t i = 0; ok && i < samples->count; i++) {
        const struct dc_sample *sample = census->order[i];
        size_t count = sample->starts[source][sample->block_count];
        for (size_t t = 0; ok && t < count; t++)
            ok = counter_add(counter, sample->tokens[source][t], sample->domain,
                             census->worths[i]);
    }
    return ok;
}

/* -- choice ------------------------------------------------------------- */

static bool is_candidate(const struct slot *slot) {
    return slot->last_domain != DC_NONE && slot->domains >= DOMAINS_LEAST;
}

/* Smallest worth that leaves at most `budget` tokens. */
static uint32_t find_least(const struct counter *counter, size_t budget) {
    size_t tokens[WORTH_MOST + 1] = {0}, kept = 0;
    for (size_t i = 0; i < counter->size; i++)
        if (is_candidate(&counter->slots[i])) {
            uint32_t worth = counter->slots[i].worth;
            tokens[worth < WORTH_MOST ? worth : WORTH_MOST]++;
        }
    uint32_t least = WORTH_MOST;
    while (least > DOMAINS_LEAST && kept + tokens[least] <= budget)
        kept += tokens[least--];
    return kept + tokens[least] <= budget ? least : least + 1;
}

struct entry {
    uint32_t hash;
    uint8_t source;
};

static int compare_entries(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->source > y->source) - (x->source < y->source);
}

static size_t collect(const struct counter *counter, int source, uint32_t least,
                      struct entry *entries) {
    size_t count = 0;
    for (size_t i = 0; i < counter->size; i++)
        if (is_candidate(&counter->slots[i]) &&
            counter->slots[i].worth >= least)
            entries[count++] =
                (struct entry){counter->slots[i].hash, (uint8_t)source};
    return count;
}

/* Takes over the entries, ascending; of two sources with one hash the first
 * keeps it. */
static bool adopt(struct dc_dictionary *dictionary, struct entry *entries,
                  size_t count, unsigned folds) {
    dictionary->hashes = malloc((count + 1) * sizeof *dictionary->hashes);
    dictionary->sources = malloc(count + 1);
    dictionary->domains =
        calloc(count * folds + 1, sizeof *dictionary->domains);
    dictionary->worths = calloc(count * folds + 1, sizeof *dictionary->worths);
    if (!dictionary->hashes || !dictionary->sources || !dictionary->domains ||
        !dictionary->worths)
        return false;
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count; i++) {
        if (i && entries[i].hash == entries[i - 1].hash)
            continue;
        dictionary->hashes[dictionary->count] = entries[i].hash;
        dictionary->sources[dictionary->count++] = entries[i].source;
    }
    return true;
}

static bool choose(const struct dc_samples *samples,
                   const struct census *census,
                   struct dc_dictionary *dictionary) {
    static const size_t budgets[DC_SOURCES] = {BUDGET_ATTRIBUTES, BUDGET_TEXT};
    struct entry *entries = malloc(DC_LEXICON_MAX * sizeof *entries);
    size_t count = 0;
    bool ok = entries != NULL;
    for (int s = 0; ok && s < DC_SOURCES; s++) {
        struct counter counter;
        ok = count_tokens(samples, census, s, &counter);
        if (ok) {
            uint32_t least = find_least(&counter, budgets[s]);
            dictionary->least[s] = least;
            count += collect(&counter, s, least, entries + count);
        }
        free(counter.slots);
    }
    ok = ok && adopt(dictionary, entries, count, samples->folds);
    free(entries);
    return ok;
}

/* -- samples in numbers of the dictionary ------------------------------- */

static uint32_t find(const struct dc_dictionary *dictionary, uint32_t hash) {
    uint32_t low = 0, high = dictionary->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (dictionary->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < dictionary->count && dictionary->hashes[low] == hash ? low
                                                                      : DC_NONE;
}

/* Replaces hashes by numbers, in place. */
static void renumber(const struct dc_dictionary *dictionary,
                     struct dc_sample *sample, int source) {
    uint32_t *tokens = sample->tokens[source];
    uint32_t *starts = sample->starts[source];
    uint32_t kept = 0, at = 0;
    for (uint32_t b = 0; b < sample->block_count; b++) {
        uint32_t end = starts[b + 1];
        starts[b] = kept;
        for (; at < end; at++) {
            uint32_t number = find(dictionary, tokens[at]);
            if (number != DC_NONE && dictionary->sources[number] == source)
                tokens[kept++] = number;
        }
    }
    starts[sample->block_count] = kept;
    uint32_t *smaller = realloc(tokens, (kept + 1) * sizeof *tokens);
    sample->tokens[source] = smaller ? smaller : tokens;
}

struct renumbering {
    struct dc_samples *samples;
    const struct dc_dictionary *dictionary;
};

static void renumber_task(void *context, size_t item, unsigned worker) {
    struct renumbering *work = context;
    (void)worker;
    for (int s = 0; s < DC_SOURCES; s++)
        renumber(work->dictionary, &work->samples->items[item], s);
}

/* Counts the domains of each fold a token is on. */
static bool count_folds(const struct dc_samples *samples,
                        const struct census *census,
                        struct dc_dictionary *dictionary) {
    uint32_t *last = malloc((dictionary->count + 1) * sizeof *last);
    if (last)
        memset(last, 0xFF, dictionary->count * sizeof *last);
    for (size_t i = 0; last && i < samples->count; i++) {
        const struct dc_sample *sample = census->order[i];
        for (int s = 0; s < DC_SOURCES; s++) {
            size_t count = sample->starts[s][sample->block_count];
            for (size_t t = 0; t < count; t++) {
                uint32_t number = sample->tokens[s][t];
                if (last[number] == sample->domain)
                    continue;
                last[number] = sample->domain;
                size_t at = (size_t)number * samples->folds + sample->fold;
                dictionary->domains[at]++;
                dictionary->worths[at] += census->worths[i];
            }
        }
    }
    free(last);
    return last != NULL;
}

bool dc_dictionary_make(struct dc_samples *samples,
                        struct dc_dictionary *dictionary) {
    struct census census = {0};
    *dictionary = (struct dc_dictionary){0};
    bool ok =
        census_make(samples, &census) && choose(samples, &census, dictionary);
    struct renumbering work = {samples, dictionary};
    if (ok)
        dc_parallel_run(2, samples->count, renumber_task, &work);
    ok = ok && count_folds(samples, &census, dictionary);
    census_free(&census);
    return ok;
}

void dc_dictionary_free(struct dc_dictionary *dictionary) {
    free(dictionary->hashes);
    free(dictionary->sources);
    free(dictionary->domains);
    free(dictionary->worths);
}

bool *dc_dictionary_known(const struct dc_dictionary *dictionary,
                          unsigned folds, uint32_t excluded) {
    bool *known = calloc(dictionary->count + 1, sizeof *known);
    unsigned left = 0;
    for (unsigned f = 0; f < folds; f++)
        left += !(excluded >> f & 1);
    for (uint32_t i = 0; known && i < dictionary->count; i++) {
        uint64_t domains = 0, worth = 0;
        for (unsigned f = 0; f < folds; f++)
            if (!(excluded >> f & 1)) {
                domains += dictionary->domains[(size_t)i * folds + f];
                worth += dictionary->worths[(size_t)i * folds + f];
            }
        uint32_t least = dictionary->least[dictionary->sources[i]];
        known[i] =
            domains >= DOMAINS_LEAST && worth >= (uint64_t)least * left / folds;
    }
    return known;
}
