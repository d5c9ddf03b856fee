/* learner.c: rows -> one stage of SVMs, a label each.
 *
 * Inputs are scaled to mean 0 and deviation 1 over the training rows; one that
 * never changes is left out, so that a family of features a corpus does not
 * use costs nothing.  Each SVM tells one label from all others.  That of
 * content, by which the page is cut, is polynomial; for the others a quadratic
 * form is no better.  A sigmoid (Platt 2000, with the soft targets of partly
 * matched blocks) turns decision values into probabilities, on rows the SVM was
 * not trained on.
 */
#include "learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"
#include "svm.h"

/* Factors kept of a quadratic form: 64 are no better, and cost twice. */
enum { RANK = 32 };

/* Found by cross-validation; flat around these. */
static const double POLYNOMIAL_C = 0.3, LINEAR_C = 0.01, CACHE_MB = 1200;

/* Does the name of a feature begin with one of a comma-separated list? */
static bool is_left_out(uint32_t feature, const char *list) {
    const char *name = dc_feature_name(feature);
    while (list && *list) {
        size_t length = strcspn(list, ",");
        if (length && strncmp(name, list, length) == 0)
            return true;
        list += length + (list[length] == ',');
    }
    return false;
}

/* Mean and deviation of each feature over all rows to train on, so that the
 * SVMs of a stage share one scaled row; a feature that never changes is no
 * input. */
static void find_scale(struct dc_learner *learner, const struct dc_rows *rows,
                       const char *without) {
    learner->svm.input_count = 0;
    for (uint32_t f = 0; f < DC_FEATURE_COUNT; f++) {
        if (is_left_out(f, without))
            continue;
        double sum = 0, squares = 0, count = 0;
        for (size_t i = 0; i < rows->count; i++) {
            uint32_t purpose = rows->picks[i].purpose;
            if (purpose != DC_FIT_CONTENT && purpose != DC_FIT_LABELS)
                continue;
            double x = rows->values[i * DC_FEATURE_COUNT + f];
            sum += x;
            squares += x * x;
            count++;
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
    return label == 0 ? pick->target > 0.5f : pick->label == label;
}

/* Trains one SVM on rows [first, end) and takes over its weights. */
static void fit(const struct dc_learning *work, struct dc_learner *learner,
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
    bool poly = label == 0;
    learner->rows = count;
    learner->useless = positives == 0 || positives == count;
    if (!learner->failed && !learner->useless) {
        struct dc_svm_task task = {.rows = rows,
                                   .sides = sides,
                                   .n = count,
                                   .d = inputs,
                                   .kernel = poly ? DC_KERNEL_POLYNOMIAL
                                                  : DC_KERNEL_LINEAR,
                                   .C = poly ? POLYNOMIAL_C : LINEAR_C,
                                   .cache_mb = CACHE_MB};
        learner->failed =
            !dc_svm_run(&task, &folded, &learner->support_vectors) ||
            !dc_folded_to_svm(&folded, RANK, rows, count, &learner->factored);
        learner->svm.rank = learner->factored.rank;
        learner->svm.positive = learner->factored.positive;
        learner->svm.linear = learner->factored.linear;
        learner->svm.factors = learner->factored.factors;
        learner->svm.bias = learner->factored.bias;
        learner->steps =
            learner->failed ? NULL : dc_svm_steps_new(&learner->svm, 1);
        learner->failed = !learner->steps;
    }
    dc_folded_free(&folded);
    free(rows);
    free(sides);
}

/* Platt's sigmoid over rows the SVM was not trained on. */
static void calibrate(const struct dc_learning *work,
                      struct dc_learner *learner, size_t first, size_t end) {
    size_t count = end - first;
    double *values = malloc((count + 1) * sizeof *values);
    float *targets = malloc((count + 1) * sizeof *targets);
    float *weights = malloc((count + 1) * sizeof *weights);
    double slope = 1, offset = 0;
    learner->failed = !values || !targets || !weights;
    for (size_t i = 0; !learner->failed && i < count; i++) {
        const struct dc_pick *pick = &work->rows->picks[first + i];
        values[i] = dc_svm_value(
            &learner->svm, work->rows->values + (first + i) * DC_FEATURE_COUNT);
        targets[i] = learner->svm.label == 0
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
    struct dc_learning *work = context;
    struct dc_learner *learner = &work->learners[item];
    const size_t *first = work->rows->first;
    enum dc_purpose purpose = item == 0 ? DC_FIT_CONTENT : DC_FIT_LABELS;
    (void)worker;
    *learner = (struct dc_learner){
        .svm = {.stage = work->stage, .label = (uint32_t)item}};
    if (first[purpose] == first[purpose + 1]) {
        learner->useless = true;
        return;
    }
    find_scale(learner, work->rows, work->without);
    fit(work, learner, first[purpose], first[purpose + 1]);
    if (!learner->failed && !learner->useless)
        calibrate(work, learner, first[purpose + 1], first[purpose + 2]);
}

void dc_learning_run(struct dc_learning *learning, unsigned threads) {
    dc_parallel_run(threads, learning->label_count, learn_task, learning);
}

void dc_learning_free(struct dc_learning *learning) {
    for (uint32_t l = 0; l < learning->label_count; l++) {
        dc_factored_free(&learning->learners[l].factored);
        free(learning->learners[l].steps);
        learning->learners[l].steps = NULL;
    }
}

bool dc_learning_add(const struct dc_learning *learning,
                     struct declutter_model *model) {
    for (uint32_t l = 0; l < learning->label_count; l++) {
        if (learning->learners[l].failed)
            return false;
        if (!learning->learners[l].useless)
            model->svms[model->svm_count++] = learning->learners[l].svm;
    }
    return true;
}

bool dc_learning_export(const struct dc_learning *learning, uint32_t label,
                        const char *path) {
    const struct dc_learner *learner = &learning->learners[label];
    enum dc_purpose purpose = label == 0 ? DC_FIT_CONTENT : DC_FIT_LABELS;
    size_t first = learning->rows->first[purpose], count = learner->rows;
    uint32_t inputs = learner->svm.input_count;
    FILE *stream = fopen(path, "w");
    float *rows = malloc((count * inputs + 1) * sizeof *rows);
    signed char *sides = malloc(count + 1);
    bool ok = stream && rows && sides;
    for (size_t i = 0; ok && i < count; i++) {
        dc_svm_scale(&learner->svm,
                     learning->rows->values + (first + i) * DC_FEATURE_COUNT,
                     rows + i * inputs);
        bool positive = is_positive(&learning->rows->picks[first + i], label);
        sides[i] = positive ? 1 : -1;
    }
    struct dc_svm_task task = {
        .rows = rows, .sides = sides, .n = count, .d = inputs};
    ok = ok && dc_svm_export(&task, stream);
    ok = (!stream || fclose(stream) == 0) && ok;
    free(rows);
    free(sides);
    return ok;
}
