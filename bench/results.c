/* results.c: scores of pages -> the table of cells.
 *
 * In: a suite with its systems' scores.  Out: one row a corpus, cell and
 * system, in an order that depends on names alone.  Every cell draws its
 * bootstrap from the same seed, so that a row does not change because another
 * cell or peer was added, and two systems are resampled on the same draws.
 */
#include "results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

const unsigned dc_headline_metrics[DC_HEADLINES] = {
    DC_METRIC_WORD_F1, DC_METRIC_SHINGLE_F1, DC_METRIC_SNIPPET_F1,
    DC_METRIC_LABEL_MACRO_F1};

/* CELL_GOLD and CELL_GOLD_TYPE leave out the pages whose gold is empty. */
enum cell_kind {
    CELL_ALL,
    CELL_GOLD,
    CELL_TYPE,
    CELL_GOLD_TYPE,
    CELL_LANGUAGE,
    CELL_KINDS
};

struct cell {
    size_t corpus;
    enum cell_kind kind;
    const char *value;
};

static bool has_empty_gold(const struct dc_gold *gold) {
    const char *at = gold->content, *word;
    size_t length;
    return at && !dc_word_next(&at, at + strlen(at), &word, &length);
}

/* NULL: the page is in no cell of this kind. */
static const char *page_value(const struct dc_gold *gold, enum cell_kind kind) {
    bool typed = kind == CELL_TYPE || kind == CELL_GOLD_TYPE;
    const char *value = typed                   ? gold->type
                        : kind == CELL_LANGUAGE ? gold->lang
                                                : "";
    if ((kind == CELL_GOLD || kind == CELL_GOLD_TYPE) && has_empty_gold(gold))
        return NULL;
    return value ? value : "unknown";
}

static bool cell_holds(const struct cell *cell,
                       const struct dc_suite_page *page) {
    if (page->corpus != cell->corpus)
        return false;
    const char *value = page_value(page->gold, cell->kind);
    return value && !strcmp(value, cell->value);
}

static int cell_compare(const void *left, const void *right) {
    const struct cell *a = left, *b = right;
    if (a->corpus != b->corpus)
        return a->corpus < b->corpus ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(a->value, b->value);
}

/* The kinds of cells of a corpus: where no gold is empty, leaving out such
 * pages makes no difference. */
static bool corpus_has(const struct dc_suite *suite, size_t corpus,
                       enum cell_kind kind) {
    if (kind != CELL_GOLD && kind != CELL_GOLD_TYPE)
        return true;
    for (size_t i = 0; i < suite->page_count; i++)
        if (suite->pages[i].corpus == corpus &&
            has_empty_gold(suite->pages[i].gold))
            return true;
    return false;
}

/* All cells with at least one page, sorted. */
static struct cell *cells_make(const struct dc_suite *suite, size_t *count) {
    struct cell *cells = calloc(CELL_KINDS * suite->page_count, sizeof *cells);
    size_t found = 0, kept = 0;
    bool *has = calloc(CELL_KINDS * suite->corpus_count, sizeof *has);
    if (!cells || !has) {
        free(cells);
        free(has);
        return NULL;
    }
    for (size_t i = 0; i < CELL_KINDS * suite->corpus_count; i++)
        has[i] =
            corpus_has(suite, i / CELL_KINDS, (enum cell_kind)(i % CELL_KINDS));
    for (size_t i = 0; i < CELL_KINDS * suite->page_count; i++) {
        const struct dc_suite_page *page = &suite->pages[i / CELL_KINDS];
        enum cell_kind kind = (enum cell_kind)(i % CELL_KINDS);
        const char *value = page_value(page->gold, kind);
        if (value && has[page->corpus * CELL_KINDS + kind])
            cells[found++] = (struct cell){page->corpus, kind, value};
    }
    free(has);
    if (found)
        qsort(cells, found, sizeof *cells, cell_compare);
    for (size_t i = 0; i < found; i++)
        if (!kept || cell_compare(&cells[kept - 1], &cells[i]))
            cells[kept++] = cells[i];
    *count = kept;
    return cells;
}

static void cell_name(const struct cell *cell, char *out) {
    static const char *const kinds[CELL_KINDS] = {"all", "gold",
                                                  "type:", "gold:", "lang:"};
    snprintf(out, DC_CELL_NAME_MAX, "%s%.40s", kinds[cell->kind], cell->value);
    out[dc_utf8_valid(out, strlen(out))] = '\0'; /* cut between characters */
}

/* `chosen` has room for every page of the suite. */
static bool row_make(const struct dc_results *results, const struct cell *cell,
                     size_t system, const struct dc_score_page **chosen,
                     struct dc_result *row) {
    const struct dc_suite *suite = results->suite;
    const struct dc_system *scores = &suite->systems[system];
    double seconds = 0;
    memset(row, 0, sizeof *row);
    row->system = system;
    row->corpus = cell->corpus;
    cell_name(cell, row->cell);
    for (size_t i = 0; i < suite->page_count; i++) {
        if (!cell_holds(cell, &suite->pages[i]))
            continue;
        chosen[row->pages++] = &scores->scores[i];
        row->failed += scores->failures[i] != NULL;
        seconds += scores->seconds[i];
    }
    if (scores->timed && row->pages)
        row->seconds = seconds / (double)row->pages;
    return dc_score_estimate(chosen, row->pages, suite->label_count,
                             results->seed, DC_BOOTSTRAP_RESAMPLES,
                             row->metrics);
}

/* A peer has no row where only labels are known: it gives none. */
static bool row_is_empty(const struct dc_result *row) {
    for (size_t m = 0; m < DC_METRICS_MAX; m++)
        if (row->metrics[m].pages)
            return false;
    return row->system > 0;
}

static bool cell_rows_make(struct dc_results *results, const struct cell *cell,
                           const struct dc_score_page **chosen) {
    const struct dc_suite *suite = results->suite;
    for (size_t s = 0; s < suite->system_count; s++) {
        struct dc_result *row = &results->rows[results->row_count];
        if (!suite->systems[s].covers[cell->corpus])
            continue;
        if (!row_make(results, cell, s, chosen, row))
            return false;
        results->row_count += !row_is_empty(row);
    }
    return true;
}

static bool rows_make(struct dc_results *results,
                      const struct dc_score_page **chosen) {
    const struct dc_suite *suite = results->suite;
    size_t count = 0;
    bool done = true;
    struct cell *cells = cells_make(suite, &count);
    if (!cells)
        return false;
    /* One more: a suite may have no cell. */
    results->rows =
        calloc(count * suite->system_count + 1, sizeof *results->rows);
    done = results->rows != NULL;
    for (size_t c = 0; done && c < count; c++)
        done = cell_rows_make(results, &cells[c], chosen);
    free(cells);
    return done;
}

/* -- Spread over folds ---------------------------------------------------- */

static void spread_add(struct dc_spread *spread,
                       const struct dc_estimate *estimate, double *squares) {
    if (!estimate->pages)
        return;
    double value = estimate->value;
    spread->low = spread->folds ? fmin(spread->low, value) : value;
    spread->high = spread->folds ? fmax(spread->high, value) : value;
    double delta = value - spread->mean;
    spread->mean += delta / (double)++spread->folds;
    *squares += delta * (value - spread->mean);
}

/* Spreads of one corpus: every fold's pages summed up by themselves. */
static bool corpus_spreads(struct dc_results *results, size_t corpus,
                           const struct dc_score_page **chosen) {
    const struct dc_suite *suite = results->suite;
    struct dc_spread *spreads = results->spreads + corpus * DC_HEADLINES;
    double squares[DC_HEADLINES] = {0};
    struct dc_estimate estimates[DC_METRICS_MAX];
    for (uint32_t fold = 0; fold < suite->folds; fold++) {
        size_t count = 0;
        for (size_t i = 0; i < suite->page_count; i++)
            if (suite->pages[i].corpus == corpus &&
                suite->pages[i].fold == fold)
                chosen[count++] = &suite->systems[0].scores[i];
        if (!dc_score_estimate(chosen, count, suite->label_count, 0, 0,
                               estimates))
            return false;
        for (size_t m = 0; m < DC_HEADLINES; m++)
            spread_add(&spreads[m], &estimates[dc_headline_metrics[m]],
                       &squares[m]);
    }
    for (size_t m = 0; m < DC_HEADLINES; m++) {
        spreads[m].corpus = corpus;
        spreads[m].metric = dc_headline_metrics[m];
        if (spreads[m].folds > 1)
            spreads[m].deviation =
                sqrt(squares[m] / (double)(spreads[m].folds - 1));
    }
    return true;
}

static bool spreads_make(struct dc_results *results,
                         const struct dc_score_page **chosen) {
    const struct dc_suite *suite = results->suite;
    if (!suite->folds)
        return true;
    results->spread_count = suite->corpus_count * DC_HEADLINES;
    results->spreads = calloc(results->spread_count, sizeof *results->spreads);
    bool done = results->spreads != NULL;
    for (size_t c = 0; done && c < suite->corpus_count; c++)
        done = corpus_spreads(results, c, chosen);
    return done;
}

/* -- The table ------------------------------------------------------------ */

bool dc_results_make(const struct dc_suite *suite, uint64_t seed,
                     struct dc_results *results) {
    memset(results, 0, sizeof *results);
    results->suite = suite;
    results->seed = seed;
    results->metric_count = DC_METRIC_LABELS + 3 * (unsigned)suite->label_count;
    for (size_t i = 0; i < suite->label_count; i++)
        results->labels[i] = suite->labels[i];
    const struct dc_score_page **chosen =
        calloc(suite->page_count, sizeof *chosen);
    bool done =
        chosen && rows_make(results, chosen) && spreads_make(results, chosen);
    free(chosen);
    return done;
}

void dc_results_free(struct dc_results *results) {
    free(results->rows);
    free(results->spreads);
    memset(results, 0, sizeof *results);
}

const struct dc_result *dc_results_find(const struct dc_results *results,
                                        size_t system, size_t corpus,
                                        const char *cell) {
    for (size_t i = 0; i < results->row_count; i++) {
        const struct dc_result *row = &results->rows[i];
        if (row->system == system && row->corpus == corpus &&
            !strcmp(row->cell, cell))
            return row;
    }
    return NULL;
}

static double page_f1(const struct dc_suite *suite, size_t page) {
    return dc_score_prf(suite->systems[0].scores[page].words).f1;
}

size_t dc_results_worst(const struct dc_suite *suite, size_t count,
                        size_t *worst) {
    size_t kept = 0;
    for (size_t i = 0; count && i < suite->page_count; i++) {
        if (!suite->systems[0].scores[i].has_text)
            continue;
        double f1 = page_f1(suite, i);
        size_t at = kept;
        if (kept == count && f1 >= page_f1(suite, worst[kept - 1]))
            continue;
        if (kept < count)
            kept++;
        else
            at--;
        for (; at > 0 && f1 < page_f1(suite, worst[at - 1]); at--)
            worst[at] = worst[at - 1];
        worst[at] = i;
    }
    return kept;
}
