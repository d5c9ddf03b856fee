/* trainer.c: corpora -> model.
 *
 * First every page is read once: targets and tokens of its blocks stay in
 * memory.  A model is three layers: the lexicon, a first stage of SVMs that
 * reads its scores, and a second that reads those of the first.  Each layer is
 * trained on scores from copies of the layers below that have not seen the
 * page (one copy a fold left out), so that no page's gold leaks into its own
 * features and scores look in training as they will on unknown pages.  Copies
 * serve several models and are kept.
 *
 * The model is written out and read back, so that what is returned is exactly
 * what a model file holds.
 */
#include "trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folds.h"
#include "learner.h"
#include "parallel.h"
#include "stage0.h"

enum {
    FOLDS_MAX = 10,
    /* Sets of at most three folds left out. */
    LEXICONS_MAX = 1 + 10 + 45 + 120,
    BASES_MAX = 1 + 10 + 45,
    BASE_ROWS = 10000, /* of each SVM of the first stage */
    CONTENT_ROWS = 24000,
    LABEL_ROWS = 24000,
    FACTS_MAX = 2048
};

/* Of the decision; see declutter-bench for what they are worth. */
static const float ATTRIBUTE_WEIGHT = 0.75f, TEXT_WEIGHT = 0.5f;
static const float REPEAT_WORDS = 8, REPEAT_MARGIN = 0.15f;
static const float EMPTY_WORDS = 15;
/* No lean of the decision to either side: out of fold, 0.3 towards keeping
 * cost 0.003 on daniel-dev and nothing was gained elsewhere. */
static const float CONTENT_BIAS = 0;

/* A lexicon trained without the folds of `excluded`. */
struct kept_lexicon {
    uint32_t excluded;
    struct dc_lexicon lexicon;
    void *memory;
};

/* A lexicon and the first stage of SVMs, both trained without the folds of
 * `excluded`. */
struct base {
    uint32_t excluded;
    struct declutter_model model;
    struct dc_learning *learning;
};

struct dc_trainer {
    const struct dc_corpus *corpora;
    size_t corpus_count;
    struct dc_trainer_options options;
    struct dc_samples samples;
    size_t *first_sample; /* of each corpus */
    struct dc_dictionary dictionary;
    struct kept_lexicon lexicons[LEXICONS_MAX];
    size_t lexicon_count;
    struct base bases[BASES_MAX];
    size_t base_count;
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
    size_t pages = trainer->first_sample[trainer->corpus_count];
    unsigned *folds = malloc((count + 1) * sizeof *folds);
    unsigned **of_corpus =
        malloc((trainer->corpus_count + 1) * sizeof *of_corpus);
    char(*domains)[DOMAIN_MAX] = malloc((count + 1) * sizeof *domains);
    bool ok = folds && of_corpus && domains;
    for (size_t c = 0; ok && c < trainer->corpus_count; c++)
        of_corpus[c] = folds + trainer->first_sample[c];
    ok = ok && dc_folds(trainer->corpora, trainer->corpus_count, samples->folds,
                        trainer->options.seed, (unsigned *const *)of_corpus);
    for (size_t i = 0; ok && i < count; i++) {
        if (i < pages)
            /* dc_folds has filled the folds of all pages.
               NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
            samples->items[i].fold = folds[i];
        dc_domain(samples->items[i].gold, domains[i], DOMAIN_MAX);
        size_t same = 0; /* few thousand pages: a scan a page is quick */
        while (strcmp(domains[same], domains[i]) != 0)
            same++;
        samples->items[i].domain = (uint32_t)same;
        samples->items[i].fold = samples->items[same].fold;
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
    enum declutter_status status = dc_labels_find(&trainer->samples, error);
    report(trainer, "reading", 0, 1);
    if (status == DECLUTTER_OK)
        status = make_samples(trainer, error);
    report(trainer, "counting", 0, 1);
    if (status == DECLUTTER_OK &&
        !dc_dictionary_make(&trainer->samples, &trainer->dictionary))
        status = out_of_memory(error);
    return status;
}

/* One sample a page, and behind them a stripped one of each page that has
 * labels: all its blocks are known. */
static void list_samples(struct dc_trainer *trainer) {
    struct dc_samples *samples = &trainer->samples;
    for (size_t c = 0; c < trainer->corpus_count; c++) {
        trainer->first_sample[c] = samples->count;
        for (size_t p = 0; p < trainer->corpora[c].page_count; p++)
            samples->items[samples->count++].gold =
                &trainer->corpora[c].pages[p];
    }
    size_t pages = samples->count;
    trainer->first_sample[trainer->corpus_count] = pages;
    for (size_t i = 0; i < pages; i++) {
        const struct dc_gold *gold = samples->items[i].gold;
        if (gold->label_count || gold->marked_up)
            samples->items[samples->count++] =
                (struct dc_sample){.gold = gold, .stripped = true};
    }
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
    trainer->samples.items = calloc(count * 2 + 1, sizeof(struct dc_sample));
    enum declutter_status status = DECLUTTER_OK;
    if (o->folds < 2 || o->folds > FOLDS_MAX || count < o->folds)
        status = dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                         "%zu pages cannot make %u folds", count, o->folds);
    else if (!trainer->first_sample || !trainer->samples.items)
        status = out_of_memory(error);
    if (status == DECLUTTER_OK)
        list_samples(trainer);
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
    for (size_t i = 0; i < trainer->base_count; i++)
        if (trainer->bases[i].learning) {
            dc_learning_free(trainer->bases[i].learning);
            free(trainer->bases[i].learning);
        }
    dc_dictionary_free(&trainer->dictionary);
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
    if (!dc_lexicon_train(&trainer->samples, &trainer->dictionary, excluded,
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
        .parameters = {[DC_PARAMETER_attribute_weight] = ATTRIBUTE_WEIGHT,
                       [DC_PARAMETER_text_weight] = TEXT_WEIGHT,
                       [DC_PARAMETER_repeat_words] = REPEAT_WORDS,
                       [DC_PARAMETER_repeat_margin] = REPEAT_MARGIN,
                       [DC_PARAMETER_empty_words] = EMPTY_WORDS,
                       [DC_PARAMETER_content_bias] = CONTENT_BIAS}};
    memcpy(model->labels, trainer->samples.labels, sizeof model->labels);
}

/* -- stages ------------------------------------------------------------- */

/* Draws rows without the folds of `mask`, computes them with `models` (one a
 * fold) and trains a stage on them. */
static enum declutter_status learn(struct dc_trainer *trainer, uint32_t mask,
                                   const struct declutter_model *models,
                                   size_t content, size_t labels,
                                   struct dc_rows *rows,
                                   struct dc_learning *learning,
                                   struct declutter_error *error) {
    unsigned threads = trainer->options.threads;
    uint64_t seed = trainer->options.seed + learning->stage;
    if (!dc_rows_draw(&trainer->samples, mask, seed, content, labels, rows))
        return out_of_memory(error);
    enum declutter_status status =
        dc_rows_fill(&trainer->samples, models, threads, rows, error);
    if (status != DECLUTTER_OK)
        return status;
    learning->rows = rows;
    learning->label_count = trainer->samples.label_count;
    learning->without = trainer->options.without;
    dc_learning_run(learning, threads);
    return DECLUTTER_OK;
}

/* Trains the first stage of a base whose lexicon is in place. */
static enum declutter_status learn_base(struct dc_trainer *trainer,
                                        struct base *base,
                                        struct declutter_error *error) {
    struct declutter_model models[FOLDS_MAX];
    struct dc_rows rows = {0};
    for (unsigned f = 0; f < trainer->samples.folds; f++) {
        const struct dc_lexicon *lexicon =
            base->excluded >> f & 1
                ? &base->model.lexicon
                : lexicon_for(trainer, base->excluded | UINT32_C(1) << f);
        if (!lexicon)
            return out_of_memory(error);
        start_model(trainer, lexicon, &models[f]);
    }
    base->learning->stage = 1;
    enum declutter_status status =
        learn(trainer, base->excluded, models, BASE_ROWS, BASE_ROWS, &rows,
              base->learning, error);
    if (status == DECLUTTER_OK &&
        !dc_learning_add(base->learning, &base->model))
        status = out_of_memory(error);
    dc_rows_free(&rows);
    return status;
}

/* The base without a set of folds, trained when first asked for. */
static enum declutter_status base_for(struct dc_trainer *trainer,
                                      uint32_t excluded,
                                      const struct base **found,
                                      struct declutter_error *error) {
    for (size_t i = 0; i < trainer->base_count; i++)
        if (trainer->bases[i].excluded == excluded) {
            *found = &trainer->bases[i];
            return DECLUTTER_OK;
        }
    const struct dc_lexicon *lexicon = lexicon_for(trainer, excluded);
    struct base *base = &trainer->bases[trainer->base_count];
    base->learning = calloc(1, sizeof *base->learning);
    if (!lexicon || !base->learning)
        return out_of_memory(error);
    base->excluded = excluded;
    start_model(trainer, lexicon, &base->model);
    trainer->base_count++;
    *found = base;
    return learn_base(trainer, base, error);
}

/* -- the model ---------------------------------------------------------- */

/* What the model says about its making; no times, so that the same training
 * gives the same bytes. */
static void write_facts(const struct dc_trainer *trainer,
                        const struct dc_learning *learning, uint32_t excluded,
                        char *facts) {
    size_t used = 0;
    for (size_t c = 0; c < trainer->corpus_count && used < FACTS_MAX / 2; c++)
        used += (size_t)snprintf(
            facts + used, FACTS_MAX / 2, "corpus %.40s: %zu pages\n",
            trainer->corpora[c].name, trainer->corpora[c].page_count);
    used += (size_t)snprintf(
        facts + used, FACTS_MAX - used,
        "seed: %llu\nfolds: %u\nleft out: %s\ntokens: %u\n",
        (unsigned long long)trainer->options.seed, trainer->samples.folds,
        excluded == DC_NONE ? "none" : "one fold", trainer->dictionary.count);
    for (uint32_t l = 0; l < trainer->samples.label_count; l++)
        used += (size_t)snprintf(
            facts + used, FACTS_MAX - used,
            "svm %s: %zu rows, %zu support vectors, rank %u\n",
            trainer->samples.labels[l], learning->learners[l].rows,
            learning->learners[l].support_vectors,
            learning->learners[l].svm.rank);
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
                                         const struct dc_learning *learning,
                                         struct declutter_error *error) {
    for (uint32_t l = 0; l < trainer->samples.label_count; l++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.libsvm",
                 trainer->options.export_folder, trainer->samples.labels[l]);
        if (!dc_learning_export(learning, l, path))
            return dc_fail(error, DECLUTTER_ERROR_WRITE, 0, "cannot write %s",
                           path);
    }
    return DECLUTTER_OK;
}

static enum declutter_status
assemble(const struct dc_trainer *trainer, const struct base *base,
         const struct dc_learning *learning, uint32_t excluded,
         struct declutter_model **model, struct declutter_error *error) {
    struct declutter_model draft = base->model;
    char facts[FACTS_MAX];
    if (!dc_learning_add(learning, &draft))
        return out_of_memory(error);
    write_facts(trainer, learning, excluded, facts);
    draft.facts = facts;
    enum declutter_status status = DECLUTTER_OK;
    if (excluded == DC_NONE && trainer->options.export_folder)
        status = export_rows(trainer, learning, error);
    return status == DECLUTTER_OK ? finish(&draft, model, error) : status;
}

/* Bases for the pages of every fold, each trained without that fold. */
static enum declutter_status start_models(struct dc_trainer *trainer,
                                          uint32_t mask,
                                          struct declutter_model *models,
                                          struct declutter_error *error) {
    for (unsigned f = 0; f < trainer->samples.folds; f++) {
        const struct base *base;
        if (mask >> f & 1)
            continue;
        report(trainer, "first stage", f, trainer->samples.folds);
        enum declutter_status status =
            base_for(trainer, mask | UINT32_C(1) << f, &base, error);
        if (status != DECLUTTER_OK)
            return status;
        models[f] = base->model;
    }
    return DECLUTTER_OK;
}

enum declutter_status dc_trainer_train(struct dc_trainer *trainer,
                                       uint32_t excluded,
                                       struct declutter_model **model,
                                       struct declutter_error *error) {
    uint32_t mask = excluded == DC_NONE ? 0 : UINT32_C(1) << excluded;
    struct declutter_model models[FOLDS_MAX] = {0};
    struct dc_rows rows = {0};
    const struct base *base = NULL;
    struct dc_learning *learning = calloc(1, sizeof *learning);
    *model = NULL;
    enum declutter_status status =
        learning ? start_models(trainer, mask, models, error)
                 : out_of_memory(error);
    if (status == DECLUTTER_OK)
        status = base_for(trainer, mask, &base, error);
    if (status == DECLUTTER_OK) {
        report(trainer, "second stage", 0, 1);
        learning->stage = 2;
        status =
            learn(trainer, mask, models,
                  trainer->options.rows ? trainer->options.rows : CONTENT_ROWS,
                  LABEL_ROWS, &rows, learning, error);
    }
    if (status == DECLUTTER_OK)
        status = assemble(trainer, base, learning, excluded, model, error);
    if (learning)
        dc_learning_free(learning);
    free(learning);
    dc_rows_free(&rows);
    return status;
}
