/* test_bounds.c: the bounds of a page: its time, and how deep it may nest.
 *
 * In: pages made to take long, and to nest.  Checked: that each call gives up
 * by itself when time is over, that what it leaves behind can be used again,
 * that time between the calls does not count, and that a bound which struck
 * can be told from other warnings.  No test waits for a page to be slow: where
 * a moment must have passed, a page of many blocks has a millisecond, or the
 * time used is set by hand.
 */
#include "pages.h"

#include "deadline.h"

enum { LONG_PAGE = 100000, LISTS_PRINTED = 20 };

static int text_sink(void *context, const char *bytes, size_t length) {
    size_t *total = context;
    (void)bytes;
    *total += length;
    return 0;
}

/* `count` times the same, between two others. */
static char *repeat(const char *before, const char *piece, size_t count,
                    const char *after) {
    size_t length = strlen(piece), start = strlen(before);
    char *html = malloc(start + length * count + strlen(after) + 1);
    assert_non_null(html);
    memcpy(html, before, start);
    for (size_t i = 0; i < count; i++)
        memcpy(html + start + i * length, piece, length);
    memcpy(html + start + length * count, after, strlen(after) + 1);
    return html;
}

static enum declutter_status read_in(struct declutter_page *page,
                                     const char *html, uint32_t milliseconds,
                                     struct declutter_error *error) {
    const struct declutter_options options = {.max_milliseconds = milliseconds};
    return declutter_page_read(page, html, strlen(html), &options, error);
}

static enum declutter_status render_in(struct declutter_page *page,
                                       enum declutter_format format,
                                       uint32_t milliseconds, size_t *length,
                                       struct declutter_error *error) {
    const struct declutter_options options = {.keep = 0xF,
                                              .max_milliseconds = milliseconds};
    *length = 0;
    return declutter_page_render(page, format, &options, text_sink, length,
                                 error);
}

/* -- Time ------------------------------------------------------------------ */

static void test_every_call_gives_up(void **state) {
    (void)state;
    const struct declutter_options hurry = {.max_milliseconds = 1};
    char *html = repeat("", "<p>A paragraph", LONG_PAGE, "");
    struct declutter_page *page = declutter_page_new();
    struct declutter_error error;
    size_t length, blocks;
    assert_non_null(page);
    assert_int_equal(read_in(page, html, 1, &error), DECLUTTER_ERROR_TIME);
    assert_string_equal(error.message, "took longer than 0.001 seconds");
    assert_int_equal(error.status, DECLUTTER_ERROR_TIME);
    declutter_page_blocks(page, &blocks);
    assert_int_equal(blocks, 0);

    assert_int_equal(read_in(page, html, 0, &error), DECLUTTER_OK);
    assert_int_equal(declutter_page_classify(page, NULL, &hurry, &error),
                     DECLUTTER_ERROR_TIME);
    assert_int_equal(render_in(page, DECLUTTER_TEXT, 0, &length, &error),
                     DECLUTTER_ERROR_USAGE);

    assert_int_equal(read_in(page, html, 0, &error), DECLUTTER_OK);
    assert_int_equal(declutter_page_classify(page, NULL, NULL, &error),
                     DECLUTTER_OK);
    for (int format = 0; format <= DECLUTTER_HTML; format++) {
        size_t whole;
        assert_int_equal(
            render_in(page, (enum declutter_format)format, 0, &whole, &error),
            DECLUTTER_OK);
        assert_true(whole > LONG_PAGE);
        assert_int_equal(
            render_in(page, (enum declutter_format)format, 1, &length, &error),
            DECLUTTER_ERROR_TIME);
        assert_true(length < whole);
    }
    declutter_page_free(page);
    free(html);
}

static void test_page_is_used_again(void **state) {
    (void)state;
    char *html = repeat("", "<p>A paragraph", LONG_PAGE, "");
    static const char small[] = "<p>One paragraph of a small page.";
    struct declutter_page *page = declutter_page_new();
    struct declutter_error error;
    size_t length, other;
    assert_non_null(page);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(read_in(page, html, 1, &error), DECLUTTER_ERROR_TIME);
        assert_int_equal(read_in(page, small, 60000, &error), DECLUTTER_OK);
        assert_int_equal(declutter_page_classify(page, NULL, NULL, &error),
                         DECLUTTER_OK);
        assert_int_equal(
            render_in(page, DECLUTTER_TEXT, 60000, &length, &error),
            DECLUTTER_OK);
        assert_int_equal(render_in(page, DECLUTTER_TEXT, 0, &other, &error),
                         DECLUTTER_OK);
        assert_int_equal(length, strlen(small) - strlen("<p>") + 1);
        assert_int_equal(length, other);
    }
    declutter_page_free(page);
    free(html);
}

static void test_filter_gives_up(void **state) {
    (void)state;
    const struct declutter_options hurry = {.max_milliseconds = 1};
    char *html = repeat("", "<p>A paragraph", LONG_PAGE, "");
    struct declutter_error error;
    size_t length = 0;
    assert_int_equal(declutter_filter(html, strlen(html), NULL, &hurry,
                                      text_sink, &length, &error),
                     DECLUTTER_ERROR_TIME);
    assert_int_equal(length, 0);
    free(html);
}

static void test_deadline(void **state) {
    (void)state;
    struct dc_deadline deadline;
    struct declutter_error error;
    const struct declutter_options minute = {.max_milliseconds = 60000};
    const struct declutter_options second = {.max_milliseconds = 1000};
    const struct declutter_options more = {.max_milliseconds = 600000};
    assert_false(dc_deadline_check(NULL));
    assert_false(dc_deadline_step(NULL));

    /* Without a limit the clock is never looked at. */
    dc_deadline_start(&deadline, NULL, true);
    assert_int_equal(deadline.limit, 0);
    assert_int_equal(dc_deadline_finish(&deadline, DECLUTTER_OK, &error),
                     DECLUTTER_OK);

    dc_deadline_start(&deadline, &minute, true);
    assert_false(dc_deadline_check(&deadline));
    assert_int_equal(dc_deadline_finish(&deadline, DECLUTTER_ERROR_WRITE, NULL),
                     DECLUTTER_ERROR_WRITE);
    assert_true(deadline.used > 0);

    /* A minute between the calls, and one within the first. */
    dc_deadline_start(&deadline, &minute, false);
    assert_false(dc_deadline_check(&deadline));
    deadline.used += UINT64_C(60000000000);
    dc_deadline_start(&deadline, &minute, false);
    bool late = false;
    for (int step = 0; step <= DC_STEPS_MASK; step++)
        late = dc_deadline_step(&deadline);
    assert_true(late);
    assert_true(dc_deadline_step(&deadline));
    assert_int_equal(
        dc_deadline_finish(&deadline, DECLUTTER_ERROR_MEMORY, &error),
        DECLUTTER_ERROR_TIME);
    assert_string_equal(error.message, "took longer than 60 seconds");

    dc_deadline_start(&deadline, &second, false);
    assert_int_equal(dc_deadline_finish(&deadline, DECLUTTER_OK, &error),
                     DECLUTTER_ERROR_TIME);
    assert_string_equal(error.message, "took longer than 1 second");

    /* With more time it may go on, and another page begins anew. */
    dc_deadline_start(&deadline, &more, false);
    assert_false(dc_deadline_check(&deadline));
    dc_deadline_start(&deadline, &minute, true);
    assert_false(dc_deadline_check(&deadline));
}

/* -- Depth ----------------------------------------------------------------- */

static bool has_warning(const struct declutter_page *page, const char *part) {
    const char *warning;
    for (size_t i = 0; (warning = declutter_page_warning(page, i)); i++)
        if (strstr(warning, part))
            return true;
    return false;
}

static void test_depth(void **state) {
    (void)state;
    static const struct {
        size_t count;
        bool limited;
    } cases[] = {{1, false}, {500, false}, {520, true}, {100000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *html = repeat("<p>Words", "<div>x", cases[i].count, "<p>end");
        struct declutter_page *page = page_of(html);
        assert_int_equal(declutter_page_limited(page), cases[i].limited);
        assert_int_equal(has_warning(page, "nested deeper than 512"),
                         cases[i].limited);
        assert_int_equal(page->page.warning_count, cases[i].limited);
        assert_int_equal(page->page.block_count, cases[i].count + 2);
        /* The next page is another page. */
        page_read(page, "<p>flat", 7);
        assert_false(declutter_page_limited(page));
        assert_null(declutter_page_warning(page, 0));
        declutter_page_free(page);
        free(html);
    }
    struct declutter_page *page = page_of_bytes("Caf\xE9 \x80", 6);
    assert_non_null(declutter_page_warning(page, 0));
    assert_false(declutter_page_limited(page));
    declutter_page_free(page);
}

/* The bound of rendered lists is told by the rendering that met it. */
static void test_rendered_depth(void **state) {
    (void)state;
    const struct declutter_options nothing = {.keep = 8};
    for (int more = 0; more < 2; more++) {
        char *html =
            repeat("", "<ul><li>x y", (size_t)(LISTS_PRINTED + more), "<p>end");
        struct declutter_page *page = page_of(html);
        size_t length;
        assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                         DECLUTTER_OK);
        for (int format = 0; format <= DECLUTTER_HTML; format++) {
            bool struck = more && format != DECLUTTER_BLOCKS;
            assert_int_equal(render_in(page, (enum declutter_format)format, 0,
                                       &length, NULL),
                             DECLUTTER_OK);
            assert_int_equal(declutter_page_limited(page), struck);
            assert_int_equal(has_warning(page, "nested deeper than 20"),
                             struck);
            assert_null(declutter_page_warning(page, 1));
        }
        assert_int_equal(declutter_page_render(page, DECLUTTER_TEXT, &nothing,
                                               text_sink, &length, NULL),
                         DECLUTTER_OK);
        assert_false(declutter_page_limited(page));
        declutter_page_free(page);
        free(html);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_gives_up),
        cmocka_unit_test(test_page_is_used_again),
        cmocka_unit_test(test_filter_gives_up),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_rendered_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
