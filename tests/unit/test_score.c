/* test_score.c: the metrics, on texts small enough to count by hand.
 *
 * In: gold and output written here.  Checked: the counts of every metric, its
 * corner cases (nothing wanted, nothing printed, no gold), how pages are
 * averaged or pooled, and that intervals hold the value, repeat with their
 * seed and shrink with more pages.  The expected numbers come from Python's
 * re and collections.Counter, or are fractions that can be checked by eye.
 * Then files of predictions: which lines are taken, and whose time counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evaluate.h"
#include "results.h"
#include "score.h"

static struct dc_score_page score_of(const char *content, const char *text) {
    struct dc_gold gold;
    struct dc_score_page score;
    memset(&gold, 0, sizeof gold);
    gold.content = content;
    assert_true(dc_score_text(&gold, text, strlen(text), &score));
    return score;
}

static void assert_counts(struct dc_counts counts, uint32_t tp, uint32_t fp,
                          uint32_t fn) {
    assert_int_equal(counts.tp, tp);
    assert_int_equal(counts.fp, fp);
    assert_int_equal(counts.fn, fn);
}

static void assert_near(double value, double expected) {
    assert_float_equal(value, expected, 1e-9);
}

static struct dc_estimate estimate_of(const struct dc_score_page *scores,
                                      size_t count, unsigned metric) {
    const struct dc_score_page *pages[64];
    struct dc_estimate estimates[DC_METRICS_MAX];
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++)
        pages[i] = &scores[i];
    assert_true(dc_score_estimate(pages, count, 2, 1, 200, estimates));
    return estimates[metric];
}

/* -- Words ---------------------------------------------------------------- */

static void words_are_a_bag_without_case(void **state) {
    (void)state;
    struct dc_score_page score =
        score_of("The cat and the hat_1, 42!", "THE the the CAT? dog");
    /* gold the*2 cat and hat_1 42; output the*3 cat dog */
    assert_true(score.has_text);
    assert_counts(score.words, 3, 2, 3);
}

static void words_of_other_scripts(void **state) {
    (void)state;
    /* Greek and Cyrillic fold case; an apostrophe cuts; é is a letter. */
    assert_counts(
        score_of("ΑΘΗΝΑ Москва café l'été", "αθηνα москва CAFÉ").words, 3, 0,
        2);
    /* Each Han character is a word, in any order; digits stay together. */
    assert_counts(score_of("中文文本2024", "本文中 2024").words, 4, 0, 1);
}

static void nothing_wanted_or_nothing_printed(void **state) {
    (void)state;
    assert_near(dc_score_prf(score_of("", " \n ").words).f1, 1);
    assert_near(dc_score_prf(score_of("", "spam").words).f1, 0);
    assert_near(dc_score_prf(score_of("spam", "").words).f1, 0);
    assert_near(dc_score_prf(score_of("spam", "spam").words).f1, 1);
}

static void page_without_gold_is_not_scored(void **state) {
    (void)state;
    struct dc_score_page score = score_of(NULL, "some text");
    assert_false(score.has_text);
    assert_false(score.has_snippets);
    assert_false(score.has_labels);
    assert_int_equal(estimate_of(&score, 1, DC_METRIC_WORD_F1).pages, 0);
}

static void word_f1_is_a_mean_over_pages(void **state) {
    (void)state;
    const struct dc_score_page scores[3] = {
        score_of("a b c d", "a b c d"), /* 1 */
        score_of("a b", "a x y z"),     /* precision 1/4, recall 1/2: 1/3 */
        score_of(NULL, "not counted")};
    struct dc_estimate f1 = estimate_of(scores, 3, DC_METRIC_WORD_F1);
    assert_near(f1.value, (1 + 1.0 / 3) / 2);
    assert_int_equal(f1.pages, 2);
    assert_near(estimate_of(scores, 3, DC_METRIC_WORD_PRECISION).value,
                (1 + 0.25) / 2);
    assert_near(estimate_of(scores, 3, DC_METRIC_WORD_RECALL).value,
                (1 + 0.5) / 2);
}

/* -- Shingles ------------------------------------------------------------- */

static void shingles_are_four_words_as_written(void **state) {
    (void)state;
    assert_counts(score_of("a b c d e", "a b c d x").shingles, 1, 1, 1);
    assert_counts(score_of("a b c d", "A b c d").shingles, 0, 1, 1);
    /* a b a b | b a b a | a b a b | b a b a against one of each */
    assert_counts(score_of("a b a b a b a", "a b a b a").shingles, 2, 0, 2);
    assert_counts(score_of("a b c d", "d c b a").shingles, 0, 1, 1);
}

static void short_text_is_one_shingle(void **state) {
    (void)state;
    assert_counts(score_of("a b", "a b").shingles, 1, 0, 0);
    assert_counts(score_of("a b c", "a b").shingles, 0, 1, 1);
    assert_counts(score_of("a b c d", "").shingles, 0, 0, 1);
    assert_counts(score_of("", "").shingles, 0, 0, 0);
}

static void shingle_f1_is_that_of_mean_precision_and_recall(void **state) {
    (void)state;
    const struct dc_score_page scores[3] = {
        score_of("a b c d e", "a b c d x y"), /* 1/3 and 1/2 */
        score_of("a b c d", ""),              /* recall 0, no precision */
        score_of("", "a b c d")};             /* precision 0, no recall */
    double precision = (1.0 / 3 + 0) / 2, recall = (0.5 + 0) / 2;
    assert_near(estimate_of(scores, 3, DC_METRIC_SHINGLE_PRECISION).value,
                precision);
    assert_near(estimate_of(scores, 3, DC_METRIC_SHINGLE_RECALL).value, recall);
    assert_near(estimate_of(scores, 3, DC_METRIC_SHINGLE_F1).value,
                2 * precision * recall / (precision + recall));
}

/* -- Snippets ------------------------------------------------------------- */

static struct dc_score_page snippet_score(const char *text, size_t length) {
    const char *with[] = {"\nOne  two", "three\nfour", " ", "missing"};
    const char *without[] = {"menu", "one two"};
    struct dc_gold gold;
    struct dc_score_page score;
    memset(&gold, 0, sizeof gold);
    gold.with = with;
    gold.with_count = 4;
    gold.without = without;
    gold.without_count = 2;
    assert_true(dc_score_text(&gold, text, length, &score));
    return score;
}

static void snippets_ignore_white_space_only(void **state) {
    (void)state;
    const char text[] = " One\ttwo\xc2\xa0three \0 four menubar";
    struct dc_score_page score = snippet_score(text, sizeof text - 1);
    assert_true(score.has_snippets);
    assert_false(score.has_text);
    /* "One two" and "three four" are there, "menu" too; "one two" is not:
     * case counts.  The blank snippet is none. */
    assert_counts(score.snippets, 2, 1, 1);
    assert_int_equal(score.snippets_tn, 1);
}

static void snippet_f1_is_pooled(void **state) {
    (void)state;
    const struct dc_score_page scores[2] = {
        snippet_score("One two three four", 18), /* 2 tp, 1 fn */
        snippet_score("menu One two", 12)};      /* 1 tp, 1 fp, 2 fn */
    double precision = 3.0 / 4, recall = 3.0 / 6;
    assert_near(estimate_of(scores, 2, DC_METRIC_SNIPPET_PRECISION).value,
                precision);
    assert_near(estimate_of(scores, 2, DC_METRIC_SNIPPET_RECALL).value, recall);
    assert_near(estimate_of(scores, 2, DC_METRIC_SNIPPET_F1).value,
                2 * precision * recall / (precision + recall));
}

/* -- Labels --------------------------------------------------------------- */

static void labels_weigh_words(void **state) {
    (void)state;
    const struct declutter_block blocks[] = {{.label = 0, .words = 10},
                                             {.label = 1, .words = 4},
                                             {.label = 0, .words = 6},
                                             {.label = 1, .words = 100}};
    const uint32_t gold[] = {0, 1, 1, DC_NONE};
    struct dc_score_page score;
    memset(&score, 0, sizeof score);
    dc_score_confusion(gold, blocks, 4, &score);
    assert_true(score.has_labels);
    double content = 2 * 10.0 / (10 + 16), other = 2 * 4.0 / (10 + 4);
    assert_near(estimate_of(&score, 1, DC_METRIC_LABELS).value, 10.0 / 16);
    assert_near(estimate_of(&score, 1, DC_METRIC_LABELS + 1).value, 1);
    assert_near(estimate_of(&score, 1, DC_METRIC_LABELS + 5).value, other);
    assert_near(estimate_of(&score, 1, DC_METRIC_LABEL_MACRO_F1).value,
                (content + other) / 2);
}

static void labels_absent_from_gold_are_not_averaged(void **state) {
    (void)state;
    const struct declutter_block blocks[] = {{.label = 0, .words = 3},
                                             {.label = 1, .words = 1}};
    const uint32_t gold[] = {0, 0}, none[] = {DC_NONE, DC_NONE};
    struct dc_score_page score;
    memset(&score, 0, sizeof score);
    dc_score_confusion(none, blocks, 2, &score);
    assert_false(score.has_labels);
    dc_score_confusion(gold, blocks, 2, &score);
    assert_near(estimate_of(&score, 1, DC_METRIC_LABEL_MACRO_F1).value,
                6.0 / 7);
    assert_int_equal(estimate_of(&score, 1, DC_METRIC_LABELS + 5).pages, 0);
}

/* -- Intervals ------------------------------------------------------------ */

/* Half the pages perfect, half worthless. */
static struct dc_estimate coin_estimate(size_t count, uint64_t seed) {
    struct dc_score_page scores[64];
    const struct dc_score_page *pages[64];
    struct dc_estimate estimates[DC_METRICS_MAX];
    for (size_t i = 0; i < count; i++) {
        scores[i] = score_of("a", i % 2 ? "a" : "b");
        pages[i] = &scores[i];
    }
    assert_true(dc_score_estimate(pages, count, 2, seed, 1000, estimates));
    return estimates[DC_METRIC_WORD_F1];
}

static void intervals_hold_repeat_and_shrink(void **state) {
    (void)state;
    struct dc_estimate few = coin_estimate(8, 1), many = coin_estimate(64, 1);
    struct dc_estimate again = coin_estimate(64, 1);
    assert_near(many.value, 0.5);
    assert_true(many.low < 0.5 && many.high > 0.5);
    assert_true(many.high - many.low < few.high - few.low);
    assert_near(again.low, many.low);
    assert_near(again.high, many.high);
    /* 1.96 standard errors of 64 tosses are 0.1225 to each side. */
    assert_float_equal(many.low, 0.3775, 0.025);
    assert_float_equal(many.high, 0.6225, 0.025);
}

static void interval_of_equal_pages_is_a_point(void **state) {
    (void)state;
    const struct dc_score_page scores[2] = {score_of("a", "a"),
                                            score_of("b", "b")};
    struct dc_estimate f1 = estimate_of(scores, 2, DC_METRIC_WORD_F1);
    assert_near(f1.low, 1);
    assert_near(f1.high, 1);
    assert_int_equal(estimate_of(scores, 0, DC_METRIC_WORD_F1).pages, 0);
}

static void metrics_have_names(void **state) {
    const char *const labels[] = {"content", "promo"};
    char name[64];
    (void)state;
    dc_metric_name(DC_METRIC_SHINGLE_F1, labels, name, sizeof name);
    assert_string_equal(name, "shingle_f1");
    dc_metric_name(DC_METRIC_LABELS + 4, labels, name, sizeof name);
    assert_string_equal(name, "label_promo_recall");
}

/* -- Predictions ---------------------------------------------------------- */

static void file_write(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Scores a file of predictions on a corpus of two pages, a and b. */
static enum declutter_status predict(const char *lines, struct dc_suite *suite,
                                     struct declutter_error *error) {
    char folder[] = "/tmp/declutter-score-XXXXXX";
    char manifest[64], predictions[64];
    const char *corpus = folder;
    assert_non_null(mkdtemp(folder));
    snprintf(manifest, sizeof manifest, "%s/manifest.jsonl", folder);
    snprintf(predictions, sizeof predictions, "%s/predictions", folder);
    file_write(manifest,
               "{\"id\":\"a\",\"html\":\"a\",\"content\":\"one two\"}\n"
               "{\"id\":\"b\",\"html\":\"b\",\"content\":\"three\"}\n");
    file_write(predictions, lines);
    const struct dc_settings settings = {.corpora = &corpus, .corpus_count = 1};
    enum declutter_status status = dc_suite_read(suite, &settings, error);
    assert_int_equal(status, DECLUTTER_OK);
    status = dc_evaluate_predictions(suite, "other", predictions, error);
    assert_int_equal(unlink(manifest), 0);
    assert_int_equal(unlink(predictions), 0);
    assert_int_equal(rmdir(folder), 0);
    return status;
}

static void predictions_carry_their_time(void **state) {
    (void)state;
    struct dc_suite suite = {0};
    struct dc_results results;
    struct declutter_error error;
    assert_int_equal(
        predict("{\"id\":\"b\",\"text\":\"three\",\"seconds\":0.5}\n"
                "{\"id\":\"a\",\"text\":\"one 2\",\"seconds\":1}\n",
                &suite, &error),
        DECLUTTER_OK);
    assert_true(suite.systems[0].timed);
    assert_near(suite.systems[0].seconds[0], 1);
    assert_near(suite.systems[0].seconds[1], 0.5);
    assert_counts(suite.systems[0].scores[0].words, 1, 1, 1);
    assert_true(dc_results_make(&suite, 1, &results));
    assert_near(results.rows[0].seconds, 0.75);
    dc_results_free(&results);
    dc_suite_free(&suite);
}

/* Where some gold is empty there are cells without those pages. */
static void empty_gold_has_cells_of_its_own(void **state) {
    (void)state;
    static const char *const cells[] = {
        "all", "gold", "type:big", "type:none", "gold:big", "lang:unknown"};
    static const size_t pages[] = {3, 2, 2, 1, 2, 3};
    struct dc_gold gold[] = {{.content = "one two", .type = "big"},
                             {.content = "three", .type = "big"},
                             {.content = " - ", .type = "none"}};
    struct dc_suite_page of_suite[] = {
        {.gold = &gold[0]}, {.gold = &gold[1]}, {.gold = &gold[2]}};
    struct dc_score_page scores[3] = {{.has_text = true}};
    char *failures[3] = {NULL};
    double seconds[3] = {0};
    bool covers = true;
    struct dc_system system = {
        .covers = &covers, .seconds = seconds, .scores = scores};
    system.failures = failures;
    struct dc_suite suite = {.pages = of_suite,
                             .page_count = 3,
                             .corpus_count = 1,
                             .systems = &system,
                             .system_count = 1};
    struct dc_results results;
    assert_true(dc_results_make(&suite, 1, &results));
    assert_int_equal(results.row_count, 6);
    for (size_t i = 0; i < results.row_count; i++) {
        assert_string_equal(results.rows[i].cell, cells[i]);
        assert_int_equal(results.rows[i].pages, pages[i]);
    }
    dc_results_free(&results);
}

static void time_of_some_pages_is_none(void **state) {
    (void)state;
    static const char *const files[] = {
        "{\"id\":\"a\",\"text\":\"x\",\"seconds\":1}\n"
        "{\"id\":\"b\",\"text\":\"x\"}\n",
        "{\"id\":\"a\",\"text\":\"x\",\"seconds\":1}\n"};
    for (size_t i = 0; i < 2; i++) {
        struct dc_suite suite = {0};
        struct declutter_error error;
        assert_int_equal(predict(files[i], &suite, &error), DECLUTTER_OK);
        assert_false(suite.systems[0].timed);
        assert_int_equal(dc_system_failures(&suite, &suite.systems[0]), i);
        dc_suite_free(&suite);
    }
}

static void time_must_be_a_number(void **state) {
    (void)state;
    static const char *const times[] = {"-1", "\"1\"", "null", "[1]"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct dc_suite suite = {0};
        struct declutter_error error;
        char line[80];
        snprintf(line, sizeof line,
                 "\n{\"id\":\"a\",\"text\":\"x\",\"seconds\":%s}\n", times[i]);
        assert_int_equal(predict(line, &suite, &error),
                         DECLUTTER_ERROR_DAMAGED);
        assert_non_null(strstr(error.message, ":2: "));
        dc_suite_free(&suite);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_a_bag_without_case),
        cmocka_unit_test(words_of_other_scripts),
        cmocka_unit_test(nothing_wanted_or_nothing_printed),
        cmocka_unit_test(page_without_gold_is_not_scored),
        cmocka_unit_test(word_f1_is_a_mean_over_pages),
        cmocka_unit_test(shingles_are_four_words_as_written),
        cmocka_unit_test(short_text_is_one_shingle),
        cmocka_unit_test(shingle_f1_is_that_of_mean_precision_and_recall),
        cmocka_unit_test(snippets_ignore_white_space_only),
        cmocka_unit_test(snippet_f1_is_pooled),
        cmocka_unit_test(labels_weigh_words),
        cmocka_unit_test(labels_absent_from_gold_are_not_averaged),
        cmocka_unit_test(intervals_hold_repeat_and_shrink),
        cmocka_unit_test(interval_of_equal_pages_is_a_point),
        cmocka_unit_test(metrics_have_names),
        cmocka_unit_test(predictions_carry_their_time),
        cmocka_unit_test(empty_gold_has_cells_of_its_own),
        cmocka_unit_test(time_of_some_pages_is_none),
        cmocka_unit_test(time_must_be_a_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
