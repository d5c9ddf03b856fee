/* report_json.c: the results for programs, one JSON object.
 *
 * In: the table of results.  Out: the facts of the run, every measured metric
 * of every row with its interval, the confusion of labels, the spread over
 * folds, the speed, and the counts of every page, from which all the rest can
 * be computed again (or two runs compared page by page).  Errors are checked
 * once: jansson's setters accept and refuse a NULL value, so a failed
 * allocation anywhere reaches the end as `failed`.
 */
#include "report.h"

#include <jansson.h>
#include <string.h>

struct builder {
    const struct dc_results *results;
    bool failed;
};

static void set(struct builder *b, json_t *object, const char *key,
                json_t *value) {
    if (json_object_set_new(object, key, value))
        b->failed = true;
}

static void append(struct builder *b, json_t *array, json_t *value) {
    if (json_array_append_new(array, value))
        b->failed = true;
}

static json_t *text(const char *string) {
    return string ? json_string(string) : json_null();
}

static json_t *integer(size_t number) {
    return json_integer((json_int_t)number);
}

static json_t *estimate_json(struct builder *b, const struct dc_estimate *e) {
    json_t *object = json_object();
    set(b, object, "value", json_real(e->value));
    set(b, object, "low", json_real(e->low));
    set(b, object, "high", json_real(e->high));
    set(b, object, "pages", integer(e->pages));
    return object;
}

static json_t *row_json(struct builder *b, const struct dc_result *row) {
    const struct dc_suite *suite = b->results->suite;
    json_t *object = json_object(), *metrics = json_object();
    set(b, object, "corpus", text(suite->corpora[row->corpus].name));
    set(b, object, "cell", text(row->cell));
    set(b, object, "system", text(suite->systems[row->system].name));
    set(b, object, "pages", integer(row->pages));
    set(b, object, "failed", integer(row->failed));
    set(b, object, "cpu_seconds_per_page",
        row->seconds > 0 ? json_real(row->seconds) : json_null());
    set(b, object, "pages_per_cpu_second",
        row->seconds > 0 ? json_real(1 / row->seconds) : json_null());
    for (unsigned m = 0; m < b->results->metric_count; m++) {
        char name[64];
        if (!row->metrics[m].pages)
            continue;
        dc_metric_name(m, b->results->labels, name, sizeof name);
        set(b, metrics, name, estimate_json(b, &row->metrics[m]));
    }
    set(b, object, "metrics", metrics);
    return object;
}

static json_t *rows_json(struct builder *b) {
    json_t *array = json_array();
    for (size_t i = 0; i < b->results->row_count; i++)
        append(b, array, row_json(b, &b->results->rows[i]));
    return array;
}

static json_t *spreads_json(struct builder *b) {
    json_t *array = json_array();
    for (size_t i = 0; i < b->results->spread_count; i++) {
        const struct dc_spread *s = &b->results->spreads[i];
        json_t *object = json_object();
        char name[64];
        dc_metric_name(s->metric, b->results->labels, name, sizeof name);
        set(b, object, "corpus",
            text(b->results->suite->corpora[s->corpus].name));
        set(b, object, "metric", text(name));
        set(b, object, "folds", integer(s->folds));
        set(b, object, "mean", json_real(s->mean));
        set(b, object, "deviation", json_real(s->deviation));
        set(b, object, "low", json_real(s->low));
        set(b, object, "high", json_real(s->high));
        append(b, array, object);
    }
    return array;
}

static json_t *speed_json(struct builder *b, const struct dc_speed *speed) {
    if (!speed)
        return json_null();
    json_t *object = json_object();
    set(b, object, "pages", integer(speed->pages));
    set(b, object, "bytes", integer(speed->bytes));
    set(b, object, "passes", integer(speed->passes));
    set(b, object, "median_seconds", json_real(speed->median));
    set(b, object, "p99_seconds", json_real(speed->p99));
    set(b, object, "max_seconds", json_real(speed->max));
    set(b, object, "filter_cpu_seconds", json_real(speed->filter_cpu));
    set(b, object, "filter_wall_seconds", json_real(speed->filter_wall));
    set(b, object, "bare_parse_cpu_seconds", json_real(speed->parse_cpu));
    set(b, object, "ratio_to_bare_parse", json_real(speed->ratio));
    set(b, object, "peak_rss_before_bytes", integer(speed->rss_before));
    set(b, object, "peak_rss_bytes", integer(speed->rss_peak));
    return object;
}

static json_t *counts_json(struct builder *b, const struct dc_counts *counts) {
    json_t *array = json_array();
    append(b, array, integer(counts->tp));
    append(b, array, integer(counts->fp));
    append(b, array, integer(counts->fn));
    return array;
}

static json_t *confusion_json(struct builder *b,
                              const struct dc_score_page *score) {
    size_t labels = b->results->suite->label_count;
    json_t *array = json_array();
    for (size_t gold = 0; gold < labels; gold++) {
        json_t *row = json_array();
        for (size_t given = 0; given < labels; given++)
            append(b, row, integer(score->confusion[gold][given]));
        append(b, array, row);
    }
    return array;
}

/* Counts are [true positives, false positives, false negatives]. */
static json_t *page_json(struct builder *b, size_t system, size_t page) {
    const struct dc_suite *suite = b->results->suite;
    const struct dc_system *scores = &suite->systems[system];
    const struct dc_score_page *score = &scores->scores[page];
    const struct dc_gold *gold = suite->pages[page].gold;
    json_t *object = json_object();
    set(b, object, "corpus", text(dc_suite_corpus(suite, page)));
    set(b, object, "id", text(gold->id));
    set(b, object, "type", text(gold->type));
    set(b, object, "lang", text(gold->lang));
    set(b, object, "system", text(scores->name));
    set(b, object, "failure", text(scores->failures[page]));
    if (score->has_text) {
        set(b, object, "words", counts_json(b, &score->words));
        set(b, object, "shingles", counts_json(b, &score->shingles));
        set(b, object, "word_f1", json_real(dc_score_prf(score->words).f1));
    }
    if (score->has_snippets)
        set(b, object, "snippets", counts_json(b, &score->snippets));
    if (score->has_labels)
        set(b, object, "confusion", confusion_json(b, score));
    if (scores->timed)
        set(b, object, "cpu_seconds", json_real(scores->seconds[page]));
    return object;
}

static json_t *pages_json(struct builder *b) {
    const struct dc_suite *suite = b->results->suite;
    json_t *array = json_array();
    for (size_t i = 0; i < suite->page_count; i++)
        for (size_t s = 0; s < suite->system_count; s++)
            if (suite->systems[s].covers[suite->pages[i].corpus])
                append(b, array, page_json(b, s, i));
    return array;
}

static json_t *labels_json(struct builder *b) {
    json_t *array = json_array();
    for (size_t i = 0; i < b->results->suite->label_count; i++)
        append(b, array, text(b->results->labels[i]));
    return array;
}

bool dc_report_json(const struct dc_report *report, FILE *out) {
    struct builder b = {report->results, false};
    json_t *object = json_object();
    char source[256];
    dc_report_source(report, source, sizeof source);
    set(&b, object, "version", text(declutter_version()));
    set(&b, object, "model", text(source));
    set(&b, object, "folds", integer(b.results->suite->folds));
    set(&b, object, "seed", integer((size_t)b.results->seed));
    set(&b, object, "labels", labels_json(&b));
    set(&b, object, "results", rows_json(&b));
    set(&b, object, "spread", spreads_json(&b));
    set(&b, object, "speed", speed_json(&b, report->speed));
    set(&b, object, "pages", pages_json(&b));
    bool done =
        !b.failed &&
        !json_dumpf(object, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) &&
        fputc('\n', out) != EOF;
    json_decref(object);
    return done;
}
