/* test_label_file.c: labels of pages by word offsets.
 *
 * A label file is written by hand beside a small corpus; what matters is that
 * labels land on the right blocks, and that a file which does not fit its
 * pages is refused with the line named: shifted labels would be learned.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "label_file.h"

#define NAMES "{\"labels\": [\"content\", \"promo\"]}\n"
#define PAGE                                                                   \
    "{\"corpus\": \"c\", \"id\": \"b\", \"words\": 6, \"runs\": [1, 2, -1, "   \
    "1, 0, 3]}\n"

static const char *const names[] = {"content", "navigation", "promo"};

/* A corpus "c" of the pages "a" and "b", in memory. */
static struct dc_corpus corpus_make(struct dc_gold *pages) {
    static char name[] = "c";
    struct dc_corpus corpus = {.name = name, .pages = pages, .page_count = 2};
    pages[0] = (struct dc_gold){.id = "a"};
    pages[1] = (struct dc_gold){.id = "b"};
    corpus.memory = malloc(sizeof(struct dc_arena));
    assert_non_null(corpus.memory);
    dc_arena_init(corpus.memory);
    return corpus;
}

static void corpus_drop(struct dc_corpus *corpus) {
    dc_arena_free(corpus->memory);
    free(corpus->memory);
}

static enum declutter_status read_text(const char *text,
                                       struct dc_corpus *corpus,
                                       struct declutter_error *error) {
    char path[] = "/tmp/declutter-labels-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    size_t length = strlen(text);
    assert_int_equal(write(file, text, length), length);
    assert_int_equal(close(file), 0);
    enum declutter_status status = dc_label_file_read(path, corpus, 1, error);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void labels_fall_on_blocks(void **state) {
    struct dc_gold pages[2];
    struct dc_corpus corpus = corpus_make(pages);
    struct declutter_error error = {0};
    (void)state;
    assert_int_equal(read_text(NAMES PAGE, &corpus, &error), DECLUTTER_OK);
    assert_int_equal(pages[0].run_count, 0);
    assert_int_equal(pages[1].run_count, 3);

    struct declutter_page *page = declutter_page_new();
    static const char html[] = "<p>buy now<p>*<p>perhaps<p>...<p>one two three";
    assert_int_equal(
        declutter_page_read(page, html, sizeof html - 1, NULL, &error),
        DECLUTTER_OK);
    assert_int_equal(page->page.block_count, 5);
    assert_int_equal(dc_runs_check(&pages[1], &page->page, &error),
                     DECLUTTER_OK);
    uint32_t labels[5];
    dc_runs_label(&pages[1], &page->page, names, 3, labels);
    assert_int_equal(labels[0], 2);
    assert_int_equal(labels[1], DC_NONE); /* no words, unlike neighbours */
    assert_int_equal(labels[2], DC_NONE);
    assert_int_equal(labels[4], 0);
    declutter_page_free(page);
    corpus_drop(&corpus);
}

/* A run may end inside a block: most of its words decide. */
static void runs_need_not_end_with_blocks(void **state) {
    struct dc_run runs[] = {{0, 3}, {1, 4}};
    static const char *const own[] = {"content", "promo"};
    struct dc_gold gold = {.runs = runs, .run_count = 2, .run_labels = own};
    struct declutter_error error = {0};
    struct declutter_page *page = declutter_page_new();
    static const char html[] = "<p>one two<p>three four five<p>-<p>six seven";
    (void)state;
    assert_int_equal(
        declutter_page_read(page, html, sizeof html - 1, NULL, &error),
        DECLUTTER_OK);
    uint32_t labels[4];
    assert_int_equal(dc_runs_check(&gold, &page->page, &error), DECLUTTER_OK);
    dc_runs_label(&gold, &page->page, names, 3, labels);
    assert_int_equal(labels[0], 0);
    assert_int_equal(labels[1], 2);
    assert_int_equal(labels[2], 2); /* no words: as both neighbours */
    assert_int_equal(labels[3], 2);
    declutter_page_free(page);
}

static void other_pages_are_refused(void **state) {
    struct dc_run run = {0, 5};
    struct dc_gold gold = {.runs = &run, .run_count = 1};
    struct declutter_error error = {0};
    struct declutter_page *page = declutter_page_new();
    (void)state;
    assert_int_equal(declutter_page_read(page, "<p>one two", 10, NULL, &error),
                     DECLUTTER_OK);
    assert_int_equal(dc_runs_check(&gold, &page->page, &error),
                     DECLUTTER_ERROR_DAMAGED);
    assert_non_null(strstr(error.message, "5 words, this one has 2"));
    declutter_page_free(page);
}

static void other_corpora_are_passed_over(void **state) {
    struct dc_gold pages[2];
    struct dc_corpus corpus = corpus_make(pages);
    struct declutter_error error = {0};
    (void)state;
    assert_int_equal(read_text(NAMES "{\"corpus\": \"d\", \"id\": \"x\", "
                                     "\"words\": 1, \"runs\": [0, 1]}\n",
                               &corpus, &error),
                     DECLUTTER_OK);
    assert_int_equal(pages[0].run_count + pages[1].run_count, 0);
    corpus_drop(&corpus);
}

static void wrong_files_are_refused(void **state) {
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "holds no labels"},
        {"{\"labels\": []}\n", "line 1: \"labels\""},
        {"{\"labels\": [1]}\n", "line 1: \"labels\""},
        {NAMES "{\n", "line 2: "},
        {NAMES "{\"corpus\": \"c\", \"id\": \"b\", \"runs\": [0, 1]}\n",
         "line 2: needs"},
        {NAMES "{\"corpus\": \"c\", \"id\": \"z\", \"words\": 1, "
               "\"runs\": [0, 1]}\n",
         "line 2: names a page that its corpus lacks"},
        {NAMES PAGE PAGE, "line 3: names a page that has labels already"},
        {NAMES "{\"corpus\": \"c\", \"id\": \"b\", \"words\": 2, "
               "\"runs\": [0, 1]}\n",
         "line 2: \"runs\" do not add up"},
        {NAMES "{\"corpus\": \"c\", \"id\": \"b\", \"words\": 2, "
               "\"runs\": [0, 1, 0]}\n",
         "line 2: \"runs\" do not add up"},
        {NAMES "{\"corpus\": \"c\", \"id\": \"b\", \"words\": 2, "
               "\"runs\": [2, 2]}\n",
         "line 2: \"runs\" holds a pair"},
        {NAMES "{\"corpus\": \"c\", \"id\": \"b\", \"words\": 2, "
               "\"runs\": [0, 4294967298]}\n",
         "line 2: \"runs\" holds a pair"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dc_gold pages[2];
        struct dc_corpus corpus = corpus_make(pages);
        struct declutter_error error = {0};
        assert_int_equal(read_text(cases[i].text, &corpus, &error),
                         DECLUTTER_ERROR_DAMAGED);
        assert_non_null(strstr(error.message, cases[i].message));
        corpus_drop(&corpus);
    }
    struct declutter_error error = {0};
    assert_int_equal(dc_label_file_read("/none/such", NULL, 0, &error),
                     DECLUTTER_ERROR_READ);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_fall_on_blocks),
        cmocka_unit_test(runs_need_not_end_with_blocks),
        cmocka_unit_test(other_pages_are_refused),
        cmocka_unit_test(other_corpora_are_passed_over),
        cmocka_unit_test(wrong_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
