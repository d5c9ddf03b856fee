/* train_report.h: what a training run has to say, as text for people. */
#ifndef DC_TRAIN_REPORT_H
#define DC_TRAIN_REPORT_H

#include "validate.h"

struct dc_train_report {
    const struct dc_corpus *corpora;
    size_t corpus_count;
    const struct dc_trainer_options *options;
    const struct dc_validation *validation;
    const struct declutter_model *model; /* NULL: cross-validation only */
    double validation_seconds, training_seconds;
};

/* Writes the report as Markdown.  The caller checks the stream; false when
 * out of memory. */
bool dc_train_report_write(const struct dc_train_report *report, FILE *stream);

/* Writes the scores of all pages as "key: value" lines, for the facts of the
 * model.  false when out of memory. */
bool dc_train_facts_write(const struct dc_validation *validation, uint64_t seed,
                          unsigned folds, FILE *stream);

#endif
