/* results.h: the metrics of every cell of the table.
 *
 * A cell is a part of a corpus: all of it ("all"), a page type
 * ("type:forum"), a language ("lang:de"); where some gold texts are empty also
 * the pages with gold ("gold", "gold:forum").  Every report (terminal, TSV,
 * JSON, HTML) is a view of this one table.
 */
#ifndef DC_RESULTS_H
#define DC_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "score.h"
#include "suite.h"

enum { DC_CELL_NAME_MAX = 48, DC_BOOTSTRAP_RESAMPLES = 1000 };

struct dc_result {
    size_t system, corpus;
    char cell[DC_CELL_NAME_MAX];
    size_t pages, failed;
    double seconds; /* mean CPU seconds a page; 0 when not measured */
    struct dc_estimate metrics[DC_METRICS_MAX];
};

/* How much a metric of declutter differs from fold to fold of a corpus. */
struct dc_spread {
    size_t corpus;
    unsigned metric;
    size_t folds; /* that measured it */
    double mean, deviation, low, high;
};

struct dc_results {
    const struct dc_suite *suite;
    uint64_t seed;
    unsigned metric_count;             /* those of the suite's labels too */
    const char *labels[DC_LABELS_MAX]; /* of the suite */
    /* By corpus, then cell, then system. */
    struct dc_result *rows;
    size_t row_count;
    struct dc_spread *spreads;
    size_t spread_count;
};

/* Sums up a suite whose systems have been scored.  Deterministic: the same
 * scores and seed give the same table.  false when out of memory. */
bool dc_results_make(const struct dc_suite *suite, uint64_t seed,
                     struct dc_results *results);
void dc_results_free(struct dc_results *results);

/* The row of a system and corpus, or NULL. */
const struct dc_result *dc_results_find(const struct dc_results *results,
                                        size_t system, size_t corpus,
                                        const char *cell);

/* Numbers of up to `count` pages with the lowest word F1 of declutter, worst
 * first; returns how many there are. */
size_t dc_results_worst(const struct dc_suite *suite, size_t count,
                        size_t *worst);

/* The metrics every short table shows. */
enum { DC_HEADLINES = 4 };
extern const unsigned dc_headline_metrics[DC_HEADLINES];

#endif
