/* fold_svm.c: a trained svm_model -> weights, quadratic form, factors.
 *
 * In: libsvm's support vectors and coefficients.  Out: with
 * (g s.x + r)^2 = g^2 (s.x)^2 + 2 g r s.x + r^2, the sums of the three terms
 * over the support vectors: a matrix, a vector and a number, exact but for
 * rounding.  The matrix is then written as a sum of squares along its
 * eigenvectors, which may be cut short: the form costs d^2 products a row,
 * the r squares that matter only r d.
 *
 * The eigenvectors come from Householder's tridiagonal form and the implicit
 * QL method (Wilkinson and Reinsch, Handbook for Automatic Computation II):
 * a hundred milliseconds at 350 inputs, where Jacobi's simpler method takes
 * seconds, and every training run decomposes dozens of matrices.
 */
#include "fold_svm.h"
#include "model.h"

#include <libsvm/svm.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- Folding ------------------------------------------------------------ */

/* Spreads a support vector over `dense`; false when an index is no input. */
static bool vector_spread(const struct svm_node *node, unsigned input_count,
                          double *dense) {
    memset(dense, 0, input_count * sizeof *dense);
    for (; node->index != -1; node++) {
        if (node->index < 1 || (unsigned)node->index > input_count)
            return false;
        dense[node->index - 1] = node->value;
    }
    return true;
}

/* Adds weight * s s' to the upper triangle. */
static void square_add(double *matrix, unsigned n, const double *s,
                       double weight) {
    for (unsigned i = 0; i < n; i++) {
        double factor = weight * s[i];
        double *row = matrix + (size_t)i * n;
        if (s[i] < 0 || s[i] > 0)
            for (unsigned j = i; j < n; j++)
                row[j] += factor * s[j];
    }
}

static void triangle_mirror(double *matrix, unsigned n) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            matrix[j * n + i] = matrix[i * n + j];
}

/* Adds all support vectors; `sign` turns the decision towards class +1. */
static bool vectors_add(const struct svm_model *svm, double sign, double *dense,
                        struct dc_folded *out) {
    const struct svm_parameter *kernel = &svm->param;
    for (int i = 0; i < svm->l; i++) {
        double weight = sign * svm->sv_coef[0][i], slope = weight;
        if (!vector_spread(svm->SV[i], out->input_count, dense))
            return false;
        if (out->quadratic) {
            square_add(out->quadratic, out->input_count, dense,
                       weight * kernel->gamma * kernel->gamma);
            slope *= 2 * kernel->gamma * kernel->coef0;
            out->bias += weight * kernel->coef0 * kernel->coef0;
        }
        for (unsigned j = 0; j < out->input_count; j++)
            out->linear[j] += slope * dense[j];
    }
    return true;
}

static bool is_foldable(const struct svm_model *svm) {
    const struct svm_parameter *p = &svm->param;
    return p->svm_type == C_SVC && svm->nr_class == 2 && svm->label &&
           svm->label[0] + svm->label[1] == 0 && abs(svm->label[0]) == 1 &&
           (p->kernel_type == LINEAR ||
            (p->kernel_type == POLY && p->degree == 2));
}

bool dc_fold_svm(const struct svm_model *svm, unsigned input_count,
                 struct dc_folded *out) {
    *out = (struct dc_folded){.input_count = input_count};
    if (!is_foldable(svm) || input_count == 0 || input_count > UINT16_MAX)
        return false;
    /* libsvm calls the class it met first the positive one. */
    double sign = svm->label[0] == 1 ? 1 : -1;
    double *dense = calloc(input_count, sizeof *dense);
    out->linear = calloc(input_count, sizeof *out->linear);
    if (svm->param.kernel_type == POLY)
        out->quadratic =
            calloc((size_t)input_count * input_count, sizeof *out->quadratic);
    bool ok = dense && out->linear &&
              (out->quadratic || svm->param.kernel_type == LINEAR);
    out->bias = -sign * svm->rho[0];
    ok = ok && vectors_add(svm, sign, dense, out);
    free(dense);
    if (ok && out->quadratic)
        triangle_mirror(out->quadratic, input_count);
    if (!ok)
        dc_folded_free(out);
    return ok;
}

void dc_folded_free(struct dc_folded *folded) {
    free(folded->linear);
    free(folded->quadratic);
    *folded = (struct dc_folded){0};
}

double dc_folded_value(const struct dc_folded *folded, const float *x) {
    double value = folded->bias;
    size_t n = folded->input_count;
    for (size_t i = 0; i < n; i++) {
        double slope = folded->linear[i];
        if (folded->quadratic)
            for (size_t j = 0; j < n; j++)
                slope += folded->quadratic[i * n + j] * (double)x[j];
        value += slope * (double)x[i];
    }
    return value;
}

/* -- Eigenvectors of a symmetric matrix --------------------------------- */

/* Makes `v` the unit vector of the reflection that turns it into a multiple
 * of the first axis; returns the multiple. */
static double reflection_make(double *v, size_t n) {
    double norm = 0, length = 0;
    for (size_t i = 0; i < n; i++)
        norm += v[i] * v[i];
    norm = sqrt(norm);
    if (norm <= 0)
        return 0; /* v is zero: the reflection that changes nothing */
    double image = v[0] > 0 ? -norm : norm;
    v[0] -= image;
    for (size_t i = 0; i < n; i++)
        length += v[i] * v[i];
    length = sqrt(length);
    for (size_t i = 0; i < n; i++)
        v[i] /= length;
    return image;
}

/* Reflects the rows and columns from `first` on: A - v q' - q v' with
 * q = 2 (A v - (v' A v) v). */
static void reflection_apply(double *a, size_t n, size_t first, const double *v,
                             double *q) {
    double middle = 0;
    for (size_t i = first; i < n; i++) {
        const double *row = a + i * n;
        double sum = 0;
        for (size_t j = first; j < n; j++)
            sum += row[j] * v[j];
        q[i] = sum;
        middle += sum * v[i];
    }
    for (size_t i = first; i < n; i++)
        q[i] = 2 * (q[i] - middle * v[i]);
    for (size_t i = first; i < n; i++) {
        double *row = a + i * n;
        for (size_t j = first; j < n; j++)
            row[j] -= v[i] * q[j] + q[i] * v[j];
    }
}

/* A -> its tridiagonal form: the diagonal, and beside[i] between i and i + 1.
 * The vectors of the reflections stay behind, right of A's diagonal. */
static void tridiagonalize(double *a, size_t n, double *diagonal,
                           double *beside, double *work) {
    for (size_t k = 0; k + 2 < n; k++) {
        double *v = a + k * n;
        diagonal[k] = v[k];
        beside[k] = reflection_make(v + k + 1, n - k - 1);
        reflection_apply(a, n, k + 1, v, work);
    }
    for (size_t k = n < 2 ? 0 : n - 2; k < n; k++) {
        diagonal[k] = a[k * n + k];
        beside[k] = k + 1 < n ? a[k * n + k + 1] : 0;
    }
}

/* The product of the reflections, rows being the new axes. */
static void axes_make(const double *a, size_t n, double *axes, double *work) {
    memset(axes, 0, n * n * sizeof *axes);
    for (size_t i = 0; i < n; i++)
        axes[i * n + i] = 1;
    for (size_t k = 0; k + 2 < n; k++) {
        const double *v = a + k * n;
        memset(work, 0, n * sizeof *work);
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = 0; j < n; j++)
                work[j] += v[i] * axes[i * n + j];
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = 0; j < n; j++)
                axes[i * n + j] -= 2 * v[i] * work[j];
    }
}

static void rows_rotate(double *upper, double *lower, size_t n, double cosine,
                        double sine) {
    for (size_t j = 0; j < n; j++) {
        double u = upper[j], l = lower[j];
        upper[j] = cosine * u - sine * l;
        lower[j] = sine * u + cosine * l;
    }
}

/* One implicit QL step on the unreduced block [first, last]: a shift near an
 * eigenvalue, then rotations that chase the bulge upwards. */
static void ql_step(double *diagonal, double *beside, size_t first, size_t last,
                    double *axes, size_t n) {
    double half = (diagonal[first + 1] - diagonal[first]) / 2;
    double edge = beside[first];
    double root = copysign(hypot(half, edge), half);
    double g = diagonal[last] - diagonal[first] + edge * (edge / (half + root));
    double cosine = 1, sine = 1, shift = 0;
    for (size_t i = last; i-- > first;) {
        double f = sine * beside[i], b = cosine * beside[i];
        double radius = hypot(f, g);
        beside[i + 1] = radius;
        if (radius <= 0) { /* the block falls apart: go on with its parts */
            diagonal[i + 1] -= shift;
            beside[last] = 0;
            return;
        }
        sine = f / radius;
        cosine = g / radius;
        g = diagonal[i + 1] - shift;
        radius = (diagonal[i] - g) * sine + 2 * cosine * b;
        shift = sine * radius;
        diagonal[i + 1] = g + shift;
        g = cosine * radius - b;
        rows_rotate(axes + i * n, axes + (i + 1) * n, n, cosine, sine);
    }
    diagonal[first] -= shift;
    beside[first] = g;
    beside[last] = 0;
}

/* Off-diagonal elements below the rounding error of the whole are zero. */
static bool ql_iterate(double *diagonal, double *beside, size_t n,
                       double *axes) {
    enum { STEPS_MAX = 60 };
    double size = 0;
    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs(diagonal[i]) + fabs(beside[i]));
    double negligible = size * DBL_EPSILON;
    for (size_t first = 0; first < n; first++)
        for (int step = 0;; step++) {
            size_t last = first;
            while (last + 1 < n && !(fabs(beside[last]) <= negligible))
                last++;
            if (last == first)
                break;
            if (step == STEPS_MAX)
                return false;
            ql_step(diagonal, beside, first, last, axes, n);
        }
    return true;
}

/* Eigenvalues, and eigenvectors as rows of `axes`.  `a` is destroyed. */
static bool eigen_solve(double *a, size_t n, double *values, double *axes) {
    double *work = calloc(2 * n, sizeof *work);
    if (!work)
        return false;
    tridiagonalize(a, n, values, work, work + n);
    axes_make(a, n, axes, work + n);
    bool ok = ql_iterate(values, work, n, axes);
    free(work);
    return ok;
}

/* -- Factors ------------------------------------------------------------ */

/* An eigenvalue and where its vector stands. */
struct spectrum_line {
    double value;
    size_t row;
};

static int size_compare(const void *left, const void *right) {
    const struct spectrum_line *a = left, *b = right;
    double x = fabs(a->value), y = fabs(b->value);
    if (x < y || x > y)
        return x < y ? 1 : -1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Mean of x x' over the rows; without rows, the identity. */
static void moments_make(const float *rows, size_t row_count, unsigned n,
                         double *moments, double *work) {
    memset(moments, 0, (size_t)n * n * sizeof *moments);
    for (size_t r = 0; r < row_count; r++) {
        for (unsigned i = 0; i < n; i++)
            work[i] = (double)rows[r * n + i];
        square_add(moments, n, work, 1 / (double)row_count);
    }
    for (size_t i = 0; i < n && row_count == 0; i++)
        moments[i * n + i] = 1;
    triangle_mirror(moments, n);
}

static double form_value(const double *matrix, size_t n, const double *v) {
    double value = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += matrix[i * n + j] * v[j];
        value += sum * v[i];
    }
    return value;
}

/* Copies the kept lines of one sign behind the factors there are. */
static void factors_add(const struct spectrum_line *lines, size_t kept,
                        bool positive, const double *axes, size_t n,
                        struct dc_factored *out) {
    for (size_t k = 0; k < kept; k++) {
        if ((lines[k].value > 0) != positive)
            continue;
        float *factor = out->factors + (size_t)out->rank++ * n;
        double scale = sqrt(fabs(lines[k].value));
        for (size_t i = 0; i < n; i++)
            factor[i] = (float)(scale * axes[lines[k].row * n + i]);
    }
    if (positive)
        out->positive = out->rank;
}

/* Matrices and vectors of one decomposition, behind `matrix`. */
struct spectrum {
    double *matrix, *axes, *values, *work;
    struct spectrum_line *lines;
};

static bool spectrum_make(const struct dc_folded *folded,
                          struct spectrum *spectrum) {
    size_t n = folded->input_count, square = n * n;
    /* There are features.
       NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI) */
    spectrum->matrix = malloc((2 * square + 2 * n) * sizeof(double));
    spectrum->lines = malloc(n * sizeof *spectrum->lines);
    if (!spectrum->matrix || !spectrum->lines)
        return false;
    spectrum->axes = spectrum->matrix + square;
    spectrum->values = spectrum->axes + square;
    spectrum->work = spectrum->values + n;
    memcpy(spectrum->matrix, folded->quadratic, square * sizeof(double));
    if (!eigen_solve(spectrum->matrix, n, spectrum->values, spectrum->axes))
        return false;
    for (size_t i = 0; i < n; i++)
        spectrum->lines[i] = (struct spectrum_line){spectrum->values[i], i};
    qsort(spectrum->lines, n, sizeof *spectrum->lines, size_compare);
    return true;
}

/* Cuts the spectrum after `rank` lines, or where only rounding is left. */
static bool spectrum_cut(struct spectrum *spectrum, unsigned n, unsigned rank,
                         const float *rows, size_t row_count, double bias,
                         struct dc_factored *out) {
    const struct spectrum_line *lines = spectrum->lines;
    double noise = fabs(lines[0].value) * n * DBL_EPSILON, discarded = 0;
    size_t kept = 0;
    while (kept < n && kept < rank && fabs(lines[kept].value) > noise)
        kept++;
    out->factors = malloc((kept ? kept : 1) * n * sizeof *out->factors);
    if (!out->factors)
        return false;
    factors_add(lines, kept, true, spectrum->axes, n, out);
    factors_add(lines, kept, false, spectrum->axes, n, out);
    moments_make(rows, row_count, n, spectrum->matrix, spectrum->work);
    for (size_t k = kept; k < n; k++)
        discarded +=
            lines[k].value *
            form_value(spectrum->matrix, n, spectrum->axes + lines[k].row * n);
    out->bias = (float)(bias + discarded);
    return true;
}

bool dc_folded_to_svm(const struct dc_folded *folded, unsigned rank,
                      const float *rows, size_t row_count,
                      struct dc_factored *out) {
    *out = (struct dc_factored){.bias = (float)folded->bias};
    unsigned n = folded->input_count;
    out->linear = malloc((n ? n : 1) * sizeof *out->linear);
    bool ok = out->linear != NULL;
    for (unsigned i = 0; ok && i < n; i++)
        out->linear[i] = (float)folded->linear[i];
    if (ok && folded->quadratic) {
        struct spectrum spectrum = {0};
        ok = spectrum_make(folded, &spectrum) &&
             spectrum_cut(&spectrum, n, rank < DC_RANK_MAX ? rank : DC_RANK_MAX,
                          rows, row_count, folded->bias, out);
        free(spectrum.matrix);
        free(spectrum.lines);
    }
    if (!ok)
        dc_factored_free(out);
    return ok;
}

void dc_factored_free(struct dc_factored *factored) {
    free(factored->linear);
    free(factored->factors);
    *factored = (struct dc_factored){0};
}
