/* report.c: the results as tables, for a terminal and as TSV.
 *
 * In: the table of results.  Out: text.  The terminal shows the headline
 * metrics of every cell with their intervals, then each label by itself, the
 * folds, the speed and the worst pages; the TSV has every metric of every
 * cell, with four decimals, so that a change of quality is a readable diff.
 */
#include "report.h"

#include <string.h>

void dc_report_source(const struct dc_report *report, char *out, size_t size) {
    unsigned folds = report->results->suite->folds;
    if (folds)
        snprintf(out, size, "trained and scored out of fold, %u folds", folds);
    else
        snprintf(out, size, "%s",
                 report->model ? report->model : "built-in model");
}

static void estimate_print(const struct dc_estimate *estimate, FILE *out) {
    if (estimate->pages)
        fprintf(out, "  %.3f [%.3f, %.3f]", estimate->value, estimate->low,
                estimate->high);
    else
        fprintf(out, "  %-20s", "-");
}

static void row_print(const struct dc_results *results,
                      const struct dc_result *row, FILE *out) {
    fprintf(out, "%-20.20s %-14.14s %5zu", row->cell,
            results->suite->systems[row->system].name, row->pages);
    for (size_t m = 0; m < DC_HEADLINES; m++)
        estimate_print(&row->metrics[dc_headline_metrics[m]], out);
    if (row->seconds > 0)
        fprintf(out, "  %11.3f  %11.1f", 1000 * row->seconds, 1 / row->seconds);
    if (row->failed)
        fprintf(out, "  (%zu failed)", row->failed);
    fputc('\n', out);
}

static void cells_print(const struct dc_results *results, size_t corpus,
                        FILE *out) {
    fprintf(out, "\n%s\n%-20s %-14s %5s", results->suite->corpora[corpus].name,
            "cell", "system", "pages");
    for (size_t m = 0; m < DC_HEADLINES; m++) {
        char name[64];
        dc_metric_name(dc_headline_metrics[m], results->labels, name,
                       sizeof name);
        fprintf(out, "  %-20s", name);
    }
    fputs("  CPU ms/page  pages/CPU s\n", out);
    for (size_t i = 0; i < results->row_count; i++)
        if (results->rows[i].corpus == corpus)
            row_print(results, &results->rows[i], out);
}

static void labels_print(const struct dc_results *results, size_t corpus,
                         FILE *out) {
    const struct dc_result *all = dc_results_find(results, 0, corpus, "all");
    if (!all || !all->metrics[DC_METRIC_LABEL_MACRO_F1].pages)
        return;
    fprintf(out, "\n%-20s %5s  %-20s  %-20s  %-20s\n", "label", "pages",
            "precision", "recall", "F1");
    for (size_t i = 0; i < results->suite->label_count; i++) {
        const struct dc_estimate *label =
            &all->metrics[DC_METRIC_LABELS + 3 * i];
        fprintf(out, "%-20.20s %5zu", results->labels[i], label->pages);
        for (size_t part = 0; part < 3; part++)
            estimate_print(&label[part], out);
        fputc('\n', out);
    }
}

static void spreads_print(const struct dc_results *results, FILE *out) {
    if (!results->spread_count)
        return;
    fprintf(out, "\n%-20s %-16s %5s  %6s  %6s  %6s  %6s\n", "over folds",
            "metric", "folds", "mean", "s.d.", "low", "high");
    for (size_t i = 0; i < results->spread_count; i++) {
        const struct dc_spread *spread = &results->spreads[i];
        char name[64];
        if (!spread->folds)
            continue;
        dc_metric_name(spread->metric, results->labels, name, sizeof name);
        fprintf(out, "%-20.20s %-16s %5zu  %6.3f  %6.3f  %6.3f  %6.3f\n",
                results->suite->corpora[spread->corpus].name, name,
                spread->folds, spread->mean, spread->deviation, spread->low,
                spread->high);
    }
}

static void speed_print(const struct dc_speed *speed, FILE *out) {
    double megabytes = (double)speed->bytes / 1e6;
    fprintf(out,
            "\nspeed: %zu pages, %.1f MB, median of %u passes\n"
            "  CPU time a page   median %.3f ms, 99th percentile %.3f ms, "
            "longest %.3f ms\n"
            "  throughput        %.1f MB/s, %.0f pages/s (of wall time: "
            "%.1f MB/s)\n"
            "  bare SAX parse    %.1f MB/s; the filter takes %.2f times its "
            "CPU time\n"
            "  memory            peak %.1f MB, of which %.1f MB before the "
            "first pass\n",
            speed->pages, megabytes, speed->passes, 1e3 * speed->median,
            1e3 * speed->p99, 1e3 * speed->max, megabytes / speed->filter_cpu,
            (double)speed->pages / speed->filter_cpu,
            megabytes / speed->filter_wall, megabytes / speed->parse_cpu,
            speed->ratio, (double)speed->rss_peak / 1e6,
            (double)speed->rss_before / 1e6);
}

static void worst_print(const struct dc_report *report, FILE *out) {
    const struct dc_suite *suite = report->results->suite;
    if (!report->worst_count)
        return;
    fprintf(out, "\n%9s %9s %9s  %-16s %-14s %s\n", "precision", "recall",
            "word F1", "corpus", "type", "worst pages");
    for (size_t i = 0; i < report->worst_count; i++) {
        size_t page = report->worst[i];
        const struct dc_gold *gold = suite->pages[page].gold;
        struct dc_prf prf = dc_score_prf(suite->systems[0].scores[page].words);
        fprintf(out, "%9.3f %9.3f %9.3f  %-16.16s %-14.14s %s\n", prf.precision,
                prf.recall, prf.f1, dc_suite_corpus(suite, page),
                gold->type ? gold->type : "-", gold->id);
    }
}

void dc_report_tables(const struct dc_report *report, FILE *out) {
    const struct dc_results *results = report->results;
    char source[256];
    dc_report_source(report, source, sizeof source);
    fprintf(out, "declutter %s, %s\n", declutter_version(), source);
    for (size_t c = 0; c < results->suite->corpus_count; c++) {
        cells_print(results, c, out);
        labels_print(results, c, out);
    }
    spreads_print(results, out);
    if (report->speed)
        speed_print(report->speed, out);
    worst_print(report, out);
}

/* Text as a field: a tab or newline in a name would shift the columns. */
static void field_print(const char *text, FILE *out) {
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
}

static void line_print(const struct dc_results *results, size_t corpus,
                       const char *cell, unsigned metric,
                       const double numbers[3], size_t pages, size_t system,
                       FILE *out) {
    char name[64];
    dc_metric_name(metric, results->labels, name, sizeof name);
    field_print(results->suite->corpora[corpus].name, out);
    fputc('\t', out);
    field_print(cell, out);
    fprintf(out, "\t%s\t%.4f\t%.4f\t%.4f\t%zu\t", name, numbers[0], numbers[1],
            numbers[2], pages);
    field_print(results->suite->systems[system].name, out);
    fputc('\n', out);
}

void dc_report_tsv(const struct dc_report *report, FILE *out) {
    const struct dc_results *results = report->results;
    fputs("corpus\tcell\tmetric\tvalue\tlow\thigh\tpages\tsystem\n", out);
    for (size_t i = 0; i < results->row_count; i++) {
        const struct dc_result *row = &results->rows[i];
        for (unsigned m = 0; m < results->metric_count; m++) {
            const struct dc_estimate *e = &row->metrics[m];
            const double numbers[3] = {e->value, e->low, e->high};
            if (e->pages)
                line_print(results, row->corpus, row->cell, m, numbers,
                           e->pages, row->system, out);
        }
    }
    for (size_t i = 0; i < results->spread_count; i++) {
        const struct dc_spread *s = &results->spreads[i];
        const double numbers[3] = {s->mean, s->low, s->high};
        if (s->folds)
            line_print(results, s->corpus, "folds", s->metric, numbers,
                       results->suite->corpora[s->corpus].page_count, 0, out);
    }
}
