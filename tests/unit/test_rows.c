/* test_rows.c: which blocks the SVMs are trained on.
 *
 * Samples are made of bare targets: pages that know only how much of a block
 * is content, pages that know its label too, pages whose labels teach and
 * whose main text does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rows.h"

enum { BLOCKS = 40, LABELS = 3, WANTED = 30 };

/* Half of the blocks of a page are content, as far as it is known. */
struct targets {
    float content[BLOCKS], weights[BLOCKS];
    uint32_t labels[BLOCKS];
};

static struct dc_sample sample_make(struct targets *targets, bool content,
                                    bool labels) {
    for (uint32_t b = 0; b < BLOCKS; b++) {
        uint32_t label = b % 2 ? 0 : 1 + b / 2 % (LABELS - 1);
        targets->content[b] = content ? (float)(label == 0) : -1;
        targets->labels[b] = labels ? label : DC_NONE;
        targets->weights[b] = 1;
    }
    return (struct dc_sample){.block_count = BLOCKS,
                              .content = targets->content,
                              .labels = targets->labels,
                              .weights = targets->weights};
}

/* How many picks of a purpose are of one sample. */
static size_t count_of(const struct dc_rows *rows, enum dc_purpose purpose,
                       uint32_t sample) {
    size_t count = 0;
    for (size_t i = rows->first[purpose]; i < rows->first[purpose + 1]; i++)
        count += rows->picks[i].sample == sample;
    return count;
}

static void test_what_is_drawn(void **state) {
    enum { GOLD, LABELLED, LABELS_ONLY, UNKNOWN, SAMPLES };
    static struct targets targets[SAMPLES];
    struct dc_sample items[SAMPLES];
    struct dc_samples samples = {
        .items = items, .count = SAMPLES, .folds = 1, .label_count = LABELS};
    struct dc_rows rows;
    (void)state;
    for (int i = 0; i < SAMPLES; i++)
        items[i] = sample_make(&targets[i], i == GOLD || i == LABELLED,
                               i == LABELLED || i == LABELS_ONLY);
    assert_true(dc_rows_draw(&samples, 0, 1, WANTED, WANTED, &rows));
    size_t content = rows.first[DC_CALIBRATE_CONTENT];
    assert_int_equal(content, WANTED);
    assert_true(count_of(&rows, DC_FIT_CONTENT, GOLD) > 0);
    assert_true(count_of(&rows, DC_FIT_CONTENT, LABELLED) > 0);
    assert_true(count_of(&rows, DC_FIT_LABELS, LABELLED) > 0);
    assert_true(count_of(&rows, DC_FIT_LABELS, LABELS_ONLY) > 0);
    assert_true(count_of(&rows, DC_CALIBRATE_LABELS, LABELS_ONLY) > 0);
    for (int purpose = 0; purpose < DC_PURPOSES; purpose++)
        assert_int_equal(count_of(&rows, (enum dc_purpose)purpose, UNKNOWN), 0);
    for (size_t i = 0; i < rows.first[DC_FIT_LABELS]; i++) {
        assert_int_not_equal(rows.picks[i].sample, LABELS_ONLY);
        assert_true(rows.picks[i].target >= 0);
    }
    for (size_t i = rows.first[DC_FIT_LABELS]; i < rows.count; i++)
        assert_true(rows.picks[i].label < LABELS);
    dc_rows_free(&rows);
}

/* The same seed draws the same blocks, and none of a fold left out. */
static void test_folds(void **state) {
    enum { SAMPLES = 3 };
    static struct targets targets[SAMPLES];
    struct dc_sample items[SAMPLES];
    struct dc_samples samples = {.items = items,
                                 .count = SAMPLES,
                                 .folds = SAMPLES,
                                 .label_count = LABELS};
    struct dc_rows rows, again;
    (void)state;
    for (unsigned i = 0; i < SAMPLES; i++) {
        items[i] = sample_make(&targets[i], true, true);
        items[i].fold = i;
    }
    assert_true(dc_rows_draw(&samples, 1u << 1, 7, WANTED, WANTED, &rows));
    assert_true(dc_rows_draw(&samples, 1u << 1, 7, WANTED, WANTED, &again));
    assert_true(rows.count > WANTED);
    assert_int_equal(rows.count, again.count);
    for (size_t i = 0; i < rows.count; i++) {
        assert_int_not_equal(rows.picks[i].sample, 1);
        assert_int_equal(rows.picks[i].sample, again.picks[i].sample);
        assert_int_equal(rows.picks[i].block, again.picks[i].block);
    }
    dc_rows_free(&rows);
    dc_rows_free(&again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_drawn),
        cmocka_unit_test(test_folds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
