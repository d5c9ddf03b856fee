/* validate.h: how well training works on pages it has not seen.
 *
 * Cross-validation: for each fold a model is trained without it and scores
 * its pages, so that every page is scored once, by a model that knows neither
 * it nor another page of its site.
 */
#ifndef DC_VALIDATE_H
#define DC_VALIDATE_H

#include "score.h"
#include "trainer.h"

struct dc_validated_page {
    size_t corpus; /* index of its corpus */
    unsigned fold;
    const struct dc_gold *gold;
    struct dc_score_page score;
};

struct dc_validation {
    struct dc_validated_page *pages;
    size_t page_count;
    size_t label_count;
    char labels[DC_LABELS_MAX][DC_LABEL_NAME_MAX];
};

/* Trains `options->folds` models and scores all pages; `options` are those of
 * the trainer.  On failure the message names the page, if it was one, and
 * *validation is empty. */
enum declutter_status
dc_validate(struct dc_trainer *trainer, const struct dc_corpus *corpora,
            size_t corpus_count, const struct dc_trainer_options *options,
            struct dc_validation *validation, struct declutter_error *error);
void dc_validation_free(struct dc_validation *validation);

#endif
