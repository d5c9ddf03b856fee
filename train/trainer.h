/* trainer.h: corpora -> model, and the same out of fold.
 *
 * declutter-train and declutter-bench --folds share this room.  Nothing here
 * prints; progress goes through a callback.
 */
#ifndef DC_TRAINER_H
#define DC_TRAINER_H

#include <stdio.h>

#include "corpus.h"
#include "model.h"

struct dc_trainer;

struct dc_trainer_options {
    unsigned folds;      /* of the cross-validation, 2..10; 0: 5 */
    unsigned threads;    /* 0: 2 */
    uint64_t seed;       /* 0: 1 */
    const char *without; /* features to leave out: beginnings of their names,
                          * separated by commas; NULL: none */
    uint32_t rows;       /* training rows of the content SVM; 0: default */
    const char *export_folder; /* libsvm problem files go here, or NULL */
    /* Called now and then, from the calling thread; may be NULL. */
    void (*progress)(void *context, const char *stage, size_t done,
                     size_t total);
    void *progress_context;
};

/* Reads and aligns all pages of the corpora (which must outlive the trainer)
 * and assigns folds.  A page that cannot be read is an error naming it. */
enum declutter_status dc_trainer_new(const struct dc_corpus *corpora,
                                     size_t corpus_count,
                                     const struct dc_trainer_options *options,
                                     struct dc_trainer **trainer,
                                     struct declutter_error *error);
void dc_trainer_free(struct dc_trainer *trainer);

/* Fold of page `page` of corpus `corpus`. */
unsigned dc_trainer_fold(const struct dc_trainer *trainer, size_t corpus,
                         size_t page);

/* Trains on all pages whose fold is not `excluded` (DC_NONE: on all).  The
 * model is the caller's; free with declutter_model_free. */
enum declutter_status dc_trainer_train(struct dc_trainer *trainer,
                                       uint32_t excluded,
                                       struct declutter_model **model,
                                       struct declutter_error *error);

#endif
