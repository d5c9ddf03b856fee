/* rows.c: samples -> the rows that SVMs are trained and calibrated on.
 *
 * A few ten thousand blocks teach an SVM as much as all of them, if they are
 * drawn in proportion to what they weigh in the metric: pages equally, blocks
 * by their words.  They are drawn without replacement (Efraimidis and Spirakis
 * 2006: the largest u^(1/weight) win), so that the SVM itself needs no
 * weights.  Blocks that are half content teach nothing but confusion and are
 * left out; calibration sees them.
 *
 * Pages are read again for their rows: two milliseconds a page, against
 * gigabytes for the rows of all blocks.
 */
#include "rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "parallel.h"

/* Blocks with a share between these are neither. */
static const float DOUBT_LOW = 0.3f, DOUBT_HIGH = 0.7f;

/* A block that may be drawn, with its lot. */
struct lot {
    double key;
    struct dc_pick pick;
};

static int compare_lots(const void *a, const void *b) {
    const struct lot *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    if (x->pick.sample != y->pick.sample)
        return x->pick.sample < y->pick.sample ? -1 : 1;
    return x->pick.block < y->pick.block ? -1 : x->pick.block > y->pick.block;
}

/* Lots of all blocks of the training folds. */
static struct lot *make_lots(const struct dc_samples *samples,
                             uint32_t excluded, uint64_t *random,
                             size_t *count) {
    size_t total = 0, at = 0;
    for (size_t i = 0; i < samples->count; i++)
        total += samples->items[i].block_count;
    struct lot *lots = malloc((total + 1) * sizeof *lots);
    for (uint32_t i = 0; lots && i < samples->count; i++) {
        const struct dc_sample *sample = &samples->items[i];
        if (excluded >> sample->fold & 1)
            continue;
        for (uint32_t b = 0; b < sample->block_count; b++) {
            float weight = sample->weights[b];
            if (!dc_sample_knows(sample, b) || weight <= 0)
                continue;
            lots[at++] = (struct lot){
                log(dc_random_unit(random)) / weight,
                {i, b, 0, sample->content[b], weight, sample->labels[b]}};
        }
    }
    *count = at;
    return lots;
}

static void take(struct dc_rows *rows, const struct dc_pick *pick,
                 enum dc_purpose purpose) {
    rows->picks[rows->count] = *pick;
    rows->picks[rows->count++].purpose = purpose;
}

/* Copies the lots whose share of content is known; returns how many. */
static size_t copy_known(const struct lot *lots, size_t count,
                         struct lot *known) {
    size_t copied = 0;
    for (size_t i = 0; i < count; i++)
        if (lots[i].pick.target >= 0)
            known[copied++] = lots[i];
    return copied;
}

/* The first `wanted` clear blocks train, half of all at most; as many of the
 * others, evenly spread, calibrate. */
static void draw_content(struct dc_rows *rows, struct lot *lots, size_t count,
                         size_t wanted) {
    size_t taken = 0, rest = 0;
    wanted = wanted < (count + 1) / 2 ? wanted : (count + 1) / 2;
    qsort(lots, count, sizeof *lots, compare_lots);
    rows->first[DC_FIT_CONTENT] = rows->count;
    for (size_t i = 0; i < count; i++) {
        float target = lots[i].pick.target;
        bool clear = target < DOUBT_LOW || target > DOUBT_HIGH;
        if (clear && taken < wanted) {
            take(rows, &lots[i].pick, DC_FIT_CONTENT);
            taken++;
        } else {
            lots[rest++] = lots[i];
        }
    }
    rows->first[DC_CALIBRATE_CONTENT] = rows->count;
    size_t step = rest > wanted && wanted ? rest / wanted : 1;
    for (size_t i = step / 2; wanted && i < rest; i += step)
        take(rows, &lots[i].pick, DC_CALIBRATE_CONTENT);
    /* A small corpus may have no other blocks. */
    if (rows->count == rows->first[DC_CALIBRATE_CONTENT])
        for (size_t i = 0; i < taken; i++)
            take(rows, &rows->picks[rows->first[DC_FIT_CONTENT] + i],
                 DC_CALIBRATE_CONTENT);
}

/* Rows of each label, by the root of how many blocks it has, so that a rare
 * one (cookie notices) is not lost; two thirds of its blocks at most, the
 * others calibrate. */
static void draw_labels(struct dc_rows *rows, const struct dc_samples *samples,
                        const struct lot *lots, size_t count, size_t wanted) {
    double roots = 0;
    size_t of[DC_LABELS_MAX] = {0}, quota[DC_LABELS_MAX] = {0};
    for (size_t i = 0; i < count; i++)
        if (lots[i].pick.label != DC_NONE)
            of[lots[i].pick.label]++;
    for (uint32_t l = 0; l < samples->label_count; l++)
        roots += sqrt((double)of[l]);
    for (uint32_t l = 0; l < samples->label_count; l++) {
        quota[l] = (size_t)((double)wanted * sqrt((double)of[l]) /
                            (roots > 0 ? roots : 1));
        if (quota[l] > (of[l] * 2 + 2) / 3)
            quota[l] = (of[l] * 2 + 2) / 3;
    }
    size_t taken[DC_LABELS_MAX] = {0}, rest = 0;
    rows->first[DC_FIT_LABELS] = rows->count;
    for (size_t i = 0; i < count; i++) {
        uint32_t label = lots[i].pick.label;
        if (label != DC_NONE && taken[label]++ < quota[label])
            take(rows, &lots[i].pick, DC_FIT_LABELS);
    }
    memset(taken, 0, sizeof taken);
    for (uint32_t l = 0; l < samples->label_count; l++)
        rest += of[l] - quota[l];
    size_t step = rest > wanted && wanted ? rest / wanted : 1, seen = 0;
    rows->first[DC_CALIBRATE_LABELS] = rows->count;
    for (size_t i = 0; i < count; i++) {
        uint32_t label = lots[i].pick.label;
        if (label != DC_NONE && taken[label]++ >= quota[label] &&
            seen++ % step == 0)
            take(rows, &lots[i].pick, DC_CALIBRATE_LABELS);
    }
}

bool dc_rows_draw(const struct dc_samples *samples, uint32_t excluded,
                  uint64_t seed, size_t content, size_t labels,
                  struct dc_rows *rows) {
    size_t count = 0;
    uint64_t random = seed * 2 + 1;
    *rows = (struct dc_rows){0};
    struct lot *lots = make_lots(samples, excluded, &random, &count);
    struct lot *copy = malloc((count + 1) * sizeof *copy);
    rows->picks = malloc((count * 4 + 1) * sizeof *rows->picks);
    bool ok = lots && copy && rows->picks;
    if (ok) {
        draw_content(rows, copy, copy_known(lots, count, copy), content);
        qsort(lots, count, sizeof *lots, compare_lots);
        draw_labels(rows, samples, lots, labels ? count : 0, labels);
        rows->first[DC_PURPOSES] = rows->count;
    }
    free(lots);
    free(copy);
    return ok;
}

/* -- filling ------------------------------------------------------------ */

struct filling {
    const struct dc_samples *samples;
    const struct declutter_model *models;
    struct dc_rows *rows;
    size_t *order;  /* picks by sample */
    size_t *starts; /* one a sample, + 1: its part of the order */
    struct declutter_page **pages; /* one a worker */
    enum declutter_status *status;
    struct declutter_error *errors;
};

static void fill_task(void *context, size_t item, unsigned worker) {
    struct filling *work = context;
    const struct dc_sample *sample = &work->samples->items[item];
    size_t start = work->starts[item], end = work->starts[item + 1];
    if (start == end || work->status[worker] != DECLUTTER_OK)
        return;
    struct declutter_page *page = work->pages[worker];
    struct declutter_error *error = &work->errors[worker];
    work->status[worker] = dc_sample_read(sample, page, error);
    if (work->status[worker] != DECLUTTER_OK)
        return;
    const struct dc_features *features =
        dc_classify_features(&page->page, &work->models[sample->fold]);
    if (!features) {
        work->status[worker] =
            dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
        return;
    }
    for (size_t i = start; i < end; i++) {
        size_t pick = work->order[i];
        dc_features_row(features, work->rows->picks[pick].block,
                        work->rows->values + pick * DC_FEATURE_COUNT);
    }
}

/* Sorts the picks by sample, counting. */
static bool order_picks(struct filling *work) {
    const struct dc_rows *rows = work->rows;
    size_t samples = work->samples->count;
    work->order = malloc((rows->count + 1) * sizeof *work->order);
    work->starts = calloc(samples + 2, sizeof *work->starts);
    if (!work->order || !work->starts)
        return false;
    for (size_t i = 0; i < rows->count; i++)
        work->starts[rows->picks[i].sample + 2]++;
    for (size_t i = 2; i < samples + 2; i++)
        work->starts[i] += work->starts[i - 1];
    for (size_t i = 0; i < rows->count; i++)
        work->order[work->starts[rows->picks[i].sample + 1]++] = i;
    return true;
}

enum declutter_status dc_rows_fill(const struct dc_samples *samples,
                                   const struct declutter_model *models,
                                   unsigned threads, struct dc_rows *rows,
                                   struct declutter_error *error) {
    enum { THREADS_MAX = 64 };
    struct declutter_page *pages[THREADS_MAX] = {0};
    enum declutter_status status[THREADS_MAX] = {0};
    struct declutter_error *errors = calloc(THREADS_MAX, sizeof *errors);
    struct filling work = {samples, models, rows,   NULL,
                           NULL,    pages,  status, errors};
    threads = threads > THREADS_MAX ? THREADS_MAX : threads;
    rows->values = malloc((rows->count + 1) * DC_FEATURE_COUNT * sizeof(float));
    bool ok = errors && rows->values && order_picks(&work);
    for (unsigned i = 0; i < threads; i++)
        ok = (pages[i] = declutter_page_new()) != NULL && ok;
    enum declutter_status result =
        ok ? DECLUTTER_OK
           : dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    if (ok)
        dc_parallel_run(threads, samples->count, fill_task, &work);
    for (unsigned i = 0; i < threads; i++) {
        if (ok && status[i] != DECLUTTER_OK && result == DECLUTTER_OK) {
            result = status[i];
            if (error)
                *error = errors[i];
        }
        declutter_page_free(pages[i]);
    }
    free(errors);
    free(work.order);
    free(work.starts);
    return result;
}

void dc_rows_free(struct dc_rows *rows) {
    free(rows->picks);
    free(rows->values);
    *rows = (struct dc_rows){0};
}
