/* score.h: how good an output is, and how sure we are of it.
 *
 * Three steps, so that bench and trainer print the same numbers.  Scoring one
 * page gives counts (words found, missed, invented...), which are small and
 * never need the page again.  Summing counts over a selection of pages gives
 * the metrics.  Drawing the pages of the selection again and again with
 * replacement (the bootstrap) gives the interval of each metric.
 */
#ifndef DC_SCORE_H
#define DC_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "page.h"
#include "corpus.h"

/* True positives, false positives, false negatives. */
struct dc_counts {
    uint32_t tp, fp, fn;
};

/* What one page scored. */
struct dc_score_page {
    bool has_text;     /* its gold text is known: words, shingles count */
    bool has_snippets; /* it has snippets that must or must not appear */
    bool has_labels;   /* some of its blocks have a gold label */
    struct dc_counts words, shingles, snippets;
    uint32_t snippets_tn; /* unwanted snippets that are indeed absent */
    /* Words of blocks by label: confusion[gold][given]. */
    uint32_t confusion[DC_LABELS_MAX][DC_LABELS_MAX];
};

/* Metrics of a selection of pages; from DC_METRIC_LABELS on, three (precision,
 * recall, F1) a label of the model. */
enum dc_metric {
    DC_METRIC_WORD_PRECISION,
    DC_METRIC_WORD_RECALL,
    DC_METRIC_WORD_F1,
    DC_METRIC_SHINGLE_PRECISION,
    DC_METRIC_SHINGLE_RECALL,
    DC_METRIC_SHINGLE_F1,
    DC_METRIC_SNIPPET_PRECISION,
    DC_METRIC_SNIPPET_RECALL,
    DC_METRIC_SNIPPET_F1,
    DC_METRIC_LABEL_MACRO_F1,
    DC_METRIC_LABELS,
    DC_METRICS_MAX = DC_METRIC_LABELS + 3 * DC_LABELS_MAX
};

/* Value of a metric with its 95 % interval; pages == 0: nothing measured it,
 * and the numbers are 0. */
struct dc_estimate {
    double value, low, high;
    size_t pages;
};

struct dc_prf {
    double precision, recall, f1;
};

/* Scores a text on the metrics of text: words, shingles, snippets.  The text
 * must be valid UTF-8.  *score is filled but for the labels, which are
 * cleared.  false when out of memory. */
bool dc_score_text(const struct dc_gold *gold, const char *text, size_t length,
                   struct dc_score_page *score);

/* Adds the label counts of a page that was read and classified with `model`
 * (NULL: the built-in one).  false when out of memory. */
bool dc_score_labels(const struct dc_gold *gold,
                     const struct declutter_page *page,
                     const struct declutter_model *model,
                     struct dc_score_page *score);

/* The counting part of dc_score_labels: gold[i] is the gold label of block i,
 * or DC_NONE when the gold says nothing about it. */
void dc_score_confusion(const uint32_t *gold,
                        const struct declutter_block *blocks, size_t count,
                        struct dc_score_page *score);

/* Precision, recall and F1 of counts.  With nothing wanted, printing nothing
 * is perfect (1) and printing something is worthless (0); printing nothing
 * where something is wanted is 0. */
struct dc_prf dc_score_prf(struct dc_counts counts);

/* All metrics of the pages, with percentile bootstrap intervals from
 * `resamples` draws (0: low = high = value).  The same pages and seed give the
 * same intervals.  `estimates` has DC_METRICS_MAX items.  false when out of
 * memory. */
bool dc_score_estimate(const struct dc_score_page *const *pages, size_t count,
                       size_t label_count, uint64_t seed, unsigned resamples,
                       struct dc_estimate *estimates);

/* Name of a metric ("word_f1", "label_promo_recall") into `size` bytes. */
void dc_metric_name(unsigned metric, const char *const *labels, char *out,
                    size_t size);

#endif
