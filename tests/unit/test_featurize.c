/* test_featurize.c: the rows the classifiers read, and what they are made of.
 *
 * In: a small page written here, the pages of data/, pages made to break
 * things.  Checked: features whose value can be told by hand; that every
 * feature of every block is a number and stays in its bounds whatever the
 * page; that what layout.c and context.c add up is what the blocks hold.  The
 * built-in model lends its lexicon; no test depends on what it learned.
 */
#include "pages.h"

#include <math.h>

#include "context.h"
#include "featurize.h"
#include "utf8.h"

/* -- Bounds ------------------------------------------------------------- */

/* Logarithms of 32-bit counts are the largest numbers there are... */
static const float LARGEST = 23;

/* ...but for ratios that the characters of the block bound, for what the
 * lexicon adds up over tokens, and for groups of siblings, who may all lie in
 * one block and then each count it whole. */
static bool is_unbounded(unsigned feature) {
    const char *name = dc_feature_name(feature);
    return feature == DC_FEATURE_text_letters_per_word ||
           feature == DC_FEATURE_text_commas_per_word ||
           feature == DC_FEATURE_text_text_per_link ||
           strstr(name, "_near_share") || strstr(name, "_far_share") ||
           strncmp(name, "lexicon", 7) == 0 || strncmp(name, "record_", 7) == 0;
}

static void assert_row_bounded(uint32_t block, const float *row) {
    for (unsigned i = 0; i < DC_FEATURE_COUNT; i++) {
        float bound = is_unbounded(i) ? 1e9f : LARGEST;
        if (!isfinite(row[i]) || fabsf(row[i]) > bound)
            fail_msg("%s of block %u: %g", dc_feature_name(i), block,
                     (double)row[i]);
    }
}

static bool is_share(unsigned feature) {
    const char *name = dc_feature_name(feature);
    size_t length = strlen(name);
    if (is_unbounded(feature))
        return false;
    return (length > 6 && strcmp(name + length - 6, "_share") == 0) ||
           strstr(name, "density") || strncmp(name, "tag_", 4) == 0 ||
           strncmp(name, "inside_", 7) == 0;
}

static void assert_shares(const float *row) {
    for (unsigned i = 0; i < DC_FEATURE_COUNT; i++)
        if (is_share(i) && (row[i] < 0 || row[i] > 1.001f))
            fail_msg("%s: %g", dc_feature_name(i), (double)row[i]);
}

static struct dc_features *features_of(struct declutter_page *page) {
    struct dc_features *features =
        dc_features_new(&page->page, declutter_model_default());
    assert_non_null(features);
    return features;
}

/* At most some hundreds of rows of a page, evenly spread. */
static void assert_rows_bounded(struct declutter_page *page) {
    const struct dc_features *features = features_of(page);
    uint32_t count = (uint32_t)page->page.block_count;
    for (uint32_t i = 0; i < count; i += 1 + count / 500) {
        float row[DC_FEATURE_COUNT], again[DC_FEATURE_COUNT];
        dc_features_row(features, i, row);
        assert_row_bounded(i, row);
        assert_shares(row);
        dc_features_own(features, i, again);
        dc_features_context(features, i, again);
        assert_memory_equal(row, again, sizeof row);
    }
}

static void test_bounds_on_data(void **state) {
    (void)state;
    assert_true(for_data_pages(assert_rows_bounded) >= 28);
}

static void test_bounds_on_random_pages(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 400; seed++) {
        size_t length;
        char *html = random_html(seed, 10 + seed % 400, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        assert_rows_bounded(page);
        declutter_page_free(page);
        free(html);
    }
}

static void test_bounds_on_hostile_pages(void **state) {
    (void)state;
    static const struct {
        const char *piece;
        size_t count;
    } pages[] = {
        {"", 0},
        {"x", 1},
        {"x", 1000000},          /* one word */
        {",", 100000},           /* no word */
        {"x ", 300000},          /* one long block */
        {"<p>x", 20000},         /* as many blocks */
        {"<div>x", 20000},       /* one in another */
        {"<div>x</div>", 20000}, /* one beside another */
        {"<a href=x>x", 20000},  /* links only */
        {"<p>1,1", 20000},       /* numbers only */
        {"<h1>x</h1>", 20000},   /* headings only */
        {"<p>the same words in all of the blocks of the page", 5000},
        {"<li><a href=/x>One</a> two", 5000},
        {"<p>漢字かな", 20000},
        {"<p>😀", 20000},
        {"<p>\xCC\x81", 20000},
        {"<p class='a b c d' id=e>x<br>x<br>x", 5000},
        {"<title>x y z</title><meta name=description content='x y z'>", 3000},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        size_t length;
        char *html = repeated(pages[i].piece, pages[i].count, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        assert_rows_bounded(page);
        declutter_page_free(page);
        free(html);
    }
}

/* -- The table ---------------------------------------------------------- */

static void test_names(void **state) {
    (void)state;
    assert_int_equal(dc_feature_count(), DC_FEATURE_COUNT);
    assert_true(DC_FEATURE_COUNT <= UINT16_MAX);
    for (uint32_t i = 0; i < DC_FEATURE_COUNT; i++) {
        const char *name = dc_feature_name(i);
        assert_true(strlen(name) > 0);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
                         strlen(name));
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(name, dc_feature_name(k));
    }
    assert_string_equal(dc_feature_name(DC_FEATURE_COUNT), "");
}

static const char small_page[] =
    "<title>The old pier</title>"
    "<meta name=description content='A pier, closed.'>"
    "<meta property=og:type content=article>"
    "<nav class=menu><a href=/>Home</a></nav>"
    "<main><article><h1>The old pier</h1>"
    "<p>It was closed in 1994, says <b>Ann</b>: the planks, all 300 of them, "
    "had to go. <a href=/x>More</a> on this soon.</p>"
    "<p hidden>It is &copy; 12:30!</p>"
    "<ul><li>One</li><li>Two</li><li>Two</li></ul></article></main>"
    "<footer style='display: none'><img><input><small>Call us…</small>"
    "</footer>";

enum { HOME, TITLE, STORY, HIDDEN, ONE, TWO, TWO_AGAIN, FOOT, SMALL_BLOCKS };

static void test_values(void **state) {
    (void)state;
    struct declutter_page *page = page_of(small_page);
    const struct dc_features *features = features_of(page);
    float rows[SMALL_BLOCKS][DC_FEATURE_COUNT];
    assert_int_equal(page->page.block_count, SMALL_BLOCKS);
    for (uint32_t i = 0; i < SMALL_BLOCKS; i++)
        dc_features_row(features, i, rows[i]);
#define LOG(number) logf(1.0f + (number))
    const struct {
        uint32_t block;
        enum dc_feature feature;
        float value;
    } wanted[] = {
        {HOME, DC_FEATURE_text_words, LOG(1)},
        {HOME, DC_FEATURE_text_link_density, 1},
        {HOME, DC_FEATURE_text_links, LOG(1)},
        {HOME, DC_FEATURE_tag_a, 1},
        {HOME, DC_FEATURE_inside_nav, 1},
        {HOME, DC_FEATURE_inside_main, 0},
        {HOME, DC_FEATURE_text_ends_word, 1},
        {HOME, DC_FEATURE_text_starts_upper, 1},
        {HOME, DC_FEATURE_title_after, 0},
        {TITLE, DC_FEATURE_tag_h1, 1},
        {TITLE, DC_FEATURE_tag_p, 0},
        {TITLE, DC_FEATURE_inside_heading, 1},
        {TITLE, DC_FEATURE_title_is, 1},
        {TITLE, DC_FEATURE_title_similarity, 1},
        {TITLE, DC_FEATURE_text_chars, LOG(12)},
        {TITLE, DC_FEATURE_text_capitalised_share, 1.0f / 3},
        {TITLE, DC_FEATURE_text_upper_share, 0.1f},
        {STORY, DC_FEATURE_tag_p, 1},
        {STORY, DC_FEATURE_inside_article, 1},
        {STORY, DC_FEATURE_inside_main, 1},
        {STORY, DC_FEATURE_inside_nav, 0},
        {STORY, DC_FEATURE_text_words, LOG(20)},
        {STORY, DC_FEATURE_text_commas, LOG(3)},
        {STORY, DC_FEATURE_text_commas_per_word, 0.15f},
        {STORY, DC_FEATURE_text_sentences, LOG(2)},
        {STORY, DC_FEATURE_text_ends_sentence, 1},
        {STORY, DC_FEATURE_text_has_date, 1},
        {STORY, DC_FEATURE_text_is_prose, 1},
        {STORY, DC_FEATURE_title_after, 1},
        {STORY, DC_FEATURE_title_is, 0},
        {HIDDEN, DC_FEATURE_node_hidden, 1},
        {HIDDEN, DC_FEATURE_node_style_hidden, 0},
        {HIDDEN, DC_FEATURE_text_has_copyright, 1},
        {HIDDEN, DC_FEATURE_text_has_date, 1},
        {HIDDEN, DC_FEATURE_text_is_prose, 0},
        {STORY, DC_FEATURE_node_hidden, 0},
        {ONE, DC_FEATURE_tag_li, 1},
        {ONE, DC_FEATURE_inside_li, 1},
        {ONE, DC_FEATURE_record_near_members, LOG(3)},
        {STORY, DC_FEATURE_record_near_members, 0},
        {FOOT, DC_FEATURE_inside_footer, 1},
        {FOOT, DC_FEATURE_tag_small, 0}, /* looked through */
        {FOOT, DC_FEATURE_node_style_hidden, 1},
        {FOOT, DC_FEATURE_text_ends_more, 1},
        {FOOT, DC_FEATURE_text_images_before, LOG(1)},
        {FOOT, DC_FEATURE_text_controls_before, LOG(1)},
        {FOOT, DC_FEATURE_page_blocks, LOG(8) / 8},
        {FOOT, DC_FEATURE_page_og_article, 1},
        {FOOT, DC_FEATURE_page_og_product, 0},
        {FOOT, DC_FEATURE_page_articles, LOG(1)},
        {FOOT, DC_FEATURE_page_mains, 1},
        {FOOT, DC_FEATURE_page_items, LOG(3)},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        float value = rows[wanted[i].block][wanted[i].feature];
        if (fabsf(value - wanted[i].value) > 1e-4f)
            fail_msg("%s of block %u: %g instead of %g",
                     dc_feature_name(wanted[i].feature), wanted[i].block,
                     (double)value, (double)wanted[i].value);
    }
#undef LOG
    declutter_page_free(page);
}

/* Counts of a text, character by character. */
struct characters {
    uint32_t all, letters, upper, digits, wide, marks, commas, words;
    uint32_t capitalised, sentences, run, longest;
    bool bar, currency, at_sign;
};

static bool is_of(uint32_t c, const char *set) {
    while (*set)
        if (dc_utf8_next(&set) == c)
            return true;
    return false;
}

static void character_add(struct characters *n, uint32_t c, uint32_t before,
                          bool *in_word) {
    unsigned class = dc_class(c);
    bool cjk = class & DC_CLASS_CJK, word = class & DC_CLASS_WORD;
    bool space = class & DC_CLASS_SPACE;
    n->all++;
    n->wide += c > 127;
    n->letters += (class & DC_CLASS_LETTER) != 0;
    n->digits += (class & DC_CLASS_DIGIT) != 0;
    n->upper += (class & DC_CLASS_UPPER) != 0;
    n->capitalised += (class & DC_CLASS_UPPER) && !*in_word;
    n->words += word && (!*in_word || cjk);
    n->run = word ? n->run + 1 : 0;
    n->longest = !cjk && n->run > n->longest ? n->run : n->longest;
    n->marks += !word && !space;
    n->commas += is_of(c, ",;");
    n->sentences += space && is_of(before, ".!?\xE2\x80\xA6");
    n->bar |= c == '|';
    n->currency |= c == '$';
    n->at_sign |= c == '@';
    *in_word = word;
}

static struct characters characters_of(struct dc_text text) {
    struct characters n = {0};
    uint32_t before = 0;
    bool in_word = false;
    for (const char *at = text.bytes; at < text.bytes + text.length;) {
        uint32_t c = dc_utf8_next(&at);
        character_add(&n, c, before, &in_word);
        before = c;
    }
    n.sentences += is_of(before, ".!?\xE2\x80\xA6");
    return n;
}

#define ASSERT_TEXT(name, wanted)                                              \
    do {                                                                       \
        double found = (double)row[DC_FEATURE_text_##name];                    \
        if (fabs(found - (double)(wanted)) > 1e-5)                             \
            fail_msg(#name " of \"%.*s\": %g, not %g", (int)text.length,       \
                     text.bytes, found, (double)(wanted));                     \
    } while (0)

static void assert_text_features(const struct dc_features *features,
                                 uint32_t block) {
    struct dc_text text = dc_block_text(features->page, block);
    struct characters n = characters_of(text);
    float row[DC_FEATURE_COUNT];
    dc_features_own(features, block, row);
    double letters = n.words ? (double)n.letters / n.words / 20 : 0;
    ASSERT_TEXT(letters_per_word, letters < 3 ? letters : 3);
    ASSERT_TEXT(commas, log1p(n.commas));
    ASSERT_TEXT(sentences, log1p(n.sentences));
    ASSERT_TEXT(upper_share, n.letters ? (double)n.upper / n.letters : 0);
    ASSERT_TEXT(digit_share, (double)n.digits / n.all);
    ASSERT_TEXT(capitalised_share,
                n.words ? (double)n.capitalised / n.words : 0);
    ASSERT_TEXT(non_ascii_share, (double)n.wide / n.all);
    ASSERT_TEXT(punctuation_share, (double)n.marks / n.all);
    ASSERT_TEXT(has_bar, n.bar);
    ASSERT_TEXT(has_currency, n.currency);
    ASSERT_TEXT(has_at, n.at_sign);
    ASSERT_TEXT(has_long_word, n.longest > 30);
}

static void assert_texts_counted(struct declutter_page *page) {
    const struct dc_features *features = features_of(page);
    for (uint32_t i = 0; i < page->page.block_count; i++)
        assert_text_features(features, i);
}

static void test_text_features_on_prose(void **state) {
    (void)state;
    for_prose_pages(1500, assert_texts_counted);
}

/* -- Context ------------------------------------------------------------ */

enum { SOME_LABELS = 3 };

static void assert_context_bounded(const struct dc_layout *layout,
                                   struct dc_arena *arena, const float *p) {
    struct dc_context *context = dc_context_new(layout, arena, p, SOME_LABELS);
    assert_non_null(context);
    uint32_t count = (uint32_t)layout->page->block_count;
    for (uint32_t i = 0; i < count; i++) {
        float row[DC_FEATURE_COUNT] = {0};
        dc_context_row(context, i, row);
        for (int k = 0; k < DC_FEATURE_COUNT; k++)
            assert_true(isfinite(row[k]) && fabsf(row[k]) <= LARGEST);
        assert_true(row[DC_FEATURE_context_around1_mean] > 0);
        assert_true(row[DC_FEATURE_view2_page] > 0);
        assert_true(row[DC_FEATURE_view3_page] == 0);
        assert_true(context->rank[i] < count);
    }
    if (count)
        assert_true(context->best_f1 > 0 && context->best_f1 <= 1.0001);
    assert_true(context->cut_f1 <= 1.0001);
}

/* Guesses of every sort: sure, unsure, none, and chance. */
static void assert_contexts_bounded(struct declutter_page *page) {
    static const float guesses[] = {0, 1, 0.5f, 0.999f, 1e-30f};
    struct dc_arena *arena = &page->page.arena;
    const struct dc_layout *layout = dc_layout_new(&page->page);
    size_t count = page->page.block_count;
    float *p = dc_arena_alloc(arena, count * SOME_LABELS, sizeof *p);
    assert_non_null(layout);
    assert_non_null(p);
    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
        for (size_t i = 0; i < count * SOME_LABELS; i++)
            p[i] = guesses[g];
        assert_context_bounded(layout, arena, p);
    }
    uint32_t seed = 7;
    for (size_t i = 0; i < count * SOME_LABELS; i++)
        p[i] = (float)(random_next(&seed) % 1000) / 999;
    assert_context_bounded(layout, arena, p);
}

static void test_contexts_on_data(void **state) {
    (void)state;
    assert_true(for_data_pages(assert_contexts_bounded) >= 28);
}

static void test_contexts_without_words(void **state) {
    (void)state;
    static const char *const pages[] = {"<p>…<p>—<p>!", "<p>…", "<p>x<p>…"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct declutter_page *page = page_of(pages[i]);
        assert_contexts_bounded(page);
        declutter_page_free(page);
    }
}

/* -- Vocabulary --------------------------------------------------------- */

static void learn_vocabulary(struct declutter_page *page, const float *p,
                             float (*rows)[DC_FEATURE_COUNT]) {
    struct dc_arena *arena = &page->page.arena;
    const struct dc_layout *layout = dc_layout_new(&page->page);
    assert_non_null(layout);
    struct dc_vocabulary *vocabulary = dc_vocabulary_new(layout, arena);
    assert_non_null(vocabulary);
    dc_vocabulary_learn(vocabulary, p);
    for (uint32_t i = 0; i < page->page.block_count; i++)
        dc_vocabulary_row(vocabulary, i, rows[i]);
}

/* Words that stand in content speak for a block, others against it; what no
 * other block says, says nothing. */
static void test_vocabulary(void **state) {
    (void)state;
    enum { FRUIT, MORE_FRUIT, MENU, MORE_MENU, ALONE, BLOCKS };
    struct declutter_page *page = page_of("<p>Apples pears plums"
                                          "<p>Apples pears"
                                          "<p>Home search login"
                                          "<p>Home search"
                                          "<p>Cherries");
    assert_int_equal(page->page.block_count, BLOCKS);
    float rows[BLOCKS][DC_FEATURE_COUNT];
    const float p[BLOCKS] = {0.9f, 0.1f, 0.1f, 0.9f, 0.5f};
    const unsigned mean = DC_FEATURE_vocabulary_mean;
    const unsigned known = DC_FEATURE_vocabulary_known;
    learn_vocabulary(page, p, rows);
    assert_true(rows[MORE_FRUIT][mean] > 0.2f);
    assert_true(rows[MORE_MENU][mean] < -0.2f);
    assert_true(rows[FRUIT][mean] < 0 && rows[MENU][mean] > 0);
    assert_true(rows[MORE_FRUIT][DC_FEATURE_vocabulary_sum] >
                rows[MORE_FRUIT][mean]);
    assert_float_equal(rows[FRUIT][known], 2.0f / 3, 1e-6f);
    assert_float_equal(rows[MORE_FRUIT][known], 1, 1e-6f);
    assert_float_equal(rows[ALONE][known], 0, 0);
    assert_float_equal(rows[ALONE][mean], 0, 0);
    declutter_page_free(page);
}

/* However sure the guess is, a page that is all of a kind tells nothing
 * apart. */
static void test_vocabulary_of_one_kind(void **state) {
    (void)state;
    enum { BLOCKS = 40 };
    static const float guesses[] = {0, 1e-30f, 0.5f, 1};
    char html[BLOCKS * 24] = "";
    for (int i = 0; i < BLOCKS; i++)
        strcat(html, "<p>one two three");
    struct declutter_page *page = page_of(html);
    assert_int_equal(page->page.block_count, BLOCKS);
    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
        float p[BLOCKS], rows[BLOCKS][DC_FEATURE_COUNT];
        for (int i = 0; i < BLOCKS; i++)
            p[i] = guesses[g];
        learn_vocabulary(page, p, rows);
        for (int i = 0; i < BLOCKS; i++) {
            float mean = rows[i][DC_FEATURE_vocabulary_mean];
            assert_true(fabsf(mean) < 2);
            assert_float_equal(mean, rows[0][DC_FEATURE_vocabulary_mean], 0);
            assert_true(fabsf(rows[i][DC_FEATURE_vocabulary_sum]) <= 10);
        }
    }
    declutter_page_free(page);
}

/* Blocks stand in falling order, exactly but for ties of the scale. */
static void test_order(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    static float s[COUNT];
    uint32_t order[COUNT], seed = 3;
    bool seen[COUNT] = {false};
    struct dc_arena arena;
    dc_arena_init(&arena);
    for (int i = 0; i < COUNT; i++)
        s[i] = (float)(random_next(&seed) % 20001) / 1000 - 10;
    s[0] = -INFINITY;
    s[1] = INFINITY;
    assert_true(dc_order_blocks(&arena, s, 1, COUNT, order));
    for (int i = 0; i < COUNT; i++) {
        assert_true(order[i] < COUNT && !seen[order[i]]);
        seen[order[i]] = true;
        float before = i ? s[order[i - 1]] : INFINITY;
        before = before < -7 ? -7 : before;
        assert_true(s[order[i]] <= before + 14.0f / 4096 || before >= 6.99f);
    }
    dc_arena_free(&arena);
}

/* -- Layout ------------------------------------------------------------- */

static void assert_layout_fits(struct declutter_page *page) {
    const struct dc_page *p = &page->page;
    const struct dc_layout *layout = dc_layout_new(&page->page);
    assert_non_null(layout);
    uint32_t chars = 0, words = 0, links = 0;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const struct dc_block *block = &p->blocks[i];
        assert_int_equal(layout->chars_before[i], chars);
        assert_int_equal(layout->words_before[i], words);
        assert_int_equal(layout->link_chars_before[i], links);
        chars += block->chars;
        words += block->words;
        links += block->link_chars;
        assert_true(layout->first_copy[i] <= i);
        assert_true(layout->copies[i] >= 1);
        assert_true(layout->heading[i] == DC_NONE || layout->heading[i] < i);
        assert_true(layout->section_end[i] > i &&
                    layout->section_end[i] <= p->block_count);
        assert_true(layout->distinct[i] <= block->words);
        assert_true(layout->tag_group[i] < layout->tag_group_count);
    }
    assert_int_equal(layout->chars_before[p->block_count], chars);
    uint32_t members = 0;
    for (size_t i = 0; i < layout->tag_group_count; i++)
        members += layout->tag_groups[i].members;
    assert_int_equal(members, p->block_count);
    for (uint32_t i = 0; i < p->node_count; i++) {
        uint32_t wider = layout->wider[i];
        if (wider != DC_NONE)
            assert_true(dc_node_blocks(&p->nodes[wider]) >
                        dc_node_blocks(&p->nodes[i]));
    }
}

static void test_layouts_fit(void **state) {
    (void)state;
    assert_true(for_data_pages(assert_layout_fits) >= 28);
    for (uint32_t seed = 1; seed <= 1000; seed++) {
        size_t length;
        char *html = random_html(seed, 150, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        assert_layout_fits(page);
        declutter_page_free(page);
        free(html);
    }
}

static void test_layout_of_small_page(void **state) {
    (void)state;
    struct declutter_page *page = page_of(small_page);
    const struct dc_layout *layout = dc_layout_new(&page->page);
    assert_non_null(layout);
    assert_int_equal(layout->heading[HOME], DC_NONE);
    assert_int_equal(layout->heading[TITLE], DC_NONE);
    assert_int_equal(layout->heading[STORY], TITLE);
    assert_int_equal(layout->section_end[HOME], TITLE);
    assert_int_equal(layout->section_end[STORY], SMALL_BLOCKS);
    assert_int_equal(layout->copies[TWO], 2);
    assert_int_equal(layout->first_copy[TWO_AGAIN], TWO);
    assert_int_equal(layout->copies[ONE], 1);
    assert_int_equal(layout->tag_group[ONE], layout->tag_group[TWO]);
    assert_int_not_equal(layout->tag_group[ONE], layout->tag_group[STORY]);
    const struct dc_node *half = &page->page.nodes[layout->half_node];
    assert_int_equal(half->first_block, STORY);
    assert_int_equal(half->block_end, STORY + 1);
    declutter_page_free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_bounds_on_data),
        cmocka_unit_test(test_bounds_on_random_pages),
        cmocka_unit_test(test_bounds_on_hostile_pages),
        cmocka_unit_test(test_text_features_on_prose),
        cmocka_unit_test(test_contexts_on_data),
        cmocka_unit_test(test_contexts_without_words),
        cmocka_unit_test(test_vocabulary),
        cmocka_unit_test(test_vocabulary_of_one_kind),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_layouts_fit),
        cmocka_unit_test(test_layout_of_small_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
