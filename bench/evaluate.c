/* evaluate.c: declutter itself over the pages of a suite.
 *
 * In: pages and a model.  Out: scores, CPU seconds and failures in
 * systems[0].  Pages go to a few threads, each with a page object and a text
 * buffer of its own; a score depends on its page alone, so the result does
 * not depend on the number of threads.  The page's address is not given to
 * the filter: what is scored is what `declutter < page.html` prints.
 */
#include "evaluate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "label_file.h"
#include "pool.h"
#include "timing.h"
#include "trainer.h"
#include "utf8.h"

/* Text that grows; what the sink of a worker writes into. */
struct text {
    char *bytes;
    size_t length, capacity;
};

struct filter_run {
    const struct dc_suite *suite;
    struct dc_system *system;
    const struct declutter_model *model;
    const char *dump;
    const size_t *items; /* pages to do */
    struct declutter_page *pages[DC_POOL_THREADS_MAX];
    struct text texts[DC_POOL_THREADS_MAX];
};

/* -- Scores and failures, for every kind of system ------------------------ */

void dc_evaluate_fail(const struct dc_suite *suite, struct dc_system *system,
                      size_t page, const char *reason) {
    if (!system->failures[page])
        system->failures[page] = strdup(reason);
    /* Scoring an empty text needs next to no memory; were it to fail all the
     * same, the score stays cleared, which counts the page nowhere. */
    dc_score_text(suite->pages[page].gold, "", 0, &system->scores[page]);
}

static void text_repair(char *text, size_t length) {
    size_t at = dc_utf8_valid(text, length);
    while (at < length) {
        text[at++] = '?';
        at += dc_utf8_valid(text + at, length - at);
    }
}

void dc_evaluate_text(const struct dc_suite *suite, struct dc_system *system,
                      size_t page, char *text, size_t length) {
    text_repair(text, length);
    if (!dc_score_text(suite->pages[page].gold, text, length,
                       &system->scores[page]))
        dc_evaluate_fail(suite, system, page, "out of memory");
}

/* -- One page ------------------------------------------------------------- */

static int text_append(void *context, const char *bytes, size_t length) {
    struct text *text = context;
    if (!text->bytes || length > text->capacity - text->length) {
        if (length > SIZE_MAX / 4 - text->length)
            return -1;
        size_t capacity = 2 * (text->length + length) + 64;
        char *grown = realloc(text->bytes, capacity);
        if (!grown)
            return -1;
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    return 0;
}

/* The filter's steps on one page; the page object stays readable for the
 * label metric. */
static enum declutter_status page_filter(struct declutter_page *page,
                                         const struct declutter_input *input,
                                         const struct declutter_model *model,
                                         struct text *text,
                                         struct declutter_error *error) {
    enum declutter_status status =
        declutter_page_read(page, input->bytes, input->length, NULL, error);
    if (!status)
        status = declutter_page_classify(page, model, NULL, error);
    text->length = 0;
    if (!status)
        status = declutter_page_render(page, DECLUTTER_TEXT, NULL, text_append,
                                       text, error);
    return status;
}

/* Writes FOLDER/CORPUS/ID.txt; a slash in an id would leave the folder. */
static bool text_dump(const struct filter_run *run, size_t page,
                      const struct text *text) {
    const char *corpus = dc_suite_corpus(run->suite, page);
    const char *id = run->suite->pages[page].gold->id;
    size_t size = strlen(run->dump) + strlen(corpus) + strlen(id) + 8;
    char *path = malloc(size);
    if (!path)
        return false;
    int start = snprintf(path, size, "%s/%s/", run->dump, corpus);
    snprintf(path + start, size - (size_t)start, "%s.txt", id);
    for (char *c = path + start; *c; c++)
        if (*c == '/')
            *c = '_';
    FILE *file = fopen(path, "wb");
    free(path);
    if (!file)
        return false;
    bool written = !text->length ||
                   fwrite(text->bytes, 1, text->length, file) == text->length;
    return !fclose(file) && written;
}

static void filter_page(struct filter_run *run, size_t page,
                        const struct declutter_input *input, unsigned worker) {
    struct dc_system *system = run->system;
    struct text *text = &run->texts[worker];
    struct declutter_error error;
    double start = dc_seconds_thread();
    enum declutter_status status =
        page_filter(run->pages[worker], input, run->model, text, &error);
    system->seconds[page] = dc_seconds_thread() - start;
    const struct dc_gold *gold = run->suite->pages[page].gold;
    if (!status && gold->run_count)
        status = dc_runs_check(gold, &run->pages[worker]->page, &error);
    if (status) {
        dc_evaluate_fail(run->suite, system, page, error.message);
        return;
    }
    dc_evaluate_text(run->suite, system, page, text->bytes, text->length);
    if (!dc_score_labels(gold, run->pages[worker], run->model,
                         &system->scores[page]))
        dc_evaluate_fail(run->suite, system, page, "out of memory");
    if (run->dump && !text_dump(run, page, text) && !system->failures[page])
        system->failures[page] = strdup("cannot write its text");
}

static void filter_task(void *context, size_t item, unsigned worker) {
    struct filter_run *run = context;
    size_t page = run->items[item];
    struct declutter_input input;
    struct declutter_error error;
    if (!run->pages[worker])
        run->pages[worker] = declutter_page_new();
    if (!run->pages[worker] || text_append(&run->texts[worker], "", 0)) {
        dc_evaluate_fail(run->suite, run->system, page, "out of memory");
    } else if (declutter_input_read(run->suite->pages[page].gold->path, 0,
                                    &input, &error)) {
        dc_evaluate_fail(run->suite, run->system, page, error.message);
    } else {
        filter_page(run, page, &input, worker);
        declutter_input_free(&input);
    }
}

/* -- All pages ------------------------------------------------------------ */

static bool folder_make(const char *path) {
    return !mkdir(path, 0777) || errno == EEXIST;
}

static enum declutter_status dump_folders_make(const struct dc_suite *suite,
                                               const char *dump,
                                               struct declutter_error *error) {
    bool made = folder_make(dump);
    for (size_t c = 0; made && c < suite->corpus_count; c++) {
        size_t size = strlen(dump) + strlen(suite->corpora[c].name) + 2;
        char *path = malloc(size);
        if (!path)
            return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
        snprintf(path, size, "%s/%s", dump, suite->corpora[c].name);
        made = folder_make(path);
        free(path);
    }
    if (!made)
        return dc_fail(error, DECLUTTER_ERROR_WRITE, 0,
                       "cannot make folders under %s", dump);
    return DECLUTTER_OK;
}

static void filter_run_all(struct filter_run *run, size_t count,
                           const struct dc_evaluation *how, const char *stage) {
    struct dc_pool pool = {.threads = how->threads,
                           .stage = stage,
                           .progress = how->progress,
                           .task = filter_task,
                           .context = run};
    dc_pool_run(&pool, count);
    for (size_t i = 0; i < DC_POOL_THREADS_MAX; i++) {
        declutter_page_free(run->pages[i]);
        free(run->texts[i].bytes);
    }
}

enum declutter_status dc_evaluate_filter(struct dc_suite *suite,
                                         const struct dc_evaluation *how,
                                         const struct declutter_model *model,
                                         uint32_t fold,
                                         struct declutter_error *error) {
    struct filter_run run = {.suite = suite,
                             .system = &suite->systems[0],
                             .model = model,
                             .dump = how->dump};
    size_t count = 0;
    enum declutter_status status = dc_suite_use_labels(suite, model, error);
    if (!status && how->dump)
        status = dump_folders_make(suite, how->dump, error);
    if (status)
        return status;
    size_t *items = calloc(suite->page_count, sizeof *items);
    if (!items)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < suite->page_count; i++)
        if (suite->pages[i].fold == fold)
            items[count++] = i;
    run.items = items;
    run.system->timed = true;
    for (size_t c = 0; c < suite->corpus_count; c++)
        run.system->covers[c] = true;
    filter_run_all(&run, count, how, "score");
    free(items);
    return DECLUTTER_OK;
}

/* -- Out of fold ---------------------------------------------------------- */

static void folds_assign(struct dc_suite *suite,
                         const struct dc_trainer *trainer) {
    for (size_t i = 0; i < suite->page_count; i++) {
        const struct dc_corpus *corpus =
            &suite->corpora[suite->pages[i].corpus];
        size_t page = (size_t)(suite->pages[i].gold - corpus->pages);
        suite->pages[i].fold =
            dc_trainer_fold(trainer, suite->pages[i].corpus, page);
    }
}

static enum declutter_status fold_evaluate(struct dc_suite *suite,
                                           const struct dc_evaluation *how,
                                           struct dc_trainer *trainer,
                                           uint32_t fold,
                                           struct declutter_error *error) {
    struct declutter_model *model = NULL;
    enum declutter_status status =
        dc_trainer_train(trainer, fold, &model, error);
    dc_progress_clear(how->progress);
    if (!status)
        status = dc_evaluate_filter(suite, how, model, fold, error);
    declutter_model_free(model);
    return status;
}

enum declutter_status dc_evaluate_folds(struct dc_suite *suite,
                                        const struct dc_evaluation *how,
                                        const struct dc_settings *settings,
                                        struct declutter_error *error) {
    struct dc_trainer_options options = {.folds = settings->folds,
                                         .threads = how->threads,
                                         .seed = settings->seed,
                                         .without = settings->without,
                                         .progress = dc_progress_show,
                                         .progress_context = how->progress};
    struct dc_trainer *trainer = NULL;
    enum declutter_status status = dc_trainer_new(
        suite->corpora, suite->corpus_count, &options, &trainer, error);
    if (status)
        return status;
    suite->folds = settings->folds;
    folds_assign(suite, trainer);
    for (uint32_t fold = 0; !status && fold < settings->folds; fold++)
        status = fold_evaluate(suite, how, trainer, fold, error);
    dc_trainer_free(trainer);
    return status;
}
