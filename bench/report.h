/* report.h: the results as people and programs read them. */
#ifndef DC_REPORT_H
#define DC_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "results.h"
#include "timing.h"

struct dc_report {
    const struct dc_results *results;
    const struct dc_speed *speed; /* NULL: not measured */
    const char *model;            /* path; NULL: built in, or folds */
    const size_t *worst;          /* pages to list */
    size_t worst_count;
};

/* Tables for a terminal. */
void dc_report_tables(const struct dc_report *report, FILE *out);
/* corpus, cell, metric, value, low, high, pages, system: one metric of one
 * cell a line, all of it reproducible (no times, no dates). */
void dc_report_tsv(const struct dc_report *report, FILE *out);
/* One object with everything; false when out of memory or not written. */
bool dc_report_json(const struct dc_report *report, FILE *out);
/* A page that needs nothing beside it: styles and plots are inline.  false
 * when out of memory or not written. */
bool dc_report_html(const struct dc_report *report, FILE *out);

/* What scored the pages: "built-in model", "out of 5 folds", a path. */
void dc_report_source(const struct dc_report *report, char *out, size_t size);

#endif
