/* learner.h: rows -> one stage of SVMs, a label each. */
#ifndef DC_LEARNER_H
#define DC_LEARNER_H

#include "fold_svm.h"
#include "rows.h"

/* One SVM in the making, with all memory its dc_svm points to. */
struct dc_learner {
    struct dc_svm svm;
    uint16_t inputs[DC_FEATURE_COUNT];
    float mean[DC_FEATURE_COUNT], scale[DC_FEATURE_COUNT];
    struct dc_factored factored;
    void *steps; /* memory of svm.steps */
    size_t rows, support_vectors;
    bool failed;  /* out of memory */
    bool useless; /* no rows, or rows of one side only */
};

struct dc_learning {
    const struct dc_rows *rows;
    uint32_t stage; /* 1 or 2 */
    uint32_t label_count;
    const char *without; /* beginnings of features' names, or NULL */
    struct dc_learner learners[DC_LABELS_MAX];
};

/* Trains and calibrates all SVMs of a stage. */
void dc_learning_run(struct dc_learning *learning, unsigned threads);
void dc_learning_free(struct dc_learning *learning);

/* Adds the SVMs to a model; they stay the learning's.  false: one failed. */
bool dc_learning_add(const struct dc_learning *learning,
                     struct declutter_model *model);

/* Writes the rows of one SVM as a libsvm problem file. */
bool dc_learning_export(const struct dc_learning *learning, uint32_t label,
                        const char *path);

#endif
