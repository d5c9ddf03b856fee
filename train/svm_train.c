/* svm_train.c: rows and sides -> a folded SVM; values and targets -> Platt's
 * two numbers; rows -> a libsvm problem file.
 *
 * In: dense float rows.  Out: weights.  libsvm wants sparse lists of nodes;
 * they are built in one block, because one malloc a row would dominate.
 *
 * Two threads may train at once.  In libsvm 3.24 svm_train() of a C_SVC
 * without probability estimates keeps all its state in objects of the call
 * and does not use rand() (only cross-validation and probability estimates
 * do); the one global is the pointer to the print function, which is set
 * once, before the first training.  Only a solver that runs into its limit of
 * iterations still writes a line, to the standard error, which libsvm offers
 * no way to stop.
 */
#include "fold_svm.h"
#include "model_text.h"

#include <libsvm/svm.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* -- Training ----------------------------------------------------------- */

static void print_nothing(const char *text) {
    (void)text;
}

static void silence(void) {
    svm_set_print_string_function(print_nothing);
}

static bool is_zero(float value) {
    return !(value < 0) && !(value > 0);
}

static bool task_ok(const struct dc_svm_task *task) {
    bool positive = false, negative = false;
    if (task->n == 0 || task->n > INT_MAX || task->d == 0 ||
        task->d > UINT16_MAX || !(task->C > 0) || task->gamma < 0)
        return false;
    for (size_t i = 0; i < task->n * task->d; i++)
        if (!isfinite(task->rows[i]))
            return false;
    for (size_t i = 0; i < task->n; i++) {
        positive = positive || task->sides[i] > 0;
        negative = negative || task->sides[i] < 0;
    }
    return positive && negative;
}

/* Fills the lists, one node a number that is not zero, -1 at each end. */
static void nodes_fill(const struct dc_svm_task *task, struct svm_node *node,
                       struct svm_problem *problem) {
    for (size_t row = 0; row < task->n; row++) {
        const float *values = task->rows + row * task->d;
        problem->x[row] = node;
        problem->y[row] = task->sides[row] > 0 ? 1 : -1;
        for (unsigned i = 0; i < task->d; i++)
            if (!is_zero(values[i]))
                *node++ = (struct svm_node){(int)i + 1, (double)values[i]};
        *node++ = (struct svm_node){-1, 0};
    }
}

/* free() of problem->x frees everything: pointers, sides, nodes. */
static bool problem_make(const struct dc_svm_task *task,
                         struct svm_problem *problem) {
    size_t nodes = task->n;
    for (size_t i = 0; i < task->n * task->d; i++)
        nodes += !is_zero(task->rows[i]);
    size_t head = task->n * (sizeof *problem->x + sizeof *problem->y);
    head = (head + 15) / 16 * 16;
    char *memory = malloc(head + nodes * sizeof(struct svm_node));
    if (!memory)
        return false;
    problem->l = (int)task->n;
    problem->x = (struct svm_node **)(void *)memory;
    problem->y = (double *)(void *)(memory + task->n * sizeof *problem->x);
    nodes_fill(task, (struct svm_node *)(void *)(memory + head), problem);
    return true;
}

static struct svm_parameter parameters_make(const struct dc_svm_task *task) {
    return (struct svm_parameter){
        .svm_type = C_SVC,
        .kernel_type = task->kernel == DC_KERNEL_LINEAR ? LINEAR : POLY,
        .degree = 2,
        .gamma = task->gamma > 0 ? task->gamma : 1 / (double)task->d,
        .coef0 = 1,
        .cache_size = task->cache_mb > 0 ? task->cache_mb : 100,
        .eps = 1e-3,
        .C = task->C,
        .shrinking = 1,
    };
}

bool dc_svm_run(const struct dc_svm_task *task, struct dc_folded *out,
                size_t *support_vectors) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *out = (struct dc_folded){0};
    pthread_once(&once, silence);
    struct svm_problem problem;
    if (!task_ok(task) || !problem_make(task, &problem))
        return false;
    struct svm_parameter parameters = parameters_make(task);
    bool ok = false;
    if (!svm_check_parameter(&problem, &parameters)) {
        struct svm_model *svm = svm_train(&problem, &parameters);
        ok = dc_fold_svm(svm, task->d, out);
        if (support_vectors)
            *support_vectors = (size_t)svm->l;
        svm_free_and_destroy_model(&svm);
    }
    free(problem.x); /* the model pointed into it */
    return ok;
}

bool dc_svm_export(const struct dc_svm_task *task, FILE *stream) {
    for (size_t row = 0; row < task->n; row++) {
        fputs(task->sides[row] > 0 ? "+1" : "-1", stream);
        for (unsigned i = 0; i < task->d; i++) {
            float value = task->rows[row * task->d + i];
            char number[DC_NUMBER_SIZE];
            if (is_zero(value))
                continue;
            dc_number_format(number, value);
            fprintf(stream, " %u:%s", i + 1, number);
        }
        putc('\n', stream);
    }
    return fflush(stream) == 0 && !ferror(stream);
}

/* -- Calibration -------------------------------------------------------- */

/* Likelihood of one pair (slope, offset), with its first two derivatives. */
struct platt {
    const double *values;
    const float *targets, *weights;
    size_t n;
    double low, high;    /* what targets of 0 and 1 stand for */
    double unit;         /* makes the weights' mean 1 */
    double loss, ga, gb; /* gradient by slope and offset */
    double haa, hab, hbb;
};

static double platt_weight(const struct platt *platt, size_t i) {
    return platt->weights ? (double)platt->weights[i] * platt->unit : 1;
}

static double platt_target(const struct platt *platt, size_t i) {
    return platt->low + (double)platt->targets[i] * (platt->high - platt->low);
}

/* The numerically stable form of Lin, Lin and Weng, "A note on Platt's
 * probabilistic outputs for support vector machines" (2007). */
static void platt_measure(struct platt *platt, double slope, double offset) {
    platt->loss = platt->ga = platt->gb = 0;
    platt->haa = platt->hbb = 1e-12; /* never singular */
    platt->hab = 0;
    for (size_t i = 0; i < platt->n; i++) {
        double f = platt->values[i], t = platt_target(platt, i);
        double w = platt_weight(platt, i), z = slope * f + offset;
        double tail = exp(-fabs(z));
        double p = z >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
        double slack = w * (p - t), curve = w * tail / (1 + tail) / (1 + tail);
        platt->loss += w * ((z >= 0 ? (1 - t) * z : -t * z) + log1p(tail));
        platt->ga += slack * f;
        platt->gb += slack;
        platt->haa += curve * f * f;
        platt->hab += curve * f;
        platt->hbb += curve;
    }
}

/* Targets of exactly 0 and 1 are moved inwards by what a uniform prior says
 * about so many examples; separable values would have no best slope else. */
static bool platt_prepare(struct platt *platt) {
    double total = 0, positive = 0;
    for (size_t i = 0; i < platt->n; i++) {
        double w = platt->weights ? (double)platt->weights[i] : 1;
        double t = (double)platt->targets[i];
        if (!isfinite(platt->values[i]) || !isfinite(w) || w < 0 ||
            !(t >= 0 && t <= 1))
            return false;
        total += w;
        positive += w * t;
    }
    if (!(total > 0))
        return false;
    platt->unit = (double)platt->n / total;
    positive *= platt->unit;
    platt->high = (positive + 1) / (positive + 2);
    platt->low = 1 / ((double)platt->n - positive + 2);
    return true;
}

/* Halves the Newton step until it helps; false when nothing helps. */
static bool platt_step(struct platt *platt, double *slope, double *offset) {
    double det = platt->haa * platt->hbb - platt->hab * platt->hab;
    if (!(det > 0))
        return false;
    double da = -(platt->hbb * platt->ga - platt->hab * platt->gb) / det;
    double db = -(platt->haa * platt->gb - platt->hab * platt->ga) / det;
    double descent = platt->ga * da + platt->gb * db, loss = platt->loss;
    for (double step = 1; step > 1e-10; step /= 2) {
        double a = *slope + step * da, b = *offset + step * db;
        platt_measure(platt, a, b);
        if (platt->loss < loss + 1e-4 * step * descent) {
            *slope = a;
            *offset = b;
            return true;
        }
    }
    return false;
}

bool dc_platt_fit(const double *values, const float *targets,
                  const float *weights, size_t n, double *slope,
                  double *offset) {
    enum { STEPS_MAX = 100 };
    struct platt platt = {
        .values = values, .targets = targets, .weights = weights, .n = n};
    *slope = 1;
    *offset = 0;
    if (!platt_prepare(&platt))
        return false;
    double prior = 0;
    for (size_t i = 0; i < n; i++)
        prior += platt_weight(&platt, i) * platt_target(&platt, i);
    double a = 0, b = log(prior / ((double)n - prior));
    platt_measure(&platt, a, b);
    for (int step = 0; step < STEPS_MAX; step++) {
        double tolerance = 1e-9 * (double)n;
        if (fabs(platt.ga) < tolerance && fabs(platt.gb) < tolerance)
            break;
        if (!platt_step(&platt, &a, &b))
            break;
    }
    if (!isfinite(a) || !isfinite(b))
        return false;
    *slope = a;
    *offset = b;
    return true;
}
