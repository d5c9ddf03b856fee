/* test_lexicon.c: the tokens of a block, and what they sum up to.
 *
 * In: the pages of data/, random ones, pairs of pages of one line.  Checked:
 * that scoring tokens as training counts them and as the filter sums them
 * comes to the same; what makes two tokens the same one, and what does not.
 * The built-in model lends its lexicon; no test depends on what it learned.
 */
#include "pages.h"

#include <math.h>

#include "featurize.h"
#include "lexicon.h"

/* The score of a block by the definition, over the tokens training counts. */
static void score_tokens(const struct dc_layout *layout,
                         const struct declutter_model *model, uint32_t block,
                         enum dc_token_source source, struct dc_tokens *tokens,
                         double *scores) {
    const struct dc_lexicon *lexicon = &model->lexicon;
    uint32_t labels = model->label_count;
    tokens->count = 0;
    assert_true(dc_lexicon_tokens(layout, block, source, tokens));
    assert_true(tokens->count > 0);
    double scale = 1 / sqrt((double)tokens->count);
    for (uint32_t l = 0; l < labels; l++)
        scores[l] = (double)lexicon->bias[source][l];
    for (size_t i = 0; i < tokens->count; i++) {
        uint32_t entry = dc_lexicon_find(lexicon, tokens->hashes[i]);
        for (uint32_t l = 0; entry != DC_NONE && l < labels; l++)
            scores[l] += (double)lexicon->unit[source][l] * scale *
                         lexicon->weights[(size_t)entry * labels + l];
    }
}

static void assert_source_agrees(struct declutter_page *page,
                                 enum dc_token_source source) {
    const struct declutter_model *model = declutter_model_default();
    const struct dc_features *features = dc_features_new(&page->page, model);
    assert_non_null(features);
    struct dc_tokens tokens = {.arena = &page->page.arena};
    uint32_t labels = model->label_count;
    for (uint32_t i = 0; i < page->page.block_count; i++) {
        const float *found =
            features->lexicon + ((size_t)i * DC_SOURCES + source) * labels;
        double wanted[DC_LABELS_MAX];
        score_tokens(features->layout, model, i, source, &tokens, wanted);
        for (uint32_t l = 0; l < labels; l++)
            if (fabs(wanted[l] - (double)found[l]) > 1e-4)
                fail_msg("block %u source %d label %u: %g instead of %g", i,
                         (int)source, l, (double)found[l], wanted[l]);
    }
}

static void assert_scores_agree(struct declutter_page *page) {
    assert_source_agrees(page, DC_SOURCE_ATTRIBUTES);
    assert_source_agrees(page, DC_SOURCE_TEXT);
}

static void test_scores_agree_on_data(void **state) {
    (void)state;
    assert_true(declutter_model_default()->lexicon.count > 100);
    assert_true(for_data_pages(assert_scores_agree) >= 28);
}

static void test_scores_agree_on_random_pages(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        size_t length;
        char *html = random_html(seed, 200, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        assert_source_agrees(page, DC_SOURCE_TEXT);
        declutter_page_free(page);
        free(html);
    }
}

/* How many tokens of the first block of one page the first block of another
 * has too; *all: do they have the same? */
static size_t count_shared(const char *first, const char *second,
                           enum dc_token_source source, bool *all) {
    struct declutter_page *pages[2] = {page_of(first), page_of(second)};
    struct dc_tokens tokens[2];
    for (int i = 0; i < 2; i++) {
        tokens[i] = (struct dc_tokens){.arena = &pages[i]->page.arena};
        const struct dc_layout *layout = dc_layout_new(&pages[i]->page);
        assert_non_null(layout);
        assert_true(dc_lexicon_tokens(layout, 0, source, &tokens[i]));
    }
    size_t shared = 0;
    for (size_t i = 0; i < tokens[0].count; i++)
        for (size_t k = 0; k < tokens[1].count; k++)
            if (tokens[0].hashes[i] == tokens[1].hashes[k]) {
                shared++;
                break;
            }
    size_t count = tokens[0].count;
    *all = count == tokens[1].count && shared == count;
    declutter_page_free(pages[0]);
    declutter_page_free(pages[1]);
    return shared;
}

static bool share_token(const char *first, const char *second,
                        enum dc_token_source source, bool all) {
    bool same;
    size_t shared = count_shared(first, second, source, &same);
    return all ? same : shared > 0;
}

/* How many more tokens the first two pages share than the first and third. */
static int count_nearer(const char *first, const char *near, const char *far,
                        enum dc_token_source source) {
    bool same;
    return (int)count_shared(first, near, source, &same) -
           (int)count_shared(first, far, source, &same);
}

static void test_what_tokens_tell_apart(void **state) {
    (void)state;
    /* case, digits, camel case and order of attributes do not */
    assert_true(share_token("<p class='post-12 Title'>x",
                            "<p class='post-34 title'>x", DC_SOURCE_ATTRIBUTES,
                            true));
    assert_true(share_token("<p>Read 12 More", "<p>read 34 more",
                            DC_SOURCE_TEXT, false));
    assert_false(share_token("<p class=post>x", "<p class=menu>x",
                             DC_SOURCE_ATTRIBUTES, true));
    assert_false(share_token("<p class=post>x", "<p role=post>x",
                             DC_SOURCE_ATTRIBUTES, true));
    assert_false(share_token("<p>x", "<div>x", DC_SOURCE_ATTRIBUTES, true));
    assert_false(share_token("<p>one two", "<p>two one", DC_SOURCE_TEXT, true));
}

/* Words alike in their first five characters share a token; class names alike
 * in their first or last four letters too, and once more as they are near. */
static void test_what_tokens_bring_together(void **state) {
    (void)state;
    assert_int_equal(count_nearer("<p>subscribes", "<p>subscripts",
                                  "<p>scribblers", DC_SOURCE_TEXT),
                     1);
    assert_int_equal(
        count_nearer("<p>новости", "<p>НОВОСЕЛ", "<p>народил", DC_SOURCE_TEXT),
        1);
    /* a word of five characters is its own stem */
    assert_int_equal(
        count_nearer("<p>items", "<p>itemses", "<p>is-is-s", DC_SOURCE_TEXT),
        0);
    assert_int_equal(count_nearer("<p class=sidebarright>x",
                                  "<p class=sideboard>x", "<p class=outboard>x",
                                  DC_SOURCE_ATTRIBUTES),
                     2);
    assert_int_equal(count_nearer("<p class=sidebarright>x",
                                  "<p class=upperRight-0newsright>x",
                                  "<p class=upperLight-0newslefty>x",
                                  DC_SOURCE_ATTRIBUTES),
                     2);
}

/* Stems of long words only, whatever their case; digits are alike. */
static void test_stems(void **state) {
    (void)state;
    struct declutter_page *page =
        page_of("<p>Stemming STEMMED stems 12345678 90123499 漢字");
    const struct dc_layout *layout = dc_layout_new(&page->page);
    assert_non_null(layout);
    assert_int_equal(layout->words_before[1], 7);
    assert_int_not_equal(layout->word_stem[0], 0);
    assert_int_equal(layout->word_stem[0], layout->word_stem[1]);
    assert_int_equal(layout->word_stem[2], 0);
    assert_int_equal(layout->word_stem[3], layout->word_stem[4]);
    assert_int_equal(layout->word_stem[5], 0);
    assert_int_equal(layout->word_stem[6], 0);
    declutter_page_free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scores_agree_on_data),
        cmocka_unit_test(test_scores_agree_on_random_pages),
        cmocka_unit_test(test_what_tokens_tell_apart),
        cmocka_unit_test(test_what_tokens_bring_together),
        cmocka_unit_test(test_stems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
