/* test_fold_svm.c: folded SVMs against libsvm itself.
 *
 * In: random problems, trained here with libsvm.  Checked: the fold gives
 * libsvm's decision values to rounding, for both kernels and both orders of
 * the classes; a full-rank factorisation gives the fold's; a short one keeps
 * the mean; threads do not disturb each other; Platt's fit finds the numbers
 * the data were drawn from and survives data that have none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libsvm/svm.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fold_svm.h"
#include "model.h"

/* -- Random problems ---------------------------------------------------- */

/* Uniform in -1..1; the same numbers on every machine. */
static double draw(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (1 << 23) - 1;
}

enum { ROWS = 300, INPUTS = 12 };

struct problem {
    float rows[ROWS * INPUTS];
    signed char sides[ROWS];
};

/* A curved border, some noise, a third of the numbers zero. */
static struct problem problem_make(uint32_t seed) {
    struct problem p;
    for (int r = 0; r < ROWS; r++) {
        float *x = p.rows + r * INPUTS;
        for (int i = 0; i < INPUTS; i++) {
            double value = 3 * draw(&seed);
            x[i] = fabs(value) < 1 ? 0 : (float)value;
        }
        double f = (double)(x[0] + x[1] * x[2] - x[3] * x[3]) + 2;
        p.sides[r] = f + draw(&seed) > 0 ? 1 : -1;
    }
    return p;
}

static struct dc_svm_task task_make(const struct problem *problem,
                                    enum dc_kernel kernel) {
    return (struct dc_svm_task){.rows = problem->rows,
                                .sides = problem->sides,
                                .n = ROWS,
                                .d = INPUTS,
                                .kernel = kernel,
                                .C = 0.7,
                                .gamma = 0.13};
}

static void quiet(const char *text) {
    (void)text;
}

static void nodes_make(const float *x, struct svm_node *nodes) {
    for (int i = 0; i < INPUTS; i++)
        if (fabsf(x[i]) > 0)
            *nodes++ = (struct svm_node){i + 1, (double)x[i]};
    nodes->index = -1;
}

/* Trains with libsvm alone; `nodes` has ROWS * (INPUTS + 1) items. */
static struct svm_model *train(const struct problem *p, int kernel,
                               double coef0, struct svm_node *nodes) {
    struct svm_node *x[ROWS];
    double y[ROWS];
    for (int r = 0; r < ROWS; r++) {
        x[r] = nodes + r * (INPUTS + 1);
        y[r] = p->sides[r];
        nodes_make(p->rows + r * INPUTS, x[r]);
    }
    struct svm_problem problem = {.l = ROWS, .y = y, .x = x};
    struct svm_parameter parameters = {.svm_type = C_SVC,
                                       .kernel_type = kernel,
                                       .degree = 2,
                                       .gamma = 0.13,
                                       .coef0 = coef0,
                                       .cache_size = 20,
                                       .eps = 1e-3,
                                       .C = 0.7,
                                       .shrinking = 1};
    svm_set_print_string_function(quiet);
    assert_null(svm_check_parameter(&problem, &parameters));
    return svm_train(&problem, &parameters);
}

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance * (1 + fabs(a) + fabs(b))))
        fail_msg("%.17g is not %.17g", a, b);
}

/* -- Folding ------------------------------------------------------------ */

static void assert_fold_equals(const struct svm_model *svm,
                               const struct dc_folded *folded, double sign) {
    uint32_t seed = 5;
    for (int i = 0; i < 500; i++) {
        float x[INPUTS];
        struct svm_node nodes[INPUTS + 1];
        double value;
        for (int j = 0; j < INPUTS; j++)
            x[j] = (float)(3 * draw(&seed));
        nodes_make(x, nodes);
        svm_predict_values(svm, nodes, &value);
        assert_near(sign * value, dc_folded_value(folded, x), 1e-9);
    }
}

static void test_fold_equals_libsvm(void **state) {
    (void)state;
    static struct svm_node nodes[ROWS * (INPUTS + 1)];
    static const int kernels[] = {LINEAR, POLY, POLY, POLY};
    static const double coef0s[] = {0, 1, 0, 2.5};
    for (uint32_t i = 0; i < 4; i++) {
        struct problem p = problem_make(i + 1);
        struct dc_folded folded;
        struct svm_model *svm = train(&p, kernels[i], coef0s[i], nodes);
        assert_true(svm->l > 10);
        assert_true(dc_fold_svm(svm, INPUTS, &folded));
        assert_int_equal(folded.quadratic != NULL, kernels[i] == POLY);
        assert_fold_equals(svm, &folded, svm->label[0]);
        dc_folded_free(&folded);
        /* As if libsvm had met the other class first. */
        svm->label[0] = -svm->label[0];
        svm->label[1] = -svm->label[1];
        assert_true(dc_fold_svm(svm, INPUTS, &folded));
        assert_fold_equals(svm, &folded, svm->label[0]);
        dc_folded_free(&folded);
        svm_free_and_destroy_model(&svm);
    }
}

static void test_fold_refuses(void **state) {
    (void)state;
    static struct svm_node nodes[ROWS * (INPUTS + 1)];
    struct problem p = problem_make(3);
    struct dc_folded folded;
    struct svm_model *svm = train(&p, POLY, 1, nodes);
    assert_false(dc_fold_svm(svm, INPUTS - 1, &folded)); /* too few inputs */
    assert_null(folded.linear);
    assert_false(dc_fold_svm(svm, 0, &folded));
    svm->param.degree = 3;
    assert_false(dc_fold_svm(svm, INPUTS, &folded));
    svm->param.degree = 2;
    svm->param.kernel_type = RBF;
    assert_false(dc_fold_svm(svm, INPUTS, &folded));
    svm->param.kernel_type = POLY;
    svm->label[0] = 2;
    assert_false(dc_fold_svm(svm, INPUTS, &folded));
    svm->label[0] = -svm->label[1];
    assert_true(dc_fold_svm(svm, INPUTS, &folded));
    dc_folded_free(&folded);
    svm_free_and_destroy_model(&svm);
}

/* -- Factors ------------------------------------------------------------ */

/* The formula of struct dc_svm, for mean 0 and scale 1. */
static double svm_score(const struct dc_factored *svm, unsigned inputs,
                        const float *x) {
    double score = (double)svm->bias;
    for (unsigned i = 0; i < inputs; i++)
        score += (double)svm->linear[i] * (double)x[i];
    for (uint32_t r = 0; r < svm->rank; r++) {
        double dot = 0;
        for (unsigned i = 0; i < inputs; i++)
            dot += (double)svm->factors[r * inputs + i] * (double)x[i];
        score += r < svm->positive ? dot * dot : -dot * dot;
    }
    return score;
}

static struct dc_folded folded_random(unsigned n, uint32_t seed) {
    struct dc_folded folded = {.input_count = n, .bias = draw(&seed)};
    folded.linear = malloc(n * sizeof(double));
    folded.quadratic = malloc((size_t)n * n * sizeof(double));
    assert_true(folded.linear && folded.quadratic);
    for (size_t i = 0; i < n; i++) {
        folded.linear[i] = draw(&seed);
        for (size_t j = 0; j <= i; j++)
            folded.quadratic[i * n + j] = folded.quadratic[j * n + i] =
                draw(&seed);
    }
    return folded;
}

static float *rows_random(size_t count, uint32_t seed) {
    float *rows = malloc((count ? count : 1) * sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = (float)(2 * draw(&seed) + 0.3);
    return rows;
}

static void test_full_rank_is_exact(void **state) {
    (void)state;
    static const unsigned sizes[] = {1, 2, 3, 7, 40, 101};
    for (uint32_t s = 0; s < 6; s++) {
        unsigned n = sizes[s];
        struct dc_folded folded = folded_random(n, s + 1);
        struct dc_factored svm;
        float *rows = rows_random(50 * (size_t)n, 9);
        assert_true(dc_folded_to_svm(&folded, n + 5, NULL, 0, &svm));
        assert_int_equal(svm.rank, n);
        assert_true(svm.positive <= svm.rank);
        for (size_t r = 0; r < 50; r++) {
            const float *x = rows + r * n;
            double exact = dc_folded_value(&folded, x), size = 0;
            for (unsigned i = 0; i < n; i++)
                size += fabs((double)x[i]);
            assert_true(fabs(svm_score(&svm, n, x) - exact) <
                        1e-6 * (1 + size * size));
        }
        dc_factored_free(&svm);
        dc_folded_free(&folded);
        free(rows);
    }
}

/* Matrices whose eigenvectors are hard to tell apart, or that have few. */
static void test_degenerate_matrices(void **state) {
    (void)state;
    enum { N = 20 };
    for (int kind = 0; kind < 4; kind++) {
        struct dc_folded folded = folded_random(N, 4);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double *a = &folded.quadratic[i * N + j];
                double zero = 0, identity = i == j,
                       rank_one = (i + 1) * (j + 1),
                       signs = i == j ? (i % 2 ? -3 : 3) : 0;
                *a = kind == 0   ? zero
                     : kind == 1 ? identity
                     : kind == 2 ? rank_one
                                 : signs;
            }
        struct dc_factored svm;
        float *rows = rows_random(10 * N, 3);
        assert_true(dc_folded_to_svm(&folded, N, NULL, 0, &svm));
        static const uint32_t ranks[] = {0, N, 1, N}, plus[] = {0, N, 1, N / 2};
        assert_int_equal(svm.rank, ranks[kind]);
        assert_int_equal(svm.positive, plus[kind]);
        for (size_t r = 0; r < 10; r++)
            assert_near(svm_score(&svm, N, rows + r * N),
                        dc_folded_value(&folded, rows + r * N), 1e-5);
        dc_factored_free(&svm);
        dc_folded_free(&folded);
        free(rows);
    }
}

static void test_short_rank_keeps_mean(void **state) {
    (void)state;
    enum { N = 30, SAMPLE = 400 };
    struct dc_folded folded = folded_random(N, 8);
    float *rows = rows_random((size_t)N * SAMPLE, 5);
    double last_error = 1e300;
    for (unsigned rank = 0; rank <= N; rank += 10) {
        struct dc_factored svm;
        double difference = 0, error = 0;
        assert_true(dc_folded_to_svm(&folded, rank, rows, SAMPLE, &svm));
        assert_int_equal(svm.rank, rank);
        for (size_t r = 0; r < SAMPLE; r++) {
            double d = svm_score(&svm, N, rows + r * N) -
                       dc_folded_value(&folded, rows + r * N);
            difference += d / SAMPLE;
            error += d * d;
        }
        assert_true(fabs(difference) < 1e-4);
        assert_true(error < last_error);
        last_error = error;
        dc_factored_free(&svm);
    }
    /* Without rows the trace of what is dropped: here of everything. */
    struct dc_factored svm;
    double trace = folded.bias;
    for (size_t i = 0; i < N; i++)
        trace += folded.quadratic[i * N + i];
    assert_true(dc_folded_to_svm(&folded, 0, NULL, 0, &svm));
    assert_near((double)svm.bias, trace, 1e-6);
    dc_factored_free(&svm);
    dc_folded_free(&folded);
    free(rows);
}

static void test_large_is_fast_and_repeatable(void **state) {
    (void)state;
    enum { N = 350 };
    struct dc_folded folded = folded_random(N, 2);
    struct dc_factored one, two;
    clock_t start = clock();
    assert_true(dc_folded_to_svm(&folded, 100, NULL, 0, &one));
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
    assert_true(dc_folded_to_svm(&folded, 100, NULL, 0, &two));
    assert_int_equal(one.positive, two.positive);
    assert_memory_equal(one.factors, two.factors, 100 * N * sizeof(float));
    dc_factored_free(&one);
    dc_factored_free(&two);
    dc_folded_free(&folded);
}

/* -- Running tasks ------------------------------------------------------ */

struct run {
    const struct problem *problem;
    enum dc_kernel kernel;
    struct dc_folded folded;
    bool ok;
};

static void *run_thread(void *context) {
    struct run *run = context;
    struct dc_svm_task task = task_make(run->problem, run->kernel);
    run->ok = dc_svm_run(&task, &run->folded, NULL);
    return NULL;
}

static void test_run_alone_and_in_threads(void **state) {
    (void)state;
    static struct problem problems[2];
    for (uint32_t i = 0; i < 2; i++)
        problems[i] = problem_make(20 + i);
    for (int kernel = 0; kernel <= 2; kernel += 2) {
        struct run runs[2], alone[2];
        pthread_t threads[2];
        for (int i = 0; i < 2; i++) {
            runs[i] = alone[i] = (struct run){.problem = &problems[i],
                                              .kernel = (enum dc_kernel)kernel};
            assert_int_equal(
                pthread_create(&threads[i], NULL, run_thread, &runs[i]), 0);
        }
        for (int i = 0; i < 2; i++) {
            pthread_join(threads[i], NULL);
            run_thread(&alone[i]);
            assert_true(runs[i].ok && alone[i].ok);
            assert_memory_equal(runs[i].folded.linear, alone[i].folded.linear,
                                INPUTS * sizeof(double));
            dc_folded_free(&runs[i].folded);
            dc_folded_free(&alone[i].folded);
        }
    }
}

/* It learns: most of its own rows fall on their side. */
static void test_run_separates(void **state) {
    (void)state;
    struct problem p = problem_make(30);
    struct dc_svm_task task = task_make(&p, DC_KERNEL_POLYNOMIAL);
    struct dc_folded folded;
    size_t support_vectors = 0, right = 0;
    assert_true(dc_svm_run(&task, &folded, &support_vectors));
    assert_true(support_vectors > 10 && support_vectors <= ROWS);
    for (int r = 0; r < ROWS; r++)
        right += (dc_folded_value(&folded, p.rows + r * INPUTS) > 0) ==
                 (p.sides[r] > 0);
    assert_true(right > ROWS * 9 / 10);
    dc_folded_free(&folded);
}

static void test_run_refuses(void **state) {
    (void)state;
    struct problem p = problem_make(31);
    struct dc_folded folded;
    struct dc_svm_task task = task_make(&p, DC_KERNEL_LINEAR);
    task.C = 0;
    assert_false(dc_svm_run(&task, &folded, NULL));
    task = task_make(&p, DC_KERNEL_LINEAR);
    task.n = 0;
    assert_false(dc_svm_run(&task, &folded, NULL));
    task = task_make(&p, DC_KERNEL_LINEAR);
    p.rows[17] = NAN;
    assert_false(dc_svm_run(&task, &folded, NULL));
    p.rows[17] = 0;
    memset(p.sides, 1, sizeof p.sides);
    assert_false(dc_svm_run(&task, &folded, NULL));
    assert_null(folded.linear);
}

static void test_export(void **state) {
    (void)state;
    static const float rows[] = {0, 0.25f, -3, 1.5f, 0, 0};
    static const signed char sides[] = {1, -1};
    struct dc_svm_task task = {
        .rows = rows, .sides = sides, .n = 2, .d = 3, .C = 1};
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    assert_true(dc_svm_export(&task, stream));
    fclose(stream);
    assert_string_equal(text, "+1 2:0.25 3:-3\n-1 1:1.5\n");
    free(text);
    stream = fopen("/dev/full", "w");
    assert_non_null(stream);
    assert_false(dc_svm_export(&task, stream));
    fclose(stream);
}

/* -- Calibration -------------------------------------------------------- */

enum { POINTS = 2000 };

static void test_platt_finds_truth(void **state) {
    (void)state;
    static double values[POINTS];
    static float soft[POINTS], weights[POINTS];
    double slope, offset;
    uint32_t seed = 77;
    for (int i = 0; i < POINTS; i++) {
        values[i] = 3 * draw(&seed);
        soft[i] = (float)(1 / (1 + exp(-(1.7 * values[i] - 0.4))));
        weights[i] = (float)(draw(&seed) + 1.1) * 1e-3f;
    }
    assert_true(dc_platt_fit(values, soft, NULL, POINTS, &slope, &offset));
    assert_near(slope, 1.7, 0.01);
    assert_near(offset, -0.4, 0.01);
    assert_true(dc_platt_fit(values, soft, weights, POINTS, &slope, &offset));
    assert_near(slope, 1.7, 0.01);
    assert_near(offset, -0.4, 0.01);
    /* A weight of two is the row twice, a weight of zero no row. */
    for (int i = 0; i < POINTS; i++) {
        soft[i] = draw(&seed) < values[i] / 3 ? 1 : 0;
        weights[i] = i < POINTS / 2 ? 1 : 0;
    }
    double half_slope, half_offset;
    assert_true(dc_platt_fit(values, soft, NULL, POINTS / 2, &half_slope,
                             &half_offset));
    assert_true(dc_platt_fit(values, soft, weights, POINTS, &slope, &offset));
    assert_near(slope, half_slope, 0.01);
    assert_near(offset, half_offset, 0.01);
}

static void test_platt_survives(void **state) {
    (void)state;
    double slope, offset;
    static const double values[] = {-1000, -1, 1, 1000};
    static const float apart[] = {0, 0, 1, 1}, all[] = {1, 1, 1, 1},
                       none[4] = {0}, wrong[] = {0, 0, 2, 1};
    assert_true(dc_platt_fit(values, apart, NULL, 4, &slope, &offset));
    assert_true(slope > 0 && slope < 1e6 && fabs(offset) < 1e6);
    assert_true(dc_platt_fit(values, all, NULL, 4, &slope, &offset));
    assert_true(1 / (1 + exp(-offset)) > 0.5 && offset < 100);
    static const double same[] = {2, 2, 2, 2};
    assert_true(dc_platt_fit(same, apart, NULL, 4, &slope, &offset));
    assert_near(2 * slope + offset, 0, 1e-6);
    assert_false(dc_platt_fit(values, apart, none, 4, &slope, &offset));
    assert_false(dc_platt_fit(values, wrong, NULL, 4, &slope, &offset));
    assert_false(dc_platt_fit(values, apart, NULL, 0, &slope, &offset));
    static const double infinite[] = {0, 1, INFINITY, 2};
    assert_false(dc_platt_fit(infinite, apart, NULL, 4, &slope, &offset));
    assert_near(slope, 1, 1e-12);
    assert_near(offset, 0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold_equals_libsvm),
        cmocka_unit_test(test_fold_refuses),
        cmocka_unit_test(test_full_rank_is_exact),
        cmocka_unit_test(test_degenerate_matrices),
        cmocka_unit_test(test_short_rank_keeps_mean),
        cmocka_unit_test(test_large_is_fast_and_repeatable),
        cmocka_unit_test(test_run_alone_and_in_threads),
        cmocka_unit_test(test_run_separates),
        cmocka_unit_test(test_run_refuses),
        cmocka_unit_test(test_export),
        cmocka_unit_test(test_platt_finds_truth),
        cmocka_unit_test(test_platt_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
