/* evaluate.h: runs systems over the pages of a suite and scores them.
 *
 * A page that a system fails on scores as if nothing had been printed, and
 * its failure is kept beside the score: a crash is never left out of a mean of
 * the text metrics.  (It has no blocks that the label metric could count.)
 */
#ifndef DC_EVALUATE_H
#define DC_EVALUATE_H

#include "progress.h"
#include "suite.h"

struct dc_evaluation {
    unsigned threads;
    struct dc_progress *progress;
    const char *dump; /* folder for the texts declutter printed, or NULL */
};

/* Scores systems[0], declutter, with a model (NULL: built in) on the pages of
 * fold `fold`; DC_NONE: on all pages that have no fold. */
enum declutter_status dc_evaluate_filter(struct dc_suite *suite,
                                         const struct dc_evaluation *how,
                                         const struct declutter_model *model,
                                         uint32_t fold,
                                         struct declutter_error *error);

/* Trains once a fold without it, and scores its pages. */
enum declutter_status dc_evaluate_folds(struct dc_suite *suite,
                                        const struct dc_evaluation *how,
                                        const struct dc_settings *settings,
                                        struct declutter_error *error);

/* Adds a system that is a shell command: one process a page, its html on
 * standard input, its text expected on standard output. */
enum declutter_status dc_evaluate_peer(struct dc_suite *suite,
                                       const struct dc_evaluation *how,
                                       const char *name, const char *command,
                                       struct declutter_error *error);

/* Adds a system whose texts stand in a file, one {"id", "text"} a line.  It
 * covers the corpora of which it has a page; pages missing there fail.  Its
 * CPU time is known if every page of those corpora comes with "seconds". */
enum declutter_status dc_evaluate_predictions(struct dc_suite *suite,
                                              const char *name,
                                              const char *path,
                                              struct declutter_error *error);

/* Scores one text, which need not be valid UTF-8 (it is repaired in place),
 * for a page of a system. */
void dc_evaluate_text(const struct dc_suite *suite, struct dc_system *system,
                      size_t page, char *text, size_t length);

/* Notes why a page failed, if nothing is noted yet; scores it as empty. */
void dc_evaluate_fail(const struct dc_suite *suite, struct dc_system *system,
                      size_t page, const char *reason);

#endif
