/* suite.c: corpora -> one flat list of pages, with room for scores.
 *
 * In: paths of corpora.  Out: the suite.  A limit only shortens the list of a
 * corpus (they are sorted by id, so it is the same pages every time); the
 * size it had is kept, because the corpus is freed as it was read.
 */
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#include "label_file.h"

static enum declutter_status out_of_memory(struct declutter_error *error) {
    return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
}

static enum declutter_status names_check(const struct dc_suite *suite,
                                         struct declutter_error *error) {
    for (size_t i = 0; i < suite->corpus_count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(suite->corpora[i].name, suite->corpora[k].name))
                return dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                               "two corpora are named %s",
                               suite->corpora[i].name);
    return DECLUTTER_OK;
}

static enum declutter_status pages_flatten(struct dc_suite *suite,
                                           struct declutter_error *error) {
    size_t count = 0, at = 0;
    for (size_t c = 0; c < suite->corpus_count; c++)
        count += suite->corpora[c].page_count;
    if (!count)
        return dc_fail(error, DECLUTTER_ERROR_READ, 0,
                       "the corpora hold no pages");
    suite->pages = calloc(count, sizeof *suite->pages);
    if (!suite->pages)
        return out_of_memory(error);
    for (size_t c = 0; c < suite->corpus_count; c++)
        for (size_t p = 0; p < suite->corpora[c].page_count; p++)
            suite->pages[at++] =
                (struct dc_suite_page){&suite->corpora[c].pages[p], c, DC_NONE};
    suite->page_count = count;
    return DECLUTTER_OK;
}

enum declutter_status dc_suite_read(struct dc_suite *suite,
                                    const struct dc_settings *settings,
                                    struct declutter_error *error) {
    const char *const *paths = settings->corpora;
    size_t count = settings->corpus_count, limit = settings->limit;
    memset(suite, 0, sizeof *suite);
    suite->corpora = calloc(count, sizeof *suite->corpora);
    suite->corpus_sizes = calloc(count, sizeof *suite->corpus_sizes);
    if (!suite->corpora || !suite->corpus_sizes)
        return out_of_memory(error);
    for (size_t c = 0; c < count; c++) {
        struct dc_corpus *corpus = &suite->corpora[c];
        struct declutter_error reason;
        if (dc_corpus_read(paths[c], corpus, &reason))
            return dc_fail(error, reason.status, reason.offset, "%s: %s",
                           paths[c], reason.message);
        suite->corpus_count++;
        suite->corpus_sizes[c] = corpus->page_count;
    }
    struct declutter_error reason;
    if (settings->labels &&
        dc_label_file_read(settings->labels, suite->corpora, count, &reason))
        return dc_fail(error, reason.status, reason.offset, "%s: %s",
                       settings->labels, reason.message);
    for (size_t c = 0; limit && c < count; c++)
        if (suite->corpora[c].page_count > limit)
            suite->corpora[c].page_count = limit;
    enum declutter_status status = names_check(suite, error);
    return status ? status : pages_flatten(suite, error);
}

static void system_free(struct dc_system *system, size_t page_count) {
    for (size_t i = 0; system->failures && i < page_count; i++)
        free(system->failures[i]);
    free(system->failures);
    free(system->scores);
    free(system->seconds);
    free(system->covers);
    free(system->name);
}

void dc_suite_free(struct dc_suite *suite) {
    for (size_t i = 0; i < suite->system_count; i++)
        system_free(&suite->systems[i], suite->page_count);
    for (size_t c = 0; c < suite->corpus_count; c++) {
        suite->corpora[c].page_count = suite->corpus_sizes[c];
        dc_corpus_free(&suite->corpora[c]);
    }
    free(suite->systems);
    free(suite->pages);
    free(suite->corpora);
    free(suite->corpus_sizes);
    memset(suite, 0, sizeof *suite);
}

struct dc_system *dc_suite_add_system(struct dc_suite *suite,
                                      const char *name) {
    size_t count = suite->system_count;
    struct dc_system *systems =
        realloc(suite->systems, (count + 1) * sizeof *systems);
    if (!systems)
        return NULL;
    suite->systems = systems;
    struct dc_system *system = &systems[count];
    memset(system, 0, sizeof *system);
    suite->system_count++;
    system->name = strdup(name);
    system->covers = calloc(suite->corpus_count, sizeof *system->covers);
    system->seconds = calloc(suite->page_count, sizeof *system->seconds);
    system->scores = calloc(suite->page_count, sizeof *system->scores);
    system->failures = calloc(suite->page_count, sizeof *system->failures);
    if (!system->name || !system->covers || !system->seconds ||
        !system->scores || !system->failures)
        return NULL;
    return system;
}

enum declutter_status dc_suite_use_labels(struct dc_suite *suite,
                                          const struct declutter_model *model,
                                          struct declutter_error *error) {
    if (!model)
        model = declutter_model_default();
    size_t count = declutter_model_label_count(model);
    bool first = !suite->label_count, same = count == suite->label_count;
    for (size_t i = 0; i < count && (first || same); i++) {
        const char *name = declutter_model_label_name(model, (uint32_t)i);
        if (first)
            strncpy(suite->labels[i], name, DC_LABEL_NAME_MAX - 1);
        same = !strncmp(suite->labels[i], name, DC_LABEL_NAME_MAX);
    }
    if (first)
        suite->label_count = count;
    else if (!same)
        return dc_fail(error, DECLUTTER_ERROR_MODEL, 0,
                       "models of the folds differ in their labels");
    return DECLUTTER_OK;
}

size_t dc_system_failures(const struct dc_suite *suite,
                          const struct dc_system *system) {
    size_t failures = 0;
    for (size_t i = 0; i < suite->page_count; i++)
        failures += system->failures[i] != NULL;
    return failures;
}
