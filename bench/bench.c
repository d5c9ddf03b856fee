/* bench.c: declutter-bench, how good and how fast the filter is.
 *
 * In: corpora of labelled pages, and a model, or folds to train on.  Out:
 * tables on standard output and, on demand, an HTML report, JSON and a TSV
 * file.  This file only puts the rooms in order: settings -> suite ->
 * (speed) -> systems scored -> results -> reports -> floors checked.  Speed
 * comes first, while the process has touched nothing but the pages, so that
 * the peak of its memory is the filter's.
 *
 * Exit status: 0 done; 1 a page failed, a metric was below its floor, or a
 * report could not be written; 2 usage, or the model or a corpus cannot be
 * used.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "report.h"
#include "settings.h"

struct bench {
    struct dc_settings settings;
    struct dc_progress progress;
    struct dc_suite suite;
    struct dc_results results;
    struct dc_speed speed;
    struct declutter_model *model; /* NULL: built in */
    size_t *worst;
    size_t worst_count;
    bool failed; /* exit with 1 */
};

static void complain(struct bench *bench, const char *message) {
    dc_progress_clear(&bench->progress);
    fprintf(stderr, "declutter-bench: %s\n", message);
}

/* -- Systems -------------------------------------------------------------- */

static enum declutter_status filter_score(struct bench *bench,
                                          const struct dc_evaluation *how,
                                          struct declutter_error *error) {
    const struct dc_settings *settings = &bench->settings;
    if (!dc_suite_add_system(&bench->suite, "declutter"))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    if (settings->folds)
        return dc_evaluate_folds(&bench->suite, how, settings, error);
    return dc_evaluate_filter(&bench->suite, how, bench->model, DC_NONE, error);
}

static enum declutter_status systems_score(struct bench *bench,
                                           struct declutter_error *error) {
    const struct dc_settings *settings = &bench->settings;
    struct dc_evaluation how = {settings->threads, &bench->progress,
                                settings->dump};
    enum declutter_status status = filter_score(bench, &how, error);
    for (size_t i = 0; !status && i < settings->peer_count; i++) {
        const struct dc_pair *peer = &settings->peers[i];
        status = peer->is_command
                     ? dc_evaluate_peer(&bench->suite, &how, peer->name,
                                        peer->value, error)
                     : dc_evaluate_predictions(&bench->suite, peer->name,
                                               peer->value, error);
    }
    return status;
}

/* Pages that failed: ours by name; a peer's as a number, since its failures
 * are its result, unless it never worked at all. */
static void failures_tell(struct bench *bench) {
    const struct dc_suite *suite = &bench->suite;
    for (size_t i = 0; i < suite->page_count; i++) {
        if (!suite->systems[0].failures[i])
            continue;
        fprintf(stderr, "declutter-bench: %s: %s\n", suite->pages[i].gold->path,
                suite->systems[0].failures[i]);
        bench->failed = true;
    }
    for (size_t s = 1; s < suite->system_count; s++) {
        const struct dc_system *system = &suite->systems[s];
        size_t failures = dc_system_failures(suite, system), first = 0;
        while (first < suite->page_count && !system->failures[first])
            first++;
        if (!failures)
            continue;
        fprintf(stderr,
                "declutter-bench: %s failed on %zu pages; first %s: %s\n",
                system->name, failures, suite->pages[first].gold->id,
                system->failures[first]);
        if (failures == suite->page_count)
            bench->failed = true;
    }
}

/* -- Floors --------------------------------------------------------------- */

/* Is the metric of this row measured, and is it high enough?  Compares what
 * is printed, four decimals, so that a floor copied from a table holds. */
static bool floor_check(struct bench *bench, const struct dc_floor *limit,
                        const struct dc_result *row) {
    const struct dc_results *results = &bench->results;
    for (unsigned m = 0; m < results->metric_count; m++) {
        char name[64];
        dc_metric_name(m, results->labels, name, sizeof name);
        if (strcmp(name, limit->metric) != 0 || !row->metrics[m].pages)
            continue;
        double value = row->metrics[m].value;
        if (value + 0.00005 < limit->number) {
            fprintf(stderr, "declutter-bench: %s: %s is %.4f, below %.4f\n",
                    bench->suite.corpora[row->corpus].name, name, value,
                    limit->number);
            bench->failed = true;
        }
        return true;
    }
    return false;
}

static void floors_check(struct bench *bench) {
    for (size_t i = 0; i < bench->settings.floor_count; i++) {
        const struct dc_floor *limit = &bench->settings.floors[i];
        bool measured = false;
        for (size_t c = 0; c < bench->suite.corpus_count; c++) {
            const struct dc_result *row =
                dc_results_find(&bench->results, 0, c, "all");
            if (row && (!limit->corpus ||
                        !strcmp(limit->corpus, bench->suite.corpora[c].name)))
                measured = floor_check(bench, limit, row) || measured;
        }
        if (measured)
            continue;
        fprintf(stderr, "declutter-bench: %s%s%s was not measured\n",
                limit->corpus ? limit->corpus : "", limit->corpus ? ":" : "",
                limit->metric);
        bench->failed = true;
    }
}

/* -- Reports -------------------------------------------------------------- */

static bool tsv_write(const struct dc_report *report, FILE *out) {
    dc_report_tsv(report, out);
    return true;
}

static void report_write(struct bench *bench, const struct dc_report *report,
                         bool (*write)(const struct dc_report *, FILE *),
                         const char *path) {
    if (!path)
        return;
    FILE *file = fopen(path, "wb");
    bool written = file && write(report, file) && !ferror(file);
    if (file && fclose(file))
        written = false;
    if (written)
        return;
    fprintf(stderr, "declutter-bench: %s: cannot write%s%s\n", path,
            file ? "" : ": ", file ? "" : strerror(errno));
    bench->failed = true;
}

static bool reports_write(struct bench *bench) {
    const struct dc_settings *settings = &bench->settings;
    size_t most = settings->worst < bench->suite.page_count
                      ? settings->worst
                      : bench->suite.page_count;
    bench->worst = calloc(most + 1, sizeof *bench->worst);
    if (!bench->worst ||
        !dc_results_make(&bench->suite, settings->seed, &bench->results))
        return false;
    bench->worst_count = dc_results_worst(&bench->suite, most, bench->worst);
    struct dc_report report = {
        &bench->results, settings->speed ? &bench->speed : NULL,
        settings->model, bench->worst, bench->worst_count};
    if (!settings->quiet)
        dc_report_tables(&report, stdout);
    report_write(bench, &report, tsv_write, settings->results);
    report_write(bench, &report, dc_report_json, settings->json);
    report_write(bench, &report, dc_report_html, settings->report);
    return true;
}

/* -- The run -------------------------------------------------------------- */

static enum declutter_status bench_prepare(struct bench *bench,
                                           struct declutter_error *error) {
    const struct dc_settings *settings = &bench->settings;
    enum declutter_status status = DECLUTTER_OK;
    struct declutter_error reason;
    if (settings->model &&
        declutter_model_load(settings->model, &bench->model, &reason))
        status = dc_fail(error, reason.status, reason.offset, "%s: %s",
                         settings->model, reason.message);
    if (!status)
        status = dc_suite_read(&bench->suite, settings, error);
    if (!status && settings->speed)
        status = dc_speed_measure(&bench->suite, bench->model, settings->repeat,
                                  &bench->progress, &bench->speed, error);
    return status;
}

static int bench_run(struct bench *bench) {
    struct declutter_error error = {DECLUTTER_OK, 0, ""};
    enum declutter_status status = bench_prepare(bench, &error);
    if (!status)
        status = systems_score(bench, &error);
    if (status) {
        complain(bench, error.message);
        return 2;
    }
    failures_tell(bench);
    if (!reports_write(bench)) {
        complain(bench, "out of memory");
        return 2;
    }
    floors_check(bench);
    return bench->failed;
}

static void bench_free(struct bench *bench) {
    free(bench->worst);
    dc_results_free(&bench->results);
    dc_suite_free(&bench->suite);
    declutter_model_free(bench->model);
    dc_settings_free(&bench->settings);
}

int main(int argc, char **argv) {
    struct bench bench;
    int exit_status = 2;
    memset(&bench, 0, sizeof bench);
    switch (dc_settings_read(argc, argv, &bench.settings)) {
    case DC_SETTINGS_RUN:
        dc_progress_init(&bench.progress, bench.settings.quiet);
        exit_status = bench_run(&bench);
        break;
    case DC_SETTINGS_DONE:
        exit_status = 0;
        break;
    case DC_SETTINGS_WRONG:
        break;
    }
    bench_free(&bench);
    if (fflush(stdout) || ferror(stdout)) {
        fputs("declutter-bench: cannot write standard output\n", stderr);
        return exit_status ? exit_status : 1;
    }
    return exit_status;
}
