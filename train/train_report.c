/* train_report.c: scores and model -> a report in Markdown.
 *
 * In: the out-of-fold scores of all pages, and the model trained on all of
 * them.  Out: tables by fold, corpus, page type and language; one by label;
 * the inputs each SVM leans on.  Two sizes tell how much an input weighs: its
 * linear weight, and its factor energy, the sum of its squared coefficients
 * over all factors; inputs are scaled alike, so both compare.
 */
#include "train_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 500, INPUTS_SHOWN = 12 };

/* -- Groups of pages ---------------------------------------------------- */

enum group_kind { GROUP_FOLD, GROUP_CORPUS, GROUP_TYPE, GROUP_LANGUAGE };

static const char *page_group(const struct dc_train_report *report,
                              const struct dc_validated_page *page,
                              enum group_kind kind) {
    static const char *const folds[] = {"1", "2", "3", "4", "5",
                                        "6", "7", "8", "9", "10"};
    const char *name = NULL;
    switch (kind) {
    case GROUP_FOLD:
        name = page->fold < sizeof folds / sizeof *folds ? folds[page->fold]
                                                         : NULL;
        break;
    case GROUP_CORPUS:
        name = report->corpora[page->corpus].name;
        break;
    case GROUP_TYPE:
        name = page->gold->type;
        break;
    case GROUP_LANGUAGE:
        name = page->gold->lang;
        break;
    }
    return name && *name ? name : "(not stated)";
}

/* Numbers: "10" comes behind "9". */
static int fold_compare(const void *left, const void *right) {
    const char *a = *(const char *const *)left;
    const char *b = *(const char *const *)right;
    size_t x = strlen(a), y = strlen(b);
    return x != y ? (x > y) - (x < y) : strcmp(a, b);
}

static int name_compare(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Distinct group names in order; returns how many. */
static size_t group_names(const struct dc_train_report *report,
                          enum group_kind kind, const char **names) {
    const struct dc_validation *validation = report->validation;
    size_t count = 0;
    for (size_t i = 0; i < validation->page_count; i++)
        names[i] = page_group(report, &validation->pages[i], kind);
    qsort(names, validation->page_count, sizeof *names,
          kind == GROUP_FOLD ? fold_compare : name_compare);
    for (size_t i = 0; i < validation->page_count; i++)
        if (count == 0 || strcmp(names[count - 1], names[i]) != 0)
            names[count++] = names[i];
    return count;
}

/* -- Scores ------------------------------------------------------------- */

static void score_put(FILE *stream, const struct dc_estimate *estimate) {
    if (estimate->pages)
        fprintf(stream, " %.4f |", estimate->value);
    else
        fputs(" - |", stream);
}

static void scores_header(FILE *stream, const char *title) {
    fprintf(stream,
            "\n| %s | pages | word P | word R | word F1 | shingle F1 "
            "| snippet F1 | label F1 |\n"
            "|---|--:|--:|--:|--:|--:|--:|--:|\n",
            title);
}

static bool scores_row(FILE *stream, const char *name,
                       const struct dc_score_page *const *pages, size_t count,
                       size_t label_count) {
    static const unsigned shown[] = {
        DC_METRIC_WORD_PRECISION, DC_METRIC_WORD_RECALL,
        DC_METRIC_WORD_F1,        DC_METRIC_SHINGLE_F1,
        DC_METRIC_SNIPPET_F1,     DC_METRIC_LABEL_MACRO_F1};
    struct dc_estimate estimates[DC_METRICS_MAX];
    if (!dc_score_estimate(pages, count, label_count, 1, 0, estimates))
        return false;
    fprintf(stream, "| %s | %zu |", name, count);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        score_put(stream, &estimates[shown[i]]);
    putc('\n', stream);
    return true;
}

/* One table: a row for each group of the kind. */
static bool group_table(const struct dc_train_report *report,
                        enum group_kind kind, const char *title,
                        const char **names,
                        const struct dc_score_page **selection, FILE *stream) {
    const struct dc_validation *validation = report->validation;
    size_t groups = group_names(report, kind, names);
    scores_header(stream, title);
    for (size_t g = 0; g < groups; g++) {
        size_t count = 0;
        for (size_t i = 0; i < validation->page_count; i++)
            if (strcmp(page_group(report, &validation->pages[i], kind),
                       names[g]) == 0)
                selection[count++] = &validation->pages[i].score;
        if (!scores_row(stream, names[g], selection, count,
                        validation->label_count))
            return false;
    }
    return true;
}

static bool estimate_all(const struct dc_validation *validation, uint64_t seed,
                         unsigned resamples, struct dc_estimate *estimates) {
    size_t count = validation->page_count;
    const struct dc_score_page **all = calloc(count + 1, sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < count; i++)
        all[i] = &validation->pages[i].score;
    bool ok = dc_score_estimate(all, count, validation->label_count, seed,
                                resamples, estimates);
    free(all);
    return ok;
}

static void metric_name(const struct dc_validation *validation, unsigned metric,
                        char *name, size_t size) {
    const char *labels[DC_LABELS_MAX];
    for (size_t i = 0; i < DC_LABELS_MAX; i++)
        labels[i] = validation->labels[i];
    dc_metric_name(metric, labels, name, size);
}

/* Every metric over all pages, with its interval. */
static bool overall_table(const struct dc_train_report *report, FILE *stream) {
    const struct dc_validation *validation = report->validation;
    struct dc_estimate estimates[DC_METRICS_MAX];
    size_t metrics = DC_METRIC_LABELS + 3 * validation->label_count;
    if (!estimate_all(validation, report->options->seed, RESAMPLES, estimates))
        return false;
    fputs("\n| all pages | value | 95 % interval | pages |\n"
          "|---|--:|---|--:|\n",
          stream);
    for (unsigned metric = 0; metric < metrics; metric++) {
        char name[64];
        const struct dc_estimate *e = &estimates[metric];
        metric_name(validation, metric, name, sizeof name);
        if (e->pages)
            fprintf(stream, "| %s | %.4f | %.4f to %.4f | %zu |\n", name,
                    e->value, e->low, e->high, e->pages);
    }
    return true;
}

static bool scores_write(const struct dc_train_report *report, FILE *stream) {
    size_t count = report->validation->page_count + 1;
    const char **names = calloc(count, sizeof *names);
    const struct dc_score_page **selection = calloc(count, sizeof *selection);
    fprintf(stream,
            "\n## Scores of pages the model has not seen\n\n"
            "%u folds by site, seed %llu.\n",
            report->options->folds, (unsigned long long)report->options->seed);
    bool ok =
        names && selection && overall_table(report, stream) &&
        group_table(report, GROUP_FOLD, "fold", names, selection, stream) &&
        group_table(report, GROUP_CORPUS, "corpus", names, selection, stream) &&
        group_table(report, GROUP_TYPE, "page type", names, selection,
                    stream) &&
        group_table(report, GROUP_LANGUAGE, "language", names, selection,
                    stream);
    free(names);
    free(selection);
    return ok;
}

/* -- The model ---------------------------------------------------------- */

struct weight {
    double linear, energy;
    uint32_t input;
};

static int linear_compare(const void *left, const void *right) {
    const struct weight *a = left, *b = right;
    double x = fabs(a->linear), y = fabs(b->linear);
    if (x < y || x > y)
        return x < y ? 1 : -1;
    return (a->input > b->input) - (a->input < b->input);
}

static int energy_compare(const void *left, const void *right) {
    const struct weight *a = left, *b = right;
    if (a->energy < b->energy || a->energy > b->energy)
        return a->energy < b->energy ? 1 : -1;
    return (a->input > b->input) - (a->input < b->input);
}

static struct weight *weights_make(const struct dc_svm *svm) {
    struct weight *weights = calloc(svm->input_count + 1u, sizeof *weights);
    if (!weights)
        return NULL;
    for (uint32_t i = 0; i < svm->input_count; i++) {
        weights[i].input = svm->inputs[i];
        weights[i].linear = (double)svm->linear[i];
        for (size_t r = 0; r < svm->rank; r++) {
            double factor = (double)svm->factors[r * svm->input_count + i];
            weights[i].energy += factor * factor;
        }
    }
    return weights;
}

static void weights_put(struct weight *weights, uint32_t count, bool linear,
                        FILE *stream) {
    qsort(weights, count, sizeof *weights,
          linear ? linear_compare : energy_compare);
    fprintf(stream, "%s:", linear ? "\nLinear" : "\nFactor energy");
    for (uint32_t i = 0; i < count && i < INPUTS_SHOWN; i++) {
        const struct weight *w = &weights[i];
        fprintf(stream, "%s %s %.3g", i ? "," : "", dc_feature_name(w->input),
                linear ? w->linear : w->energy);
    }
    putc('\n', stream);
}

static bool svm_write(const struct declutter_model *model,
                      const struct dc_svm *svm, FILE *stream) {
    struct weight *weights = weights_make(svm);
    if (!weights)
        return false;
    fprintf(stream,
            "\n### Stage %u, %s\n\n%u inputs, rank %u (%u positive), bias "
            "%.4g, Platt %.4g %.4g.\n",
            svm->stage, model->labels[svm->label], svm->input_count, svm->rank,
            svm->positive, (double)svm->bias, (double)svm->platt_slope,
            (double)svm->platt_offset);
    weights_put(weights, svm->input_count, true, stream);
    if (svm->rank)
        weights_put(weights, svm->input_count, false, stream);
    free(weights);
    return true;
}

static bool model_write(const struct dc_train_report *report, FILE *stream) {
    const struct declutter_model *model = report->model;
    fprintf(stream,
            "\n## Model, trained on all pages\n\n"
            "%u labels, %u lexicon entries, %u SVMs.\n\n",
            model->label_count, model->lexicon.count, model->svm_count);
    for (const char *line = model->facts; line && *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(stream, "- %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    for (uint32_t i = 0; i < model->svm_count; i++)
        if (!svm_write(model, &model->svms[i], stream))
            return false;
    return true;
}

/* -- The whole ---------------------------------------------------------- */

bool dc_train_report_write(const struct dc_train_report *report, FILE *stream) {
    fputs("# Training report\n\n| corpus | pages |\n|---|--:|\n", stream);
    for (size_t c = 0; c < report->corpus_count; c++)
        fprintf(stream, "| %s | %zu |\n", report->corpora[c].name,
                report->corpora[c].page_count);
    if (!scores_write(report, stream) ||
        (report->model && !model_write(report, stream)))
        return false;
    fprintf(stream, "\n## Time\n\nCross-validation %.1f s",
            report->validation_seconds);
    if (report->model)
        fprintf(stream, ", final training %.1f s", report->training_seconds);
    fputs(".\n", stream);
    return true;
}

bool dc_train_facts_write(const struct dc_validation *validation, uint64_t seed,
                          unsigned folds, FILE *stream) {
    struct dc_estimate estimates[DC_METRICS_MAX];
    size_t metrics = DC_METRIC_LABELS + 3 * validation->label_count;
    if (!estimate_all(validation, seed, 0, estimates))
        return false;
    fprintf(stream, "cross-validation: %u folds, %zu pages\n", folds,
            validation->page_count);
    for (unsigned metric = 0; metric < metrics; metric++) {
        char name[64];
        metric_name(validation, metric, name, sizeof name);
        if (estimates[metric].pages)
            fprintf(stream, "%s: %.4f\n", name, estimates[metric].value);
    }
    return true;
}
