/* estimate.c: counts of many pages -> metrics and their intervals.
 *
 * In: what each page of a selection scored.  Out: every metric with its 95 %
 * interval.  Word metrics are means over pages; shingle precision and recall
 * are means over the pages where they are defined, and their F1 is that of
 * the two means; snippets and labels are pooled over the pages.  The unit of
 * the bootstrap is the page for all of them, pooled or not: blocks of a page
 * stand and fall together, so drawing blocks would make intervals far too
 * narrow.  Each draw only adds up counts.
 */
#include "score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums over a selection; everything a metric needs. */
struct sums {
    size_t text_pages, snippet_pages, label_pages;
    size_t printed_pages, wanted_pages; /* with shingles, found and gold */
    struct dc_prf words;                /* sums of the pages' values */
    double shingle_precision, shingle_recall;
    double tp, fp, fn; /* snippets */
    double confusion[DC_LABELS_MAX][DC_LABELS_MAX];
    size_t gold_pages[DC_LABELS_MAX]; /* pages with gold of the label */
};

static double ratio(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

static double harmonic_mean(double precision, double recall) {
    return ratio(2 * precision * recall, precision + recall);
}

struct dc_prf dc_score_prf(struct dc_counts counts) {
    double tp = counts.tp, fp = counts.fp, fn = counts.fn;
    if (tp + fp + fn <= 0)
        return (struct dc_prf){1, 1, 1};
    return (struct dc_prf){ratio(tp, tp + fp), ratio(tp, tp + fn),
                           2 * tp / (2 * tp + fp + fn)};
}

static void sums_add_text(struct sums *sums, const struct dc_score_page *page) {
    struct dc_prf words = dc_score_prf(page->words);
    double tp = page->shingles.tp;
    double printed = tp + page->shingles.fp, wanted = tp + page->shingles.fn;
    sums->text_pages++;
    sums->words.precision += words.precision;
    sums->words.recall += words.recall;
    sums->words.f1 += words.f1;
    sums->printed_pages += printed > 0;
    sums->wanted_pages += wanted > 0;
    sums->shingle_precision += ratio(tp, printed);
    sums->shingle_recall += ratio(tp, wanted);
}

static void sums_add_labels(struct sums *sums, const struct dc_score_page *page,
                            size_t label_count) {
    sums->label_pages++;
    for (size_t gold = 0; gold < label_count; gold++) {
        double row = 0;
        for (size_t given = 0; given < label_count; given++) {
            sums->confusion[gold][given] += page->confusion[gold][given];
            row += page->confusion[gold][given];
        }
        sums->gold_pages[gold] += row > 0;
    }
}

static void sums_add(struct sums *sums, const struct dc_score_page *page,
                     size_t label_count) {
    if (page->has_text)
        sums_add_text(sums, page);
    if (page->has_snippets) {
        sums->snippet_pages++;
        sums->tp += page->snippets.tp;
        sums->fp += page->snippets.fp;
        sums->fn += page->snippets.fn;
    }
    if (page->has_labels)
        sums_add_labels(sums, page, label_count);
}

static void estimate_set(struct dc_estimate *estimates, unsigned metric,
                         double value, size_t pages) {
    estimates[metric].value = pages ? value : 0;
    estimates[metric].pages = pages;
}

static void estimate_text(const struct sums *sums, struct dc_estimate *out) {
    size_t pages = sums->text_pages;
    double precision =
        ratio(sums->shingle_precision, (double)sums->printed_pages);
    double recall = ratio(sums->shingle_recall, (double)sums->wanted_pages);
    double count = pages ? (double)pages : 1;
    estimate_set(out, DC_METRIC_WORD_PRECISION, sums->words.precision / count,
                 pages);
    estimate_set(out, DC_METRIC_WORD_RECALL, sums->words.recall / count, pages);
    estimate_set(out, DC_METRIC_WORD_F1, sums->words.f1 / count, pages);
    estimate_set(out, DC_METRIC_SHINGLE_PRECISION, precision, pages);
    estimate_set(out, DC_METRIC_SHINGLE_RECALL, recall, pages);
    estimate_set(out, DC_METRIC_SHINGLE_F1, harmonic_mean(precision, recall),
                 pages);
}

static void estimate_snippets(const struct sums *sums,
                              struct dc_estimate *out) {
    double precision = ratio(sums->tp, sums->tp + sums->fp);
    double recall = ratio(sums->tp, sums->tp + sums->fn);
    size_t pages = sums->snippet_pages;
    estimate_set(out, DC_METRIC_SNIPPET_PRECISION, precision, pages);
    estimate_set(out, DC_METRIC_SNIPPET_RECALL, recall, pages);
    estimate_set(out, DC_METRIC_SNIPPET_F1, harmonic_mean(precision, recall),
                 pages);
}

/* A label that the gold of these pages never uses is not measured: no output
 * could score on it, and its words given wrongly cost the others recall. */
static void estimate_labels(const struct sums *sums, size_t label_count,
                            struct dc_estimate *out) {
    double total = 0, measured = 0;
    for (size_t label = 0; label < label_count; label++) {
        unsigned metric = DC_METRIC_LABELS + 3 * (unsigned)label;
        size_t pages = sums->gold_pages[label];
        double tp = sums->confusion[label][label], gold = 0, given = 0;
        for (size_t other = 0; other < label_count; other++) {
            gold += sums->confusion[label][other];
            given += sums->confusion[other][label];
        }
        double f1 = ratio(2 * tp, gold + given);
        estimate_set(out, metric, ratio(tp, given), pages);
        estimate_set(out, metric + 1, ratio(tp, gold), pages);
        estimate_set(out, metric + 2, f1, pages);
        total += pages ? f1 : 0;
        measured += pages ? 1 : 0;
    }
    estimate_set(out, DC_METRIC_LABEL_MACRO_F1, ratio(total, measured),
                 measured > 0 ? sums->label_pages : 0);
}

static void estimate_all(const struct sums *sums, size_t label_count,
                         struct dc_estimate *out) {
    memset(out, 0, DC_METRICS_MAX * sizeof *out);
    estimate_text(sums, out);
    estimate_snippets(sums, out);
    estimate_labels(sums, label_count, out);
}

/* splitmix64 (Steele, Lea and Flood): one word of state, good enough to draw
 * pages, and the same on every machine, which rand() is not. */
static uint64_t random_next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int number_compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sets the interval of one metric from the draws that measured it: a draw of
 * a small cell may hold no page with the gold it needs. */
static void interval_set(struct dc_estimate *estimate, double *draws,
                         size_t count) {
    if (!count)
        return;
    qsort(draws, count, sizeof *draws, number_compare);
    estimate->low = draws[(size_t)floor(0.025 * (double)(count - 1))];
    estimate->high = draws[(size_t)ceil(0.975 * (double)(count - 1))];
}

static void draws_make(const struct dc_score_page *const *pages, size_t count,
                       size_t label_count, uint64_t seed, unsigned resamples,
                       double *draws, size_t *drawn) {
    struct dc_estimate drawing[DC_METRICS_MAX];
    for (unsigned r = 0; r < resamples; r++) {
        struct sums sums;
        memset(&sums, 0, sizeof sums);
        for (size_t i = 0; i < count; i++)
            sums_add(&sums, pages[random_next(&seed) % count], label_count);
        estimate_all(&sums, label_count, drawing);
        for (size_t m = 0; m < DC_METRICS_MAX; m++)
            if (drawing[m].pages)
                draws[m * resamples + drawn[m]++] = drawing[m].value;
    }
}

bool dc_score_estimate(const struct dc_score_page *const *pages, size_t count,
                       size_t label_count, uint64_t seed, unsigned resamples,
                       struct dc_estimate *estimates) {
    size_t drawn[DC_METRICS_MAX] = {0};
    struct sums sums;
    memset(&sums, 0, sizeof sums);
    for (size_t i = 0; i < count; i++)
        sums_add(&sums, pages[i], label_count);
    estimate_all(&sums, label_count, estimates);
    for (size_t m = 0; m < DC_METRICS_MAX; m++)
        estimates[m].low = estimates[m].high = estimates[m].value;
    if (!count || !resamples)
        return true;
    double *draws = calloc((size_t)DC_METRICS_MAX * resamples, sizeof *draws);
    if (!draws)
        return false;
    draws_make(pages, count, label_count, seed, resamples, draws, drawn);
    for (size_t m = 0; m < DC_METRICS_MAX; m++)
        if (estimates[m].pages)
            interval_set(&estimates[m], draws + m * resamples, drawn[m]);
    free(draws);
    return true;
}

void dc_metric_name(unsigned metric, const char *const *labels, char *out,
                    size_t size) {
    static const char *const names[DC_METRIC_LABELS] = {
        "word_precision",    "word_recall",    "word_f1",
        "shingle_precision", "shingle_recall", "shingle_f1",
        "snippet_precision", "snippet_recall", "snippet_f1",
        "label_macro_f1"};
    static const char *const parts[] = {"precision", "recall", "f1"};
    if (metric < DC_METRIC_LABELS)
        snprintf(out, size, "%s", names[metric]);
    else
        snprintf(out, size, "label_%s_%s",
                 labels[(metric - DC_METRIC_LABELS) / 3],
                 parts[(metric - DC_METRIC_LABELS) % 3]);
}
