/* test_align.c: words of gold find their blocks.
 *
 * Pages are built by hand from block texts, so that each test shows both
 * sides.  The diff underneath is checked against the textbook dynamic
 * programme on texts without anchors, where it must be exact, and on long
 * repetitive ones for time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "align.h"
#include "diff.h"

enum { BLOCKS_MAX = 64 };

static const char *const names[] = {"content", "navigation", "promo"};

/* A page whose blocks have these texts, up to NULL. */
static void page_build(struct dc_page *page, const char *const *texts) {
    memset(page, 0, sizeof *page);
    dc_arena_init(&page->arena);
    page->blocks =
        dc_arena_zero(&page->arena, BLOCKS_MAX, sizeof *page->blocks);
    for (; texts[page->block_count]; page->block_count++)
        page->block_text_length += strlen(texts[page->block_count]);
    page->block_text = dc_arena_alloc(&page->arena, page->block_text_length, 1);
    assert_non_null(page->blocks);
    assert_non_null(page->block_text);
    uint32_t offset = 0;
    for (size_t b = 0; b < page->block_count; b++) {
        page->blocks[b].offset = offset;
        page->blocks[b].length = (uint32_t)strlen(texts[b]);
        memcpy(page->block_text + offset, texts[b], strlen(texts[b]));
        offset += page->blocks[b].length;
    }
}

/* The shares of all blocks, in percent, must be these. */
static void check_shares(const char *const *texts, const char *gold,
                         const int *expected) {
    struct dc_page page;
    float share[BLOCKS_MAX];
    page_build(&page, texts);
    assert_true(dc_align_text(&page, gold, share));
    for (size_t b = 0; b < page.block_count; b++)
        assert_int_equal((int)(100 * share[b] + 0.5f), expected[b]);
    dc_arena_free(&page.arena);
}

#define SHARES(texts, gold, ...)                                               \
    check_shares(texts, gold, (const int[]){__VA_ARGS__})

#define FILLER                                                                 \
    "one two three four five six seven eight nine ten eleven twelve "          \
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "    \
    "alpha beta gamma delta epsilon zeta eta theta iota kappa"

static void test_text_in_order(void **state) {
    (void)state;
    const char *const texts[] = {"Menu", "The HEADLINE of it",
                                 "First half, second part", "Imprint", NULL};
    SHARES(texts, "The headline of it\n\nfirst half", 0, 100, 50, 0);
    SHARES(texts, "", 0, 0, 0, 0);
    SHARES(texts, "nothing of all that", 0, 25, 0, 0);
}

static void test_text_other_scripts(void **state) {
    (void)state;
    const char *const texts[] = {"首页", "北京消防局确认", "ΤΑ ΝΈΑ σήμερα",
                                 NULL};
    SHARES(texts, "北京 确认 τα νέα ΣΉΜΕΡΑ", 0, 57, 100);
}

static void test_text_accidental(void **state) {
    (void)state;
    /* "news" stands in the article too, far from the menu */
    const char *const texts[] = {"news", "shop", FILLER,
                                 "the article has all the news", NULL};
    SHARES(texts, "news\n\nthe article has all the", 0, 0, 0, 83);
    const char *const near[] = {"news", "the article has all of it", NULL};
    SHARES(near, "news\n\nthe article has all of it", 100, 100);
}

static void test_text_moved(void **state) {
    (void)state;
    const char *const texts[] = {
        "caption under the picture at the top",
        "a long paragraph that comes first in the gold text",
        "another one that follows it there", NULL};
    SHARES(texts,
           "a long paragraph that comes first in the gold text\n"
           "another one that follows it there\n"
           "caption under the picture at the top",
           100, 100, 100);
}

static void test_text_moved_nearby(void **state) {
    (void)state;
    const char *const texts[] = {"Hard", "Cypress Creek Trail", "Easy",
                                 "White Oak Bayou Trail", NULL};
    SHARES(texts, "Cypress Creek Trail hard White Oak Bayou Trail easy", 100,
           100, 100, 100);
}

/* Of two copies one is the gold's, whole, and the other is not. */
static void test_text_repeat(void **state) {
    (void)state;
    const char *const texts[] = {"so it all began", "what they said about it",
                                 "what they said about it", "and then it ended",
                                 NULL};
    SHARES(texts, "what they said about it\nand then it ended", 0, 0, 100, 100);
    SHARES(texts, "so it all began\nwhat they said about it", 100, 100, 0, 0);
}

static void test_text_wordless(void **state) {
    (void)state;
    const char *const texts[] = {"—",
                                 "first part of it",
                                 "***",
                                 "•",
                                 "second part of it",
                                 "|",
                                 "menu",
                                 "©",
                                 NULL};
    SHARES(texts, "first part of it second part of it", 0, 100, 100, 100, 100,
           0, 0, 0);
}

static void test_text_empty_page(void **state) {
    (void)state;
    const char *const texts[] = {NULL};
    struct dc_page page;
    float share = -1;
    page_build(&page, texts);
    assert_true(dc_align_text(&page, "some gold", &share));
    assert_true(share < 0);
    dc_arena_free(&page.arena);
}

static void check_labels(const struct dc_page *page, const struct dc_gold *gold,
                         const uint32_t *expected) {
    uint32_t labels[BLOCKS_MAX];
    assert_true(dc_align_labels(page, gold, names, 3, labels));
    for (size_t b = 0; b < page->block_count; b++)
        assert_int_equal(labels[b], expected[b]);
}

#define LABELS(page, gold, ...)                                                \
    check_labels(page, gold, (const uint32_t[]){__VA_ARGS__})

static void test_labels_cut_differently(void **state) {
    (void)state;
    const char *const texts[] = {"Home",
                                 "|",
                                 "Shop now",
                                 "A headline",
                                 "text of the story goes on",
                                 "Buy this thing",
                                 "Ours",
                                 "never seen by anyone",
                                 NULL};
    struct dc_gold_block blocks[] = {
        {"navigation", "Home Shop"},           {"navigation", "now"},
        {"content", "A headline text of the"}, {"content", "story"},
        {"promo", "goes on Buy this thing"},   {"weather", "Ours"}};
    struct dc_gold gold = {.labels = blocks, .label_count = 6};
    struct dc_page page;
    page_build(&page, texts);
    LABELS(&page, &gold, 1, 1, 1, 0, 0, 2, DC_NONE, DC_NONE);
    gold.label_count = 0;
    LABELS(&page, &gold, DC_NONE, DC_NONE, DC_NONE, DC_NONE, DC_NONE, DC_NONE,
           DC_NONE, DC_NONE);
    dc_arena_free(&page.arena);
}

static void test_labels_repeat(void **state) {
    (void)state;
    const char *const texts[] = {"read all about it today", "the story itself",
                                 "read all about it today", NULL};
    struct dc_gold_block blocks[] = {{"promo", "read all about it today"},
                                     {"content", "the story itself"},
                                     {"content", "read all about it today"}};
    struct dc_gold gold = {.labels = blocks, .label_count = 3};
    struct dc_page page;
    page_build(&page, texts);
    LABELS(&page, &gold, 2, 0, 0);
    dc_arena_free(&page.arena);
}

static void test_labels_marked_up(void **state) {
    (void)state;
    const char *const texts[] = {"in the root", "in the outer", "in the inner",
                                 "in the unknown", NULL};
    struct dc_text strings[] = {{"content", 7}, {"promo", 5}, {"sport", 5}};
    struct dc_attribute attributes[] = {{DC_ATTRIBUTE_data_declutter, 0},
                                        {DC_ATTRIBUTE_data_declutter, 1},
                                        {DC_ATTRIBUTE_data_declutter, 2}};
    /* root > outer content > plain > inner promo; outer > unknown sport */
    struct dc_node nodes[] = {
        {.parent = DC_NONE},
        {.parent = 0, .attributes = 0, .attribute_count = 1},
        {.parent = 1, .attributes = 1},
        {.parent = 2, .attributes = 1, .attribute_count = 1},
        {.parent = 1, .attributes = 2, .attribute_count = 1}};
    struct dc_gold gold = {.marked_up = 1};
    struct dc_page page;
    page_build(&page, texts);
    page.strings = strings;
    page.string_count = 3;
    page.attributes = attributes;
    page.attribute_count = 3;
    page.nodes = nodes;
    page.node_count = 5;
    page.blocks[1].node = 2;
    page.blocks[2].node = 3;
    page.blocks[3].node = 4;
    LABELS(&page, &gold, DC_NONE, 0, 2, DC_NONE);
    dc_arena_free(&page.arena);
}

static void check_sides(const char *const *texts, const char *with,
                        const char *without, const signed char *expected) {
    struct dc_gold gold = {.with = &with,
                           .with_count = with != NULL,
                           .without = &without,
                           .without_count = without != NULL};
    struct dc_page page;
    signed char sides[BLOCKS_MAX];
    page_build(&page, texts);
    assert_true(dc_align_snippets(&page, &gold, sides));
    for (size_t b = 0; b < page.block_count; b++)
        assert_int_equal(sides[b], expected[b]);
    dc_arena_free(&page.arena);
}

#define SIDES(texts, with, without, ...)                                       \
    check_sides(texts, with, without, (const signed char[]){__VA_ARGS__})

static void test_snippets(void **state) {
    (void)state;
    const char *const texts[] = {"Share this",
                                 "The minister said on Monday that",
                                 "nothing had changed",
                                 "since the last one. Share this!",
                                 "Share this",
                                 "—",
                                 NULL};
    SIDES(texts, NULL, NULL, 0, 0, 0, 0, 0, 0);
    SIDES(texts, "on  Monday THAT\nnothing had changed since", NULL, 0, 1, 1, 1,
          0, 0);
    /* two words in three places: only where they are most of the block */
    SIDES(texts, "not on this page", "share this", -1, 0, 0, 0, -1, 0);
    SIDES(texts, "the minister said on", "minister said", 0, 0, 0, 0, 0, 0);
    SIDES(texts, "", "...", 0, 0, 0, 0, 0, 0);
}

static void test_snippets_cut_in_words(void **state) {
    (void)state;
    const char *const texts[] = {"The minister said on Monday that it rained",
                                 "The weather", NULL};
    SIDES(texts, "inister said on Monday that it rai", NULL, 1, 0);
    SIDES(texts, "said on Monday that it rai", NULL, 1, 0);
    SIDES(texts, "nister said on Monday that", NULL, 1, 0);
    /* too little is left to be sure */
    SIDES(texts, "said on Mon", NULL, 0, 0);
}

static void test_snippets_overlap(void **state) {
    (void)state;
    const char *const texts[] = {"a b a b a", "b a b a c", "a b", NULL};
    SIDES(texts, "a b a b a b a", NULL, 1, 1, 0);
    SIDES(texts, "b a b a b a b a", NULL, 1, 1, 0);
}

/* -- The diff ----------------------------------------------------------- */

static uint32_t random_word(uint64_t *seed, uint32_t count) {
    *seed =
        *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % count;
}

/* Partners must be equal words in ascending order; returns how many. */
static size_t check_partners(const struct dc_words *left,
                             const struct dc_words *right,
                             const uint32_t *partners) {
    size_t matched = 0, next = 0;
    for (size_t i = 0; i < left->count; i++) {
        if (partners[i] == DC_NONE)
            continue;
        assert_true(partners[i] >= next && partners[i] < right->count);
        assert_int_equal(left->numbers[i], right->numbers[partners[i]]);
        next = (size_t)partners[i] + 1;
        matched++;
    }
    return matched;
}

static size_t longest_common(const struct dc_words *left,
                             const struct dc_words *right) {
    size_t row[64] = {0};
    for (size_t i = 0; i < left->count; i++) {
        size_t diagonal = 0;
        for (size_t j = 0; j < right->count; j++) {
            size_t above = row[j + 1];
            if (left->numbers[i] == right->numbers[j])
                row[j + 1] = diagonal + 1;
            else if (row[j] > above)
                row[j + 1] = row[j];
            diagonal = above;
        }
    }
    return row[right->count];
}

static void test_diff_exact(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        uint32_t x[90], y[63], partners[90];
        uint32_t vocabulary = 1 + random_word(&seed, 6);
        size_t part = random_word(&seed, 23);
        struct dc_words left = {.numbers = x, .count = 4 * part};
        struct dc_words right = {.numbers = y, .count = random_word(&seed, 64)};
        struct dc_arena arena;
        dc_arena_init(&arena);
        /* four times over: no run of words stands once, so no anchors */
        for (size_t i = 0; i < left.count; i++)
            x[i] = i < part ? random_word(&seed, vocabulary) : x[i - part];
        for (size_t i = 0; i < right.count; i++)
            y[i] = random_word(&seed, vocabulary);
        assert_true(dc_diff(&arena, &left, &right, vocabulary, partners));
        assert_int_equal(check_partners(&left, &right, partners),
                         longest_common(&left, &right));
        dc_arena_free(&arena);
    }
}

static void test_diff_anchored(void **state) {
    (void)state;
    uint64_t seed = 11;
    for (int round = 0; round < 2000; round++) {
        uint32_t x[200], y[200], partners[200];
        size_t longest = 0;
        struct dc_words left = {.numbers = x, .count = random_word(&seed, 200)};
        struct dc_words right = {.numbers = y};
        struct dc_arena arena;
        dc_arena_init(&arena);
        for (size_t i = 0; i < left.count; i++) {
            x[i] = random_word(&seed, 40);
            if (random_word(&seed, 8)) /* the right side lacks some words */
                y[right.count++] = x[i];
        }
        longest = right.count;
        assert_true(dc_diff(&arena, &left, &right, 40, partners));
        size_t matched = check_partners(&left, &right, partners);
        assert_true(matched * 10 >= longest * 9);
        dc_arena_free(&arena);
    }
}

/* Few distinct words in random order have no anchors and no short edit path:
 * the quadratic case, were the cost not limited. */
static void test_diff_long(void **state) {
    (void)state;
    enum { LEFT = 200000, RIGHT = 100000, VOCABULARY = 8 };
    uint64_t seed = 3;
    uint32_t *x = malloc(LEFT * sizeof *x), *y = malloc(RIGHT * sizeof *y);
    uint32_t *partners = malloc(LEFT * sizeof *partners);
    assert_true(x && y && partners);
    for (size_t i = 0; i < LEFT; i++)
        x[i] = random_word(&seed, VOCABULARY);
    for (size_t i = 0; i < RIGHT; i++)
        y[i] = random_word(&seed, VOCABULARY);
    struct dc_words left = {.numbers = x, .count = LEFT};
    struct dc_words right = {.numbers = y, .count = RIGHT};
    struct dc_arena arena;
    dc_arena_init(&arena);
    clock_t start = clock();
    assert_true(dc_diff(&arena, &left, &right, VOCABULARY, partners));
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    size_t matched = check_partners(&left, &right, partners);
    assert_true(matched > RIGHT / 2);
    assert_true(seconds < 20); /* under a sanitizer; a fraction otherwise */
    dc_arena_free(&arena);
    free(x);
    free(y);
    free(partners);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_in_order),
        cmocka_unit_test(test_text_other_scripts),
        cmocka_unit_test(test_text_accidental),
        cmocka_unit_test(test_text_moved),
        cmocka_unit_test(test_text_moved_nearby),
        cmocka_unit_test(test_text_repeat),
        cmocka_unit_test(test_text_wordless),
        cmocka_unit_test(test_text_empty_page),
        cmocka_unit_test(test_labels_cut_differently),
        cmocka_unit_test(test_labels_repeat),
        cmocka_unit_test(test_labels_marked_up),
        cmocka_unit_test(test_snippets),
        cmocka_unit_test(test_snippets_cut_in_words),
        cmocka_unit_test(test_snippets_overlap),
        cmocka_unit_test(test_diff_exact),
        cmocka_unit_test(test_diff_anchored),
        cmocka_unit_test(test_diff_long)};
    return cmocka_run_group_tests_name("align", tests, NULL, NULL);
}
