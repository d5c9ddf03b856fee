/* suite.h: the pages under test, and the systems tested on them.
 *
 * A suite flattens its corpora into one list of pages, so that everything
 * that runs over pages is one loop, and each system (declutter itself first,
 * then peers) is an array of scores parallel to that list.
 */
#ifndef DC_SUITE_H
#define DC_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpus.h"
#include "model.h"
#include "score.h"
#include "settings.h"

struct dc_suite_page {
    const struct dc_gold *gold;
    size_t corpus;
    uint32_t fold; /* DC_NONE unless scored out of fold */
};

/* What one system did with each page of the suite. */
struct dc_system {
    char *name;
    bool *covers; /* by corpus: the system was run on it */
    bool timed;   /* seconds[] is measured */
    double *seconds;
    struct dc_score_page *scores;
    char **failures; /* NULL, or why a page failed; it scored as empty */
};

struct dc_suite {
    struct dc_corpus *corpora;
    size_t *corpus_sizes; /* pages read, before any limit */
    size_t corpus_count;
    struct dc_suite_page *pages; /* corpus by corpus */
    size_t page_count;
    struct dc_system *systems; /* systems[0] is declutter */
    size_t system_count;
    unsigned folds; /* 0: all pages scored with one model */
    size_t label_count;
    char labels[DC_LABELS_MAX][DC_LABEL_NAME_MAX];
};

/* Reads the corpora and the label file of the settings; a limit keeps the first
 * pages of each.  Two corpora of one name are an error, since results are told
 * apart by it. */
enum declutter_status dc_suite_read(struct dc_suite *suite,
                                    const struct dc_settings *settings,
                                    struct declutter_error *error);
void dc_suite_free(struct dc_suite *suite);

/* Appends a system that has scored nothing yet; NULL when out of memory.
 * Earlier pointers to systems are then no longer valid. */
struct dc_system *dc_suite_add_system(struct dc_suite *suite, const char *name);

/* Takes the labels of a model (NULL: built in), or checks that they are the
 * ones taken before: models of different folds must agree on them. */
enum declutter_status dc_suite_use_labels(struct dc_suite *suite,
                                          const struct declutter_model *model,
                                          struct declutter_error *error);

size_t dc_system_failures(const struct dc_suite *suite,
                          const struct dc_system *system);

/* Name of the corpus that page `page` belongs to. */
static inline const char *dc_suite_corpus(const struct dc_suite *suite,
                                          size_t page) {
    return suite->corpora[suite->pages[page].corpus].name;
}

#endif
