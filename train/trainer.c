/* trainer.c: corpora -> model.
 *
 * First every page is read once: targets and tokens of its blocks stay in
 * memory.  Then, for one model: lexicons (one of all training folds, which the
 * model carries, and one without each fold, so that no page is scored by a
 * lexicon that saw its gold), rows of drawn blocks with those scores, one SVM
 * a label over the rows, a sigmoid a SVM, and the whole written out and read
 * back, so that what is returned is exactly what a model file would hold.
 *
 * The lexicons of two folds left out serve several models; they are kept.
 */
#include "trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fold_svm.h"
#include "folds.h"
#include "parallel.h"
#include "rows.h"
#include "sample.h"
#include "stage0.h"
#include "svm.h"

enum {
    FOLDS_MAX = 10,
    LEXICONS_MAX = 1 + FOLDS_MAX + FOLDS_MAX * (FOLDS_MAX - 1) / 2,
    CONTENT_ROWS = 24000,
    LABEL_ROWS = 16000,
    CONTENT_RANK = 64,
    FACTS_MAX = 2048
};

/* Of the SVMs: found by cross-validation on several corpora, flat around. */
static const double CONTENT_C = 0.3, LABEL_C = 0.01, CACHE_MB = 1200;
/* Of the decision. */
static const float ATTRIBUTE_WEIGHT = 0.75f, TEXT_WEIGHT = 0.5f;
static const float REPEAT_WORDS = 8, REPEAT_MARGIN = 0.15f;
static const float EMPTY_WORDS = 15;

/* A lexicon trained without the folds of `excluded`. */
struct kept_lexicon {
    uint32_t excluded;
    bool ready;
    struct dc_lexicon lexicon;
    void *memory;
};

struct dc_trainer {
    const struct dc_corpus *corpora;
    size_t corpus_count;
    struct dc_trainer_options options;
    struct dc_samples samples;
    size_t *first_sample; /* of each corpus */
    struct dc_vocabulary vocabulary;
    struct kept_lexicon lexicons[LEXICONS_MAX];
    size_t lexicon_count;
};

static enum declutter_status out_of_memory(struct declutter_error *error) {
    return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
}

static void report(const struct dc_trainer *trainer, const char *stage,
                   size_t done, size_t total) {
    if (trainer->options.progress)
        trainer->options.progress(trainer->options.progress_context, stage,
                                  done, total);
}

/* -- samples ------------------------------------------------------------ */

/* How many blocks carry a label name. */
struct label_count {
    char name[DC_LABEL_NAME_MAX];
    size_t blocks;
};

struct label_counts {
    struct label_count items[DC_LABELS_MAX];
    size_t count;
};

static bool count_label(struct label_counts *counts, const char *name,
                        size_t length, struct declutter_error *error) {
    for (size_t i = 0; i < counts->count; i++)
        if (strlen(counts->items[i].name) == length &&
            memcmp(counts->items[i].name, name, length) == 0) {
            counts->items[i].blocks++;
            return true;
        }
    if (length == 0 || length >= DC_LABEL_NAME_MAX ||
        counts->count == DC_LABELS_MAX) {
        dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                "label '%.*s': at most %d labels of %d letters",
                (int)(length < 40 ? length : 40), name, DC_LABELS_MAX,
                DC_LABEL_NAME_MAX - 1);
        return false;
    }
    struct label_count *added = &counts->items[counts->count++];
    memcpy(added->name, name, length);
    added->name[length] = '\0';
    added->blocks = 1;
    return true;
}

/* Labels of a page that carries them in its mark-up. */
static enum declutter_status count_marked(struct label_counts *counts,
                                          const struct dc_gold *gold,
                                          struct declutter_page *page,
                                          struct declutter_error *error) {
    const struct dc_sample sample = {.gold = gold};
    enum declutter_status status = dc_sample_read(&sample, page, error);
    for (uint32_t n = 0; status == DECLUTTER_OK && n < page->page.node_count;
         n++) {
        struct dc_text name =
            dc_attribute_text(&page->page, n, DC_ATTRIBUTE_data_declutter);
        if (name.bytes && !count_label(counts, name.bytes, name.length, error))
            status = DECLUTTER_ERROR_USAGE;
    }
    return status;
}

static int compare_counts(const void *a, const void *b) {
    const struct label_count *x = a, *y = b;
    bool first = strcmp(x->name, "content") == 0;
    bool second = strcmp(y->name, "content") == 0;
    if (first != second)
        return first ? -1 : 1;
    if (x->blocks != y->blocks)
        return x->blocks > y->blocks ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The labels of the corpora: content, then the others by frequency.  Corpora
 * that know content alone give two: content and clutter. */
static enum declutter_status find_labels(struct dc_trainer *trainer,
                                         struct declutter_error *error) {
    struct label_counts counts = {0};
    struct declutter_page *page = declutter_page_new();
    enum declutter_status status = page ? DECLUTTER_OK : out_of_memory(error);
    if (page)
        count_label(&counts, "content", 7, error);
    for (size_t i = 0; i < trainer->samples.count; i++) {
        const struct dc_gold *gold = trainer->samples.items[i].gold;
        for (size_t b = 0; status == DECLUTTER_OK && b < gold->label_count;
             b++)
            if (!count_label(&counts, gold->labels[b].label,
                             strlen(gold->labels[b].label), error))
                status = DECLUTTER_ERROR_USAGE;
        if (status == DECLUTTER_OK && gold->marked_up)
            status = count_marked(&counts, gold, page, error);
    }
    declutter_page_free(page);
    if (status == DECLUTTER_OK && counts.count == 1)
        count_label(&counts, "clutter", 7, error);
    qsort(counts.items, counts.count, sizeof *counts.items, compare_counts);
    for (size_t l = 0; l < counts.count; l++)
        memcpy(trainer->samples.labels[l], counts.items[l].name,
               DC_LABEL_NAME_MAX);
    trainer->samples.label_count = (uint32_t)counts.count;
    return status;
}

struct making {
    struct dc_trainer *trainer;
    struct declutter_page *pages[64];
    enum declutter_status *status;
    struct declutter_error *errors;
};

static void make_task(void *context, size_t item, unsigned worker) {
    struct making *work = context;
    struct dc_samples *samples = &work->trainer->samples;
    struct declutter_error detail;
    if (work->status[worker] != DECLUTTER_OK)
        return;
    work->status[worker] = dc_sample_make(samples, &samples->items[item],
                                          work->pages[worker], &detail);
    if (work->status[worker] != DECLUTTER_OK)
        dc_fail(&work->errors[worker], work->status[worker], 0, "%s: %s",
                samples->items[item].gold->path, detail.message);
}

static enum declutter_status make_samples(struct dc_trainer *trainer,
                                          struct declutter_error *error) {
    unsigned threads = trainer->options.threads;
    struct making work = {.trainer = trainer};
    enum declutter_status result = DECLUTTER_OK;
    work.status = calloc(threads, sizeof *work.status);
    work.errors = calloc(threads, sizeof *work.errors);
    bool ok = work.status && work.errors;
    for (unsigned i = 0; i < threads; i++)
        ok = (work.pages[i] = declutter_page_new()) != NULL && ok;
    if (ok)
        dc_parallel_run(threads, trainer->samples.count, make_task, &work);
    else
        result = out_of_memory(error);
    for (unsigned i = 0; i < threads; i++) {
        if (ok && result == DECLUTTER_OK && work.status[i] != DECLUTTER_OK) {
            result = work.status[i];
            if (error)
                *error = work.errors[i];
        }
        declutter_page_free(work.pages[i]);
    }
    free(work.status);
    free(work.errors);
    return result;
}

/* Gives each sample its fold and the dense number of its domain. */
static bool assign_folds(struct dc_trainer *trainer) {
    enum { DOMAIN_MAX = 256 };
    struct dc_samples *samples = &trainer->samples;
    size_t count = samples->count;
    unsigned *folds = malloc((count + 1) * sizeof *folds);
    unsigned **of_corpus =
        malloc((trainer->corpus_count + 1) * sizeof *of_corpus);
    char(*domains)[DOMAIN_MAX] = malloc((count + 1) * sizeof *domains);
    bool ok = folds && of_corpus && domains;
    for (size_t c = 0; ok && c < trainer->corpus_count; c++)
        of_corpus[c] = folds + trainer->first_sample[c];
    ok = ok && dc_folds(trainer->corpora, trainer->corpus_count,
                        samples->folds, trainer->options.seed,
                        (unsigned *const *)of_corpus);
    for (size_t i = 0; ok && i < count; i++) {
        samples->items[i].fold = folds[i];
        dc_domain(samples->items[i].gold, domains[i], DOMAIN_MAX);
        size_t same = 0; /* few thousand pages: a scan a page is quick */
        while (strcmp(domains[same], domains[i]) != 0)
            same++;
        samples->items[i].domain = (uint32_t)same;
    }
    free(folds);
    free(of_corpus);
    free(domains);
    return ok;
}

static enum declutter_status prepare(struct dc_trainer *trainer,
                                     struct declutter_error *error) {
    if (!assign_folds(trainer))
        return out_of_memory(error);
    enum declutter_status status = find_labels(trainer, error);
    report(trainer, "reading", 0, 1);
    if (status == DECLUTTER_OK)
        status = make_samples(trainer, error);
    report(trainer, "counting", 0, 1);
    if (status == DECLUTTER_OK &&
        !dc_vocabulary_make(&trainer->samples, &trainer->vocabulary))
        status = out_of_memory(error);
    return status;
}

enum declutter_status dc_trainer_new(const struct dc_corpus *corpora,
                                     size_t corpus_count,
                                     const struct dc_trainer_options *options,
                                     struct dc_trainer **result,
                                     struct declutter_error *error) {
    struct dc_trainer *trainer = calloc(1, sizeof *trainer);
    *result = NULL;
    if (!trainer)
        return out_of_memory(error);
    trainer->corpora = corpora;
    trainer->corpus_count = corpus_count;
    if (options)
        trainer->options = *options;
    struct dc_trainer_options *o = &trainer->options;
    o->folds = o->folds ? o->folds : 5;
    o->threads = !o->threads ? 2 : o->threads > 64 ? 64 : o->threads;
    o->seed = o->seed ? o->seed : 1;
    trainer->samples.folds = o->folds;
    size_t count = 0;
    for (size_t c = 0; c < corpus_count; c++)
        count += corpora[c].page_count;
    trainer->first_sample = calloc(corpus_count + 1, sizeof(size_t));
    trainer->samples.items = calloc(count + 1, sizeof(struct dc_sample));
    enum declutter_status status = DECLUTTER_OK;
    if (o->folds < 2 || o->folds > FOLDS_MAX || count < o->folds)
        status = dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                         "%zu pages cannot make %u folds", count, o->folds);
    else if (!trainer->first_sample || !trainer->samples.items)
        status = out_of_memory(error);
    for (size_t c = 0; status == DECLUTTER_OK && c < corpus_count; c++) {
        trainer->first_sample[c] = trainer->samples.count;
        for (size_t p = 0; p < corpora[c].page_count; p++)
            trainer->samples.items[trainer->samples.count++].gold =
                &corpora[c].pages[p];
    }
    if (status == DECLUTTER_OK)
        status = prepare(trainer, error);
    if (status == DECLUTTER_OK)
        *result = trainer;
    else
        dc_trainer_free(trainer);
    return status;
}

void dc_trainer_free(struct dc_trainer *trainer) {
    if (!trainer)
        return;
    for (size_t i = 0; i < trainer->samples.count; i++)
        dc_sample_free(&trainer->samples.items[i]);
    for (size_t i = 0; i < trainer->lexicon_count; i++)
        free(trainer->lexicons[i].memory);
    dc_vocabulary_free(&trainer->vocabulary);
    free(trainer->samples.items);
    free(trainer->first_sample);
    free(trainer);
}

unsigned dc_trainer_fold(const struct dc_trainer *trainer, size_t corpus,
                         size_t page) {
    return trainer->samples.items[trainer->first_sample[corpus] + page].fold;
}

/* -- lexicons ----------------------------------------------------------- */

/* The lexicon trained without a set of folds; NULL: out of memory. */
static const struct dc_lexicon *lexicon_for(struct dc_trainer *trainer,
                                            uint32_t excluded) {
    for (size_t i = 0; i < trainer->lexicon_count; i++)
        if (trainer->lexicons[i].excluded == excluded)
            return &trainer->lexicons[i].lexicon;
    struct kept_lexicon *kept = &trainer->lexicons[trainer->lexicon_count];
    kept->excluded = excluded;
    trainer->lexicon_count++; /* first: freed even when training fails */
    if (!dc_lexicon_train(&trainer->samples, &trainer->vocabulary, excluded,
                          trainer->options.seed, trainer->options.threads,
                          &kept->lexicon, &kept->memory))
        return NULL;
    return &kept->lexicon;
}

/* A model without SVMs: what rows are made with. */
static void start_model(const struct dc_trainer *trainer,
                        const struct dc_lexicon *lexicon,
                        struct declutter_model *model) {
    *model = (struct declutter_model){
        .label_count = trainer->samples.label_count,
        .lexicon = *lexicon,
        .parameters = {
            [DC_PARAMETER_attribute_weight] = ATTRIBUTE_WEIGHT,
            [DC_PARAMETER_text_weight] = TEXT_WEIGHT,
            [DC_PARAMETER_repeat_words] = REPEAT_WORDS,
            [DC_PARAMETER_repeat_margin] = REPEAT_MARGIN,
            [DC_PARAMETER_empty_words] = EMPTY_WORDS}};
    memcpy(model->labels, trainer->samples.labels, sizeof model->labels);
}

/* -- SVMs --------------------------------------------------------------- */

/* One SVM in the making, with all memory its dc_svm points to. */
struct learner {
    struct dc_svm svm;
    uint16_t inputs[DC_FEATURE_COUNT];
    float mean[DC_FEATURE_COUNT], scale[DC_FEATURE_COUNT];
    struct dc_factored factored;
    size_t rows, support_vectors;
    bool failed, useless; /* useless: one side only */
};

struct learning {
    const struct dc_trainer *trainer;
    const struct dc_rows *rows;
    struct learner learners[DC_LABELS_MAX];
};

/* Mean and deviation of each feature over the training rows; one that never
 * changes is no input. */
static void find_scale(struct learner *learner, const struct dc_rows *rows,
                       size_t first, size_t end) {
    double count = (double)(end - first);
    learner->svm.input_count = 0;
    for (uint32_t f = 0; f < DC_FEATURE_COUNT; f++) {
        double sum = 0, squares = 0;
        for (size_t i = first; i < end; i++) {
            double x = rows->values[i * DC_FEATURE_COUNT + f];
            sum += x;
            squares += x * x;
        }
        double mean = sum / count;
        double variance = squares / count - mean * mean;
        if (!(variance > 1e-7))
            continue;
        uint32_t input = learner->svm.input_count++;
        learner->inputs[input] = (uint16_t)f;
        learner->mean[input] = (float)mean;
        learner->scale[input] = (float)(1 / sqrt(variance));
    }
    learner->svm.inputs = learner->inputs;
    learner->svm.mean = learner->mean;
    learner->svm.scale = learner->scale;
}

static bool is_positive(const struct dc_pick *pick, uint32_t label) {
    return label == 0 && pick->label == DC_NONE ? pick->target > 0.5f
                                                : pick->label == label;
}

/* Trains one SVM on rows [first, end) and takes over its weights. */
static void fit(const struct learning *work, struct learner *learner,
                size_t first, size_t end) {
    uint32_t label = learner->svm.label, inputs = learner->svm.input_count;
    size_t count = end - first, positives = 0;
    float *rows = malloc((count * inputs + 1) * sizeof *rows);
    signed char *sides = malloc(count + 1);
    struct dc_folded folded = {0};
    learner->failed = !rows || !sides;
    for (size_t i = 0; !learner->failed && i < count; i++) {
        dc_svm_scale(&learner->svm,
                     work->rows->values + (first + i) * DC_FEATURE_COUNT,
                     rows + i * inputs);
        bool positive = is_positive(&work->rows->picks[first + i], label);
        sides[i] = positive ? 1 : -1;
        positives += positive;
    }
    learner->rows = count;
    learner->useless = positives == 0 || positives == count;
    if (!learner->failed && !learner->useless) {
        struct dc_svm_task task = {
            .rows = rows,
            .sides = sides,
            .n = count,
            .d = inputs,
            .kernel = label == 0 ? DC_KERNEL_POLYNOMIAL : DC_KERNEL_LINEAR,
            .C = label == 0 ? CONTENT_C : LABEL_C,
            .cache_mb = CACHE_MB};
        learner->failed =
            !dc_svm_run(&task, &folded, &learner->support_vectors) ||
            !dc_folded_to_svm(&folded, CONTENT_RANK, rows, count,
                              &learner->factored);
        learner->svm.rank = learner->factored.rank;
        learner->svm.positive = learner->factored.positive;
        learner->svm.linear = learner->factored.linear;
        learner->svm.factors = learner->factored.factors;
        learner->svm.bias = learner->factored.bias;
    }
    dc_folded_free(&folded);
    free(rows);
    free(sides);
}

/* Platt's sigmoid over rows the SVM was not trained on. */
static void calibrate(const struct learning *work, struct learner *learner,
                      size_t first, size_t end) {
    size_t count = end - first;
    double *values = malloc((count + 1) * sizeof *values);
    float *targets = malloc((count + 1) * sizeof *targets);
    float *weights = malloc((count + 1) * sizeof *weights);
    double slope = 1, offset = 0;
    learner->failed = !values || !targets || !weights;
    for (size_t i = 0; !learner->failed && i < count; i++) {
        const struct dc_pick *pick = &work->rows->picks[first + i];
        values[i] = dc_svm_value(&learner->svm,
                                 work->rows->values +
                                     (first + i) * DC_FEATURE_COUNT);
        targets[i] = learner->svm.label == 0 && pick->label == DC_NONE
                         ? pick->target
                         : (float)is_positive(pick, learner->svm.label);
        weights[i] = pick->weight;
    }
    if (!learner->failed)
        dc_platt_fit(values, targets, weights, count, &slope, &offset);
    learner->svm.platt_slope = (float)slope;
    learner->svm.platt_offset = (float)offset;
    free(values);
    free(targets);
    free(weights);
}

static void learn_task(void *context, size_t item, unsigned worker) {
    struct learning *work = context;
    struct learner *learner = &work->learners[item];
    const size_t *first = work->rows->first;
    enum dc_purpose purpose = item == 0 ? DC_FIT_CONTENT : DC_FIT_LABELS;
    (void)worker;
    *learner = (struct learner){.svm = {.stage = 1, .label = (uint32_t)item}};
    if (first[purpose] == first[purpose + 1]) {
        learner->useless = true;
        return;
    }
    find_scale(learner, work->rows, first[purpose], first[purpose + 1]);
    fit(work, learner, first[purpose], first[purpose + 1]);
    if (!learner->failed && !learner->useless)
        calibrate(work, learner, first[purpose + 1], first[purpose + 2]);
}

/* -- the model ---------------------------------------------------------- */

/* What the model says about its making; no times, so that the same training
 * gives the same bytes. */
static void write_facts(const struct dc_trainer *trainer,
                        const struct learning *work, uint32_t excluded,
                        char *facts) {
    size_t used = 0;
    for (size_t c = 0; c < trainer->corpus_count; c++)
        used += (size_t)snprintf(facts + used, FACTS_MAX - used,
                                 "corpus %.40s: %zu pages\n",
                                 trainer->corpora[c].name,
                                 trainer->corpora[c].page_count);
    if (used > FACTS_MAX / 2)
        used = FACTS_MAX / 2; /* dozens of corpora: the rest says enough */
    used += (size_t)snprintf(
        facts + used, FACTS_MAX - used,
        "seed: %llu\nfolds: %u\nleft out: %s\ntokens: %u\n",
        (unsigned long long)trainer->options.seed, trainer->samples.folds,
        excluded == DC_NONE ? "none" : "one fold",
        trainer->vocabulary.count);
    for (uint32_t l = 0; l < trainer->samples.label_count; l++)
        used += (size_t)snprintf(
            facts + used, FACTS_MAX - used,
            "svm %s: %zu rows, %zu support vectors, rank %u\n",
            trainer->samples.labels[l], work->learners[l].rows,
            work->learners[l].support_vectors, work->learners[l].svm.rank);
}

/* Writes the model to memory and reads it back as one that owns its data. */
static enum declutter_status finish(const struct declutter_model *draft,
                                    struct declutter_model **model,
                                    struct declutter_error *error) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        return out_of_memory(error);
    enum declutter_status status = dc_model_write(draft, stream);
    if (fclose(stream) != 0 || status != DECLUTTER_OK)
        status = out_of_memory(error);
    else
        status = dc_model_parse(text, length, model, error);
    free(text);
    return status;
}

static enum declutter_status export_rows(const struct dc_trainer *trainer,
                                         const struct learning *work,
                                         struct declutter_error *error);

static enum declutter_status assemble(struct dc_trainer *trainer,
                                      const struct learning *work,
                                      uint32_t excluded,
                                      const struct dc_lexicon *lexicon,
                                      struct declutter_model **model,
                                      struct declutter_error *error) {
    struct declutter_model draft;
    char facts[FACTS_MAX];
    start_model(trainer, lexicon, &draft);
    for (uint32_t l = 0; l < draft.label_count; l++) {
        if (work->learners[l].failed)
            return out_of_memory(error);
        if (!work->learners[l].useless)
            draft.svms[draft.svm_count++] = work->learners[l].svm;
    }
    write_facts(trainer, work, excluded, facts);
    draft.facts = facts;
    enum declutter_status status = DECLUTTER_OK;
    if (excluded == DC_NONE && trainer->options.export_folder)
        status = export_rows(trainer, work, error);
    return status == DECLUTTER_OK ? finish(&draft, model, error) : status;
}

/* Writes the rows of each SVM as a libsvm problem file. */
static enum declutter_status export_rows(const struct dc_trainer *trainer,
                                         const struct learning *work,
                                         struct declutter_error *error) {
    for (uint32_t l = 0; l < trainer->samples.label_count; l++) {
        const struct learner *learner = &work->learners[l];
        enum dc_purpose purpose = l == 0 ? DC_FIT_CONTENT : DC_FIT_LABELS;
        size_t first = work->rows->first[purpose], count = learner->rows;
        uint32_t inputs = learner->svm.input_count;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.libsvm",
                 trainer->options.export_folder, trainer->samples.labels[l]);
        FILE *stream = fopen(path, "w");
        float *rows = malloc((count * inputs + 1) * sizeof *rows);
        signed char *sides = malloc(count + 1);
        bool ok = stream && rows && sides;
        for (size_t i = 0; ok && i < count; i++) {
            dc_svm_scale(&learner->svm,
                         work->rows->values + (first + i) * DC_FEATURE_COUNT,
                         rows + i * inputs);
            sides[i] =
                is_positive(&work->rows->picks[first + i], l) ? 1 : -1;
        }
        struct dc_svm_task task = {
            .rows = rows, .sides = sides, .n = count, .d = inputs};
        ok = ok && dc_svm_export(&task, stream);
        ok = (!stream || fclose(stream) == 0) && ok;
        free(rows);
        free(sides);
        if (!ok)
            return dc_fail(error, DECLUTTER_ERROR_WRITE, 0,
                           "cannot write %s", path);
    }
    return DECLUTTER_OK;
}

/* Lexicons for the pages of every fold, each without that fold. */
static bool start_models(struct dc_trainer *trainer, uint32_t mask,
                         struct declutter_model *models) {
    for (unsigned f = 0; f < trainer->samples.folds; f++) {
        if (mask >> f & 1)
            continue;
        report(trainer, "lexicons", f, trainer->samples.folds);
        const struct dc_lexicon *lexicon =
            lexicon_for(trainer, mask | UINT32_C(1) << f);
        if (!lexicon)
            return false;
        start_model(trainer, lexicon, &models[f]);
    }
    return true;
}

enum declutter_status dc_trainer_train(struct dc_trainer *trainer,
                                       uint32_t excluded,
                                       struct declutter_model **model,
                                       struct declutter_error *error) {
    uint32_t mask = excluded == DC_NONE ? 0 : UINT32_C(1) << excluded;
    unsigned threads = trainer->options.threads;
    struct dc_rows rows = {0};
    struct declutter_model *models = calloc(FOLDS_MAX, sizeof *models);
    struct learning *work = calloc(1, sizeof *work);
    enum declutter_status status = DECLUTTER_OK;
    *model = NULL;
    const struct dc_lexicon *lexicon = lexicon_for(trainer, mask);
    if (!models || !work || !lexicon || !start_models(trainer, mask, models) ||
        !dc_rows_draw(&trainer->samples, mask, trainer->options.seed,
                      trainer->options.rows ? trainer->options.rows
                                            : CONTENT_ROWS,
                      LABEL_ROWS, &rows))
        status = out_of_memory(error);
    report(trainer, "rows", 0, 1);
    if (status == DECLUTTER_OK)
        status = dc_rows_fill(&trainer->samples, models, threads, &rows,
                              error);
    if (status == DECLUTTER_OK) {
        report(trainer, "SVMs", 0, 1);
        *work = (struct learning){.trainer = trainer, .rows = &rows};
        dc_parallel_run(threads, trainer->samples.label_count, learn_task,
                        work);
        status = assemble(trainer, work, excluded, lexicon, model, error);
    }
    for (uint32_t l = 0; work && l < DC_LABELS_MAX; l++)
        dc_factored_free(&work->learners[l].factored);
    dc_rows_free(&rows);
    free(models);
    free(work);
    return status;
}
