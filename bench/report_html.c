/* report_html.c: the results as one page that opens anywhere.
 *
 * In: the table of results.  Out: HTML with its style sheet and plots inline:
 * no script, no font, nothing fetched, so that it can be mailed or kept for
 * years.  Plots first (overview, then each corpus by page type and language,
 * the distribution over pages, the labels), every number in a table at the
 * end.  Colours adapt to light and dark screens.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "svg.h"

enum { BINS = 20 };

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>declutter: results</title>\n<style>\n"
    ":root{color-scheme:light dark;--ink:#1c2024;--faint:#8a9099;"
    "--line:#d9dde2;--paper:#fff;--s0:#2f6fb5;--s1:#c8551b;--s2:#2e8b57;"
    "--s3:#8a4fb0;--s4:#9a7400;--s5:#5c6670}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--faint:#8b939c;"
    "--line:#3a4047;--paper:#16191d;--s0:#6aa9ea;--s1:#f0935f;--s2:#5fc48d;"
    "--s3:#c193e0;--s4:#d9b13b;--s5:#a3adb8}}\n"
    "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);"
    "background:var(--paper);max-width:1180px;margin:2em auto;"
    "padding:0 1.5em}\n"
    "h1{font-size:1.6em}h2{font-size:1.25em;margin-top:2.2em;"
    "border-bottom:1px solid var(--line)}\n"
    ".plots{display:flex;flex-wrap:wrap;gap:1.5em 2.5em;"
    "align-items:flex-start}\n"
    "svg{max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;"
    "fill:var(--ink)}svg text.title{font-size:13px;font-weight:600}\n"
    "svg .grid{stroke:var(--line)}\n"
    ".s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}"
    ".s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}\n"
    "g circle,g rect{fill:var(--c)}g line{stroke:var(--c);"
    "stroke-width:2}.key{color:var(--c);margin-right:1.2em}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums;"
    "margin:1em 0}td,th{padding:.15em .7em;text-align:right;"
    "border-bottom:1px solid var(--line);white-space:nowrap}"
    "td:first-child,th:first-child,td.name,th.name{text-align:left}"
    "td small{color:var(--faint)}\n"
    "details{overflow-x:auto}summary{cursor:pointer}\n"
    "</style>\n</head>\n<body>\n";

/* -- Plots ---------------------------------------------------------------- */

static void legend_put(const struct dc_suite *suite, FILE *out) {
    fputs("<p>", out);
    for (size_t s = 0; s < suite->system_count; s++) {
        fprintf(out, "<span class=\"key s%zu\">&#9679; ", s % DC_SVG_SERIES);
        dc_svg_text(out, suite->systems[s].name);
        fputs("</span>", out);
    }
    fputs("<small>Lines are 95 % bootstrap intervals over pages.</small></p>\n",
          out);
}

/* Does the row belong in the plot of `corpus` (or the overview) whose cells
 * start with `prefix`, and was the metric measured there? */
static bool row_fits(const struct dc_result *row, size_t corpus, bool overview,
                     const char *prefix, unsigned metric) {
    return (overview || row->corpus == corpus) &&
           !strncmp(row->cell, prefix, strlen(prefix)) &&
           row->metrics[metric].pages > 0;
}

/* Plots one metric of the cells that start with `prefix`; in the overview
 * rows are named after their corpus. */
static void intervals_plot(const struct dc_results *results, size_t corpus,
                           bool overview, const char *prefix, unsigned metric,
                           struct dc_svg_row *rows, FILE *out) {
    const struct dc_suite *suite = results->suite;
    size_t count = 0;
    char name[64];
    for (size_t i = 0; i < results->row_count; i++) {
        const struct dc_result *row = &results->rows[i];
        const struct dc_estimate *e = &row->metrics[metric];
        if (!row_fits(row, corpus, overview, prefix, metric))
            continue;
        rows[count++] =
            (struct dc_svg_row){overview ? suite->corpora[row->corpus].name
                                         : row->cell + strlen(prefix),
                                suite->systems[row->system].name,
                                row->system,
                                e->value,
                                e->low,
                                e->high};
    }
    dc_metric_name(metric, results->labels, name, sizeof name);
    if (count)
        dc_svg_intervals(out, name, rows, count);
}

static void cpu_plot(const struct dc_results *results, struct dc_svg_row *rows,
                     FILE *out) {
    const struct dc_suite *suite = results->suite;
    size_t count = 0;
    for (size_t i = 0; i < results->row_count; i++) {
        const struct dc_result *row = &results->rows[i];
        if (!strcmp(row->cell, "all") && row->seconds > 0)
            rows[count++] =
                (struct dc_svg_row){suite->corpora[row->corpus].name,
                                    suite->systems[row->system].name,
                                    row->system,
                                    1e3 * row->seconds,
                                    0,
                                    0};
    }
    dc_svg_bars(out, "CPU time a page, milliseconds", "ms", rows, count);
}

static void histogram_plot(const struct dc_suite *suite, size_t corpus,
                           FILE *out) {
    size_t bins[BINS] = {0}, count = 0;
    for (size_t i = 0; i < suite->page_count; i++) {
        const struct dc_score_page *score = &suite->systems[0].scores[i];
        if (suite->pages[i].corpus != corpus || !score->has_text)
            continue;
        size_t bin = (size_t)(dc_score_prf(score->words).f1 * BINS);
        bins[bin < BINS ? bin : BINS - 1]++;
        count++;
    }
    if (count)
        dc_svg_histogram(out, "Pages by word F1", bins, BINS);
}

static void confusion_plot(const struct dc_results *results, size_t corpus,
                           FILE *out) {
    const struct dc_suite *suite = results->suite;
    size_t labels = suite->label_count;
    double shares[DC_LABELS_MAX * DC_LABELS_MAX] = {0};
    bool any = false;
    for (size_t gold = 0; gold < labels; gold++) {
        double total = 0, *row = shares + gold * labels;
        for (size_t i = 0; i < suite->page_count; i++)
            for (size_t k = 0; k < labels; k++)
                if (suite->pages[i].corpus == corpus)
                    row[k] += suite->systems[0].scores[i].confusion[gold][k];
        for (size_t k = 0; k < labels; k++)
            total += row[k];
        for (size_t k = 0; k < labels && total > 0; k++)
            row[k] /= total;
        any = any || total > 0;
    }
    if (any)
        dc_svg_heat(out, "Words by gold label (row) and given label",
                    results->labels, labels, shares);
}

static void plots_put(const struct dc_results *results, size_t corpus,
                      bool overview, const char *prefix,
                      struct dc_svg_row *rows, FILE *out) {
    for (size_t m = 0; m < DC_HEADLINES; m++)
        intervals_plot(results, corpus, overview, prefix,
                       dc_headline_metrics[m], rows, out);
}

static void corpus_put(const struct dc_results *results, size_t corpus,
                       struct dc_svg_row *rows, FILE *out) {
    fputs("<h2>", out);
    dc_svg_text(out, results->suite->corpora[corpus].name);
    fprintf(out, ", %zu pages</h2>\n<h3>Page types</h3><div class=\"plots\">\n",
            results->suite->corpora[corpus].page_count);
    plots_put(results, corpus, false, "type:", rows, out);
    fputs("</div>\n<h3>Languages</h3><div class=\"plots\">\n", out);
    plots_put(results, corpus, false, "lang:", rows, out);
    fputs("</div>\n<h3>Pages and labels</h3><div class=\"plots\">\n", out);
    histogram_plot(results->suite, corpus, out);
    confusion_plot(results, corpus, out);
    fputs("</div>\n", out);
}

/* -- Tables --------------------------------------------------------------- */

static void name_cell(FILE *out, const char *text) {
    fputs("<td class=\"name\">", out);
    dc_svg_text(out, text);
    fputs("</td>", out);
}

static void metric_heads(const struct dc_results *results, FILE *out) {
    for (unsigned m = 0; m < results->metric_count; m++) {
        char name[64];
        dc_metric_name(m, results->labels, name, sizeof name);
        fputs("<th>", out);
        dc_svg_text(out, name);
        fputs("</th>", out);
    }
}

static void results_table(const struct dc_results *results, FILE *out) {
    fputs("<h2>All numbers</h2>\n<details><summary>Every cell and metric"
          "</summary>\n<table><tr><th>corpus</th><th class=\"name\">cell</th>"
          "<th class=\"name\">system</th><th>pages</th><th>failed</th>"
          "<th>CPU ms/page</th><th>pages/CPU s</th>",
          out);
    metric_heads(results, out);
    fputs("</tr>\n", out);
    for (size_t i = 0; i < results->row_count; i++) {
        const struct dc_result *row = &results->rows[i];
        fputs("<tr>", out);
        name_cell(out, results->suite->corpora[row->corpus].name);
        name_cell(out, row->cell);
        name_cell(out, results->suite->systems[row->system].name);
        fprintf(out, "<td>%zu</td><td>%zu</td>", row->pages, row->failed);
        if (row->seconds > 0)
            fprintf(out, "<td>%.3f</td><td>%.1f</td>", 1000 * row->seconds,
                    1 / row->seconds);
        else
            fputs("<td></td><td></td>", out);
        for (unsigned m = 0; m < results->metric_count; m++) {
            const struct dc_estimate *e = &row->metrics[m];
            if (e->pages)
                fprintf(out, "<td>%.3f <small>%.3f&ndash;%.3f</small></td>",
                        e->value, e->low, e->high);
            else
                fputs("<td></td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</table></details>\n", out);
}

static void spreads_table(const struct dc_results *results, FILE *out) {
    if (!results->spread_count)
        return;
    fputs("<h2>Over folds</h2>\n<table><tr><th>corpus</th>"
          "<th class=\"name\">metric</th><th>folds</th><th>mean</th>"
          "<th>s.d.</th><th>lowest</th><th>highest</th></tr>\n",
          out);
    for (size_t i = 0; i < results->spread_count; i++) {
        const struct dc_spread *s = &results->spreads[i];
        char name[64];
        if (!s->folds)
            continue;
        dc_metric_name(s->metric, results->labels, name, sizeof name);
        fputs("<tr>", out);
        name_cell(out, results->suite->corpora[s->corpus].name);
        name_cell(out, name);
        fprintf(out,
                "<td>%zu</td><td>%.3f</td><td>%.3f</td><td>%.3f</td>"
                "<td>%.3f</td></tr>\n",
                s->folds, s->mean, s->deviation, s->low, s->high);
    }
    fputs("</table>\n", out);
}

static void speed_table(const struct dc_speed *s, FILE *out) {
    double megabytes = (double)s->bytes / 1e6;
    fprintf(out,
            "<h2>Speed</h2>\n<p>%zu pages, %.1f MB, median of %u passes.</p>\n"
            "<table>\n<tr><td>CPU time a page, median</td><td>%.3f ms</td></tr>"
            "\n<tr><td>99th percentile</td><td>%.3f ms</td></tr>\n"
            "<tr><td>longest</td><td>%.3f ms</td></tr>\n"
            "<tr><td>throughput</td><td>%.1f MB/s, %.0f pages/s</td></tr>\n"
            "<tr><td>bare libxml2 SAX parse</td><td>%.1f MB/s</td></tr>\n"
            "<tr><td>filter / bare parse</td><td>%.2f</td></tr>\n"
            "<tr><td>peak memory (before the first pass)</td>"
            "<td>%.1f MB (%.1f MB)</td></tr>\n</table>\n",
            s->pages, megabytes, s->passes, 1e3 * s->median, 1e3 * s->p99,
            1e3 * s->max, megabytes / s->filter_cpu,
            (double)s->pages / s->filter_cpu, megabytes / s->parse_cpu,
            s->ratio, (double)s->rss_peak / 1e6, (double)s->rss_before / 1e6);
}

static void worst_table(const struct dc_report *report, FILE *out) {
    const struct dc_suite *suite = report->results->suite;
    fputs("<h2>Worst pages</h2>\n<table><tr><th>corpus</th>"
          "<th class=\"name\">id</th><th class=\"name\">type</th>"
          "<th>precision</th><th>recall</th><th>word F1</th></tr>\n",
          out);
    for (size_t i = 0; i < report->worst_count; i++) {
        size_t page = report->worst[i];
        const struct dc_gold *gold = suite->pages[page].gold;
        struct dc_prf prf = dc_score_prf(suite->systems[0].scores[page].words);
        fputs("<tr>", out);
        name_cell(out, dc_suite_corpus(suite, page));
        name_cell(out, gold->id);
        name_cell(out, gold->type ? gold->type : "");
        fprintf(out, "<td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>\n",
                prf.precision, prf.recall, prf.f1);
    }
    fputs("</table>\n", out);
}

/* -- The page ------------------------------------------------------------- */

static void body_put(const struct dc_report *report, struct dc_svg_row *rows,
                     FILE *out) {
    const struct dc_results *results = report->results;
    const struct dc_suite *suite = results->suite;
    plots_put(results, 0, true, "all", rows, out);
    cpu_plot(results, rows, out);
    fputs("</div>\n", out);
    for (size_t c = 0; c < suite->corpus_count; c++)
        corpus_put(results, c, rows, out);
}

bool dc_report_html(const struct dc_report *report, FILE *out) {
    const struct dc_results *results = report->results;
    struct dc_svg_row *rows = calloc(results->row_count + 1, sizeof *rows);
    char source[256];
    if (!rows)
        return false;
    dc_report_source(report, source, sizeof source);
    fputs(head, out);
    fprintf(out, "<h1>declutter %s</h1>\n<p>", declutter_version());
    dc_svg_text(out, source);
    fprintf(out, "; seed %llu.</p>\n", (unsigned long long)results->seed);
    legend_put(results->suite, out);
    fputs("<h2>Overview</h2>\n<div class=\"plots\">\n", out);
    body_put(report, rows, out);
    spreads_table(results, out);
    if (report->speed)
        speed_table(report->speed, out);
    if (report->worst_count)
        worst_table(report, out);
    results_table(results, out);
    fputs("</body>\n</html>\n", out);
    free(rows);
    return !ferror(out);
}
