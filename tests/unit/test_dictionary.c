/* test_dictionary.c: which tokens get a weight.
 *
 * Samples are made of bare tokens: a token counts once a domain, one domain is
 * never enough, and when room is short a language of few pages keeps its
 * words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dictionary.h"

enum { FOLDS = 2, TEXT = DC_SOURCES - 1 };

/* A sample of one block whose text has `count` tokens, and one more. */
static void sample_make(struct dc_sample *sample, const struct dc_gold *gold,
                        uint32_t domain, uint32_t first, uint32_t count,
                        uint32_t last) {
    *sample = (struct dc_sample){.gold = gold,
                                 .domain = domain,
                                 .fold = domain % FOLDS,
                                 .block_count = 1};
    for (int s = 0; s < DC_SOURCES; s++) {
        uint32_t tokens = s == TEXT ? count + 1 : 0;
        sample->tokens[s] = malloc((tokens + 1) * sizeof(uint32_t));
        sample->starts[s] = calloc(2, sizeof(uint32_t));
        assert_non_null(sample->tokens[s]);
        assert_non_null(sample->starts[s]);
        sample->starts[s][1] = tokens;
        for (uint32_t t = 0; t < tokens; t++)
            sample->tokens[s][t] = t < count ? first + t : last;
    }
}

static void samples_free(struct dc_sample *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (int s = 0; s < DC_SOURCES; s++) {
            free(items[i].tokens[s]);
            free(items[i].starts[s]);
        }
}

static bool has(const struct dc_dictionary *dictionary, uint32_t hash) {
    for (uint32_t i = 0; i < dictionary->count; i++)
        if (dictionary->hashes[i] == hash)
            return true;
    return false;
}

/* Pages of one domain count once, tokens of one domain are dropped, and what
 * is left stands in the samples by number. */
static void test_domains(void **state) {
    static const struct dc_gold page = {.lang = "en"};
    struct dc_sample items[4];
    struct dc_samples samples = {.items = items, .count = 4, .folds = FOLDS};
    struct dc_dictionary dictionary;
    (void)state;
    sample_make(&items[0], &page, 0, 10, 3, 99); /* 10 11 12 99 */
    sample_make(&items[1], &page, 0, 10, 3, 99);
    sample_make(&items[2], &page, 1, 11, 3, 98); /* 11 12 13 98 */
    sample_make(&items[3], &page, 2, 12, 1, 98); /* 12 98 */
    assert_true(dc_dictionary_make(&samples, &dictionary));
    assert_int_equal(dictionary.count, 3);
    assert_int_equal(dictionary.hashes[0], 11);
    assert_int_equal(dictionary.hashes[1], 12);
    assert_int_equal(dictionary.hashes[2], 98);
    assert_int_equal(items[0].starts[TEXT][1], 2);
    assert_int_equal(items[0].tokens[TEXT][0], 0);
    assert_int_equal(items[0].tokens[TEXT][1], 1);
    assert_int_equal(items[3].starts[TEXT][1], 2);
    assert_int_equal(items[3].tokens[TEXT][1], 2);
    static const uint16_t domains[] = {1, 1, 2, 1, 1, 1};
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        assert_int_equal(dictionary.domains[i], domains[i]);

    bool *known = dc_dictionary_known(&dictionary, FOLDS, 0);
    assert_non_null(known);
    assert_true(known[0] && known[1] && known[2]);
    free(known);
    known = dc_dictionary_known(&dictionary, FOLDS, 1u << 1);
    assert_non_null(known);
    assert_false(known[0]); /* on one domain of fold 0 */
    assert_true(known[1]);
    assert_false(known[2]);
    free(known);
    dc_dictionary_free(&dictionary);
    samples_free(items, 4);
}

/* More tokens of a large language than there is room for, each on three of its
 * domains, and one word that both domains of a small language have.  A page
 * that does not say its language counts as one of the largest. */
static void make_languages(struct dc_sample *items, uint32_t domains) {
    enum { GROUP = 3, TOKENS = 1000 };
    static const struct dc_gold english = {.lang = "en-GB"},
                                greek = {.lang = "el"},
                                unknown = {.lang = NULL};
    for (uint32_t d = 0; d < domains; d++)
        sample_make(&items[d], &english, d, 1000 + d / GROUP * TOKENS, TOKENS,
                    1);
    for (uint32_t d = domains; d < domains + 4; d++) {
        bool is_greek = d < domains + 2;
        sample_make(&items[d], is_greek ? &greek : &unknown, d, 0, 0,
                    is_greek ? 2 : 3);
    }
}

static void test_languages(void **state) {
    enum { DOMAINS = 300, ALL = DOMAINS + 4 };
    static struct dc_sample items[ALL];
    struct dc_samples samples = {.items = items, .count = ALL, .folds = FOLDS};
    struct dc_dictionary dictionary;
    (void)state;
    make_languages(items, DOMAINS);
    assert_true(dc_dictionary_make(&samples, &dictionary));
    assert_true(has(&dictionary, 1));
    assert_true(has(&dictionary, 2));
    assert_false(has(&dictionary, 3));
    assert_false(has(&dictionary, 1000));
    assert_int_equal(dictionary.count, 2);
    dc_dictionary_free(&dictionary);
    samples_free(items, ALL);
}

static void test_nothing(void **state) {
    struct dc_sample none;
    struct dc_samples samples = {.items = &none, .count = 0, .folds = FOLDS};
    struct dc_dictionary dictionary;
    (void)state;
    assert_true(dc_dictionary_make(&samples, &dictionary));
    assert_int_equal(dictionary.count, 0);
    dc_dictionary_free(&dictionary);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_domains),
                                       cmocka_unit_test(test_languages),
                                       cmocka_unit_test(test_nothing)};
    return cmocka_run_group_tests_name("dictionary", tests, NULL, NULL);
}
