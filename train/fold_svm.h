/* fold_svm.h: what libsvm trains -> plain weights.
 *
 * libsvm decides by its support vectors: thousands of kernel evaluations a
 * row.  A linear kernel is one weight vector in disguise, and a polynomial
 * kernel of degree 2 one quadratic form; both are recovered here exactly, in
 * double, so that the filter needs neither libsvm nor the training rows.
 */
#ifndef DC_FOLD_SVM_H
#define DC_FOLD_SVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct svm_model; /* libsvm's */

/* f(x) = bias + linear . x + x' quadratic x, positive for the class +1. */
struct dc_folded {
    unsigned input_count;
    double bias;
    double *linear;    /* input_count */
    double *quadratic; /* input_count^2, symmetric; NULL: linear kernel */
};

/* Folds a C_SVC of the classes +1 and -1 with a linear kernel or a polynomial
 * one of degree 2; libsvm's node index i is input i - 1.  false for any other
 * model, and when out of memory; *out is then empty. */
bool dc_fold_svm(const struct svm_model *svm, unsigned input_count,
                 struct dc_folded *out);
void dc_folded_free(struct dc_folded *folded);

/* f(x) in double. */
double dc_folded_value(const struct dc_folded *folded, const float *x);

/* The arrays of a struct dc_svm that a fold determines. */
struct dc_factored {
    uint32_t rank, positive;
    float bias;
    float *linear;  /* input_count */
    float *factors; /* rank x input_count; the `positive` ones come first */
};

/* Decomposes the quadratic form into squares and keeps the `rank` that weigh
 * most.  What the others contribute on average over `rows` (row_count x
 * input_count; none: over inputs of mean 0, variance 1, uncorrelated) is
 * added to the bias.  rank >= input_count keeps all that is not zero.  The
 * same fold always gives the same numbers.  false when out of memory. */
bool dc_folded_to_svm(const struct dc_folded *folded, unsigned rank,
                      const float *rows, size_t row_count,
                      struct dc_factored *out);
void dc_factored_free(struct dc_factored *factored);

/* -- Training, in svm_train.c ------------------------------------------- */

enum dc_kernel { DC_KERNEL_LINEAR = 0, DC_KERNEL_POLYNOMIAL = 2 };

/* One two-class problem.  (gamma u.v + 1)^2 is the polynomial kernel. */
struct dc_svm_task {
    const float *rows;        /* n x d, scaled and clipped already */
    const signed char *sides; /* +1 or -1, n */
    size_t n;
    unsigned d;
    enum dc_kernel kernel;
    double C, gamma; /* gamma 0: 1 / d */
    double cache_mb; /* 0: 100 */
};

/* Trains and folds.  Two threads may run tasks at once.  *support_vectors may
 * be NULL.  false when the task is impossible (no rows of one side, no
 * positive C...) or memory ran out; *out is then empty. */
bool dc_svm_run(const struct dc_svm_task *task, struct dc_folded *out,
                size_t *support_vectors);

/* Writes the rows as a libsvm problem file, for svm-train and other tools.
 * false when the stream failed. */
bool dc_svm_export(const struct dc_svm_task *task, FILE *stream);

/* Platt's calibration: P = 1 / (1 + exp(-(slope f + offset))), fitted to the
 * targets (0..1, soft ones welcome) by weighted maximum likelihood.  `weights`
 * may be NULL.  false when nothing can be fitted (no weight, a number that is
 * not finite); slope and offset are then 1 and 0. */
bool dc_platt_fit(const double *values, const float *targets,
                  const float *weights, size_t n, double *slope,
                  double *offset);

#endif
