/* test_classify.c: from scores to the labels of a page.
 *
 * In: models made by hand, whose one input is the tag a block stands in, so
 * that the test says which block is how probable; and SVMs of random weights.
 * Checked: the decision for the page (what is kept, what repeats, when there
 * is nothing, what the bias moves, how two stages follow each other), and
 * that scoring is the formula in model.h.
 */
#include "pages.h"

#include <math.h>

#include "classify.h"
#include "svm.h"

/* -- A model made by hand ----------------------------------------------- */

enum { CONTENT, NAVIGATION, PROMO, LABELS };

/* Content is what stands in <p>, and less surely in <div>; promo what stands
 * in <li>; all else is navigation. */
static const uint16_t content_inputs[] = {DC_FEATURE_tag_p, DC_FEATURE_tag_div};
static const uint16_t promo_inputs[] = {DC_FEATURE_tag_li};
static const float zeros[2] = {0, 0}, ones[2] = {1, 1};
static const float content_weights[2] = {6, 4}, promo_weights[1] = {8};
static const uint16_t no_tokens[DC_LEXICON_BUCKETS + 1];

/* Makes the steps of some SVMs, which last until they are asked for again for
 * others of the same `keeper`. */
static void steps_make(void **keeper, struct dc_svm *svms, size_t count) {
    free(*keeper);
    *keeper = dc_svm_steps_new(svms, count);
    assert_non_null(*keeper);
}

static struct dc_svm svm_make(uint32_t label, const uint16_t *inputs,
                              const float *weights, uint32_t count) {
    return (struct dc_svm){.stage = 1,
                           .label = label,
                           .input_count = count,
                           .inputs = inputs,
                           .mean = zeros,
                           .scale = ones,
                           .linear = weights,
                           .bias = -3,
                           .platt_slope = 1};
}

/* P(content): 0.95 in <p>, 0.73 in <div>, 0.05 elsewhere. */
static struct declutter_model model_make(void) {
    static void *keeper;
    struct declutter_model model = {
        .label_count = LABELS,
        .labels = {"content", "navigation", "promo"},
        .lexicon = {.starts = no_tokens},
        .svm_count = 2,
        .facts = ""};
    model.svms[0] = svm_make(CONTENT, content_inputs, content_weights, 2);
    model.svms[1] = svm_make(PROMO, promo_inputs, promo_weights, 1);
    steps_make(&keeper, model.svms, 2);
    for (int source = 0; source < DC_SOURCES; source++)
        model.lexicon.bias[source][NAVIGATION] = -1;
    model.parameters[DC_PARAMETER_attribute_weight] = 1;
    model.parameters[DC_PARAMETER_text_weight] = 1;
    model.parameters[DC_PARAMETER_repeat_words] = 8;
    model.parameters[DC_PARAMETER_repeat_margin] = 0.15f;
    model.parameters[DC_PARAMETER_empty_words] = 5;
    return model;
}

/* A letter a block: c, n, p; upper case if it is not printed again. */
static void assert_labels(const struct declutter_model *model, double bias,
                          const char *html, const char *wanted) {
    struct declutter_page *page = page_of(html);
    const struct dc_page *p = &page->page;
    char found[100];
    assert_int_equal(dc_classify(&page->page, model, bias, NULL), DECLUTTER_OK);
    assert_true(p->block_count < sizeof found);
    for (size_t i = 0; i < p->block_count; i++)
        found[i] = (p->hidden[i] ? "CNP" : "cnp")[p->labels[i]];
    found[p->block_count] = '\0';
    assert_string_equal(found, wanted);
    declutter_page_free(page);
}

#define WORDS "One two three four five six seven eight nine ten"
#define OTHER "Some other words that say in full what the page is about"

static void test_likeliest_label(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    assert_labels(&model, 0,
                  "<nav>menu</nav><h1>x</h1><p>" WORDS "</p><p>" OTHER
                  "</p><ul><li>" WORDS " more<li>" OTHER " yet</ul>"
                  "<footer>end</footer>",
                  "nnccppn");
}

static void test_empty_page(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    assert_labels(&model, 0, "", "");
    /* little is expected on a page of many words: nothing */
    assert_labels(&model, 0,
                  "<nav>menus and menus and more menus</nav><p>One two three",
                  "nn");
    assert_labels(&model, 0,
                  "<nav>menus and menus and more menus</nav>"
                  "<p>One two three four five six",
                  "nc");
    /* little is expected because there is little: all of it */
    assert_labels(&model, 0, "<p>One two three", "c");
    assert_labels(&model, 0, "<nav>a</nav><h2>b c d</h2><footer>e</footer>",
                  "nnn");
    model.parameters[DC_PARAMETER_empty_words] = 0;
    assert_labels(&model, 0,
                  "<nav>menus and menus and more menus</nav><p>One two three",
                  "nc");
}

static void test_repeats(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    assert_labels(&model, 0, "<p>" WORDS "<p>" OTHER "<p>" WORDS, "ccC");
    assert_labels(&model, 0, "<p>" WORDS "<p>" WORDS "<p>" WORDS, "cCC");
    /* case and punctuation make no difference, digits do */
    assert_labels(&model, 0,
                  "<p>" WORDS " 1!<p>ONE " WORDS "<p>" OTHER "<p>" WORDS
                  ", 1<p>" WORDS " 2",
                  "cccCc");
    /* short blocks may repeat */
    assert_labels(&model, 0, "<p>" WORDS "<p>And so on<p>And so on", "ccc");
    /* a later copy stays if it is much more probable, not if a little */
    assert_labels(&model, 0, "<p>" OTHER "<footer>" WORDS "</footer><p>" WORDS,
                  "cCc");
    model.parameters[DC_PARAMETER_repeat_margin] = 0.5f;
    assert_labels(&model, 0, "<div>" WORDS "</div><p>" WORDS, "cC");
    /* what is not kept anywhere is no content in any copy */
    assert_labels(&model, 0,
                  "<p>" OTHER "<footer>" WORDS "</footer><footer>" WORDS,
                  "cnN");
}

static int text_sink(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length ? 0 : -1;
}

static void test_repeats_are_printed_once(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    struct text text;
    struct declutter_page *page = page_of(
        "<p>" WORDS "</p><nav>menu</nav><p>" OTHER "</p><p>" WORDS "</p>");
    assert_int_equal(declutter_page_classify(page, &model, NULL, NULL),
                     DECLUTTER_OK);
    text_start(&text);
    assert_int_equal(declutter_page_render(page, DECLUTTER_TEXT, NULL,
                                           text_sink, text.stream, NULL),
                     DECLUTTER_OK);
    text_end(&text);
    const char *first = strstr(text.bytes, WORDS);
    assert_non_null(first);
    assert_null(strstr(first + 1, WORDS));
    assert_non_null(strstr(text.bytes, OTHER));
    assert_null(strstr(text.bytes, "menu"));
    free(text.bytes);
    declutter_page_free(page);
}

/* With more bias no block stops being content; far out, all or none is. */
static void test_bias(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    static const char html[] = "<nav>one two three four</nav><p>" WORDS
                               "<div>" OTHER "</div><li>five six seven";
    size_t before = 0;
    for (double bias = -20; bias <= 20; bias += 0.5) {
        struct declutter_page *page = page_of(html);
        struct declutter_options options = {.bias = bias};
        const struct declutter_block *blocks;
        size_t count, kept = 0;
        assert_int_equal(declutter_page_classify(page, &model, &options, NULL),
                         DECLUTTER_OK);
        blocks = declutter_page_blocks(page, &count);
        for (size_t i = 0; i < count; i++)
            kept += blocks[i].label == CONTENT;
        assert_true(kept >= before);
        if (bias <= -19)
            assert_int_equal(kept, 0);
        before = kept;
        declutter_page_free(page);
    }
    assert_int_equal(before, 4);
    assert_labels(&model, 0, html, "nccp");
    /* the model's own bias does the same */
    model.parameters[DC_PARAMETER_content_bias] = 20;
    assert_labels(&model, 0, html, "cccc");
    assert_labels(&model, -20, html, "nccp");
}

static void assert_distribution(struct declutter_page *page) {
    const struct declutter_model *model = page->page.model;
    uint32_t labels = model->label_count;
    for (size_t i = 0; i < page->page.block_count; i++) {
        const float *scores = page->page.scores + i * labels;
        float sum = 0;
        assert_true(page->page.labels[i] < labels);
        for (uint32_t l = 0; l < labels; l++) {
            assert_true(scores[l] >= 0 && scores[l] <= 1);
            sum += scores[l];
        }
        assert_true(fabsf(sum - 1) < 1e-5f);
    }
}

static void assert_builtin_distribution(struct declutter_page *page) {
    assert_int_equal(
        dc_classify(&page->page, declutter_model_default(), 0, NULL),
        DECLUTTER_OK);
    assert_distribution(page);
}

static void test_scores_are_a_distribution(void **state) {
    (void)state;
    assert_true(for_data_pages(assert_builtin_distribution) >= 28);
    struct declutter_model model = model_make();
    for (uint32_t seed = 1; seed <= 300; seed++) {
        size_t length;
        char *html = random_html(seed, 100, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        double bias = (double)(seed % 9) * 10 - 40;
        assert_int_equal(dc_classify(&page->page, &model, bias, NULL),
                         DECLUTTER_OK);
        assert_distribution(page);
        assert_builtin_distribution(page);
        declutter_page_free(page);
        free(html);
    }
}

static void test_one_label(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    model.label_count = 1;
    model.svm_count = 1;
    assert_labels(&model, 0, "<nav>menu</nav><p>" WORDS, "cc");
}

/* A second stage has the last word, for the labels it knows. */
static void test_second_stage(void **state) {
    (void)state;
    static const uint16_t inputs[] = {DC_FEATURE_tag_h2};
    static const float weights[] = {8};
    struct declutter_model model = model_make();
    static const char html[] =
        "<h2>" WORDS "</h2><p>" OTHER "</p><li>" WORDS " more";
    assert_labels(&model, 0, html, "ncp");
    static void *keeper;
    model.svms[2] = svm_make(CONTENT, inputs, weights, 1);
    model.svms[2].stage = 2;
    model.svm_count = 3;
    steps_make(&keeper, model.svms, 3);
    assert_labels(&model, 0, html, "cnp");
}

/* The contexts the second stage reads are those of the first one's output,
 * not of the lexicon's. */
static void test_second_stage_reads_the_first(void **state) {
    (void)state;
    static const uint16_t inputs[] = {DC_FEATURE_context_guess};
    static const float weights[] = {1};
    struct declutter_model model = model_make();
    model.svms[2] = svm_make(CONTENT, inputs, weights, 1);
    model.svms[2].stage = 2;
    model.svms[2].bias = 0;
    model.svm_count = 3;
    static void *keeper;
    steps_make(&keeper, model.svms, 3);
    struct declutter_page *page =
        page_of("<p>" WORDS "</p><div>" OTHER "</div><nav>menu</nav>");
    assert_int_equal(dc_classify(&page->page, &model, 0, NULL), DECLUTTER_OK);
    static const float wanted[] = {3, 1, -3}; /* log-odds of stage 1 */
    for (int i = 0; i < 3; i++) {
        float p = page->page.scores[i * LABELS];
        assert_true(fabsf(logf(p / (1 - p)) - wanted[i]) < 1e-3f);
    }
    declutter_page_free(page);
}

/* Pages of few blocks keep their rows between the stages, others make them
 * again; a page does not change by what stands far behind it. */
static void test_large_page(void **state) {
    (void)state;
    enum { COUNT = 10000 };
    struct declutter_model model = model_make();
    size_t length;
    char *html = repeated("<p>" WORDS "</p><div>x</div>", COUNT, &length);
    struct declutter_page *page = page_of_bytes(html, length);
    assert_int_equal(dc_classify(&page->page, &model, 0, NULL), DECLUTTER_OK);
    assert_int_equal(page->page.block_count, 2 * COUNT);
    for (size_t i = 0; i < 2 * COUNT; i += 2) {
        float p = page->page.scores[i * LABELS];
        float q = page->page.scores[(i + 1) * LABELS];
        assert_true(fabsf(p - 0.952574f) < 1e-4f);
        assert_true(fabsf(q - 0.731059f) < 1e-4f);
    }
    free(html);
    declutter_page_free(page);
}

/* -- SVMs --------------------------------------------------------------- */

enum { INPUTS = 37, RANK = 11, POSITIVE = 6 };

struct random_svm {
    uint16_t inputs[INPUTS];
    float mean[INPUTS], scale[INPUTS], linear[INPUTS], factors[RANK * INPUTS];
};

static float draw(uint32_t *seed) {
    return (float)(random_next(seed) % 20001) / 10000 - 1;
}

static struct dc_svm svm_random(struct random_svm *numbers, uint32_t *seed) {
    for (uint16_t i = 0; i < INPUTS; i++) {
        numbers->inputs[i] = (uint16_t)(3 * i + 1);
        numbers->mean[i] = draw(seed);
        numbers->scale[i] = 3 * draw(seed);
        numbers->linear[i] = draw(seed);
    }
    for (int i = 0; i < RANK * INPUTS; i++)
        numbers->factors[i] = draw(seed);
    return (struct dc_svm){.input_count = INPUTS,
                           .rank = RANK,
                           .positive = POSITIVE,
                           .inputs = numbers->inputs,
                           .mean = numbers->mean,
                           .scale = numbers->scale,
                           .linear = numbers->linear,
                           .factors = numbers->factors,
                           .bias = draw(seed),
                           .platt_slope = 1.5f,
                           .platt_offset = -0.5f};
}

/* The formula of model.h, in doubles. */
static double value_by_definition(const struct dc_svm *svm, const float *row) {
    double z[INPUTS], value = (double)svm->bias;
    for (uint32_t i = 0; i < svm->input_count; i++) {
        double x = ((double)row[svm->inputs[i]] - (double)svm->mean[i]) *
                   (double)svm->scale[i];
        z[i] = x < -3 ? -3 : x > 3 ? 3 : x;
        value += (double)svm->linear[i] * z[i];
    }
    for (uint32_t r = 0; r < svm->rank; r++) {
        double sum = 0;
        for (uint32_t i = 0; i < svm->input_count; i++)
            sum += (double)svm->factors[r * svm->input_count + i] * z[i];
        value += r < svm->positive ? sum * sum : -(sum * sum);
    }
    return value;
}

static void test_value_is_the_formula(void **state) {
    (void)state;
    uint32_t seed = 11;
    for (int round = 0; round < 200; round++) {
        static void *keeper;
        struct random_svm numbers;
        struct dc_svm svm = svm_random(&numbers, &seed);
        float row[DC_FEATURE_COUNT];
        for (int i = 0; i < DC_FEATURE_COUNT; i++)
            row[i] = 2 * draw(&seed);
        row[1] = 1e30f; /* out of all bounds: clipped */
        row[4] = -1e30f;
        svm.rank = (uint32_t)round % (RANK + 1);
        svm.positive = svm.rank < POSITIVE ? svm.rank : POSITIVE;
        steps_make(&keeper, &svm, 1);
        double wanted = value_by_definition(&svm, row);
        double found = (double)dc_svm_value(&svm, row);
        /* whole steps: less than 0.003 a product, whose size is some 10 */
        assert_true(fabs(found - wanted) < 0.003 + 0.03 * svm.rank);
        if (svm.rank == 0)
            assert_true(found != wanted); /* they are steps */
    }
}

/* The same of an SVM's steps, one by one: what every machine must come to,
 * whatever the width of its vectors. */
static float value_in_steps(const struct dc_svm *svm, const float *row) {
    const struct dc_steps *steps = &svm->steps;
    float value = svm->bias;
    for (uint32_t v = 0; v <= svm->rank; v++) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < steps->width; i++) {
            float x = (row[i] - steps->mean[i]) * steps->scale[i];
            x = x < -3 ? -3 : x > 3 ? 3 : x;
            int32_t step = (int32_t)(x * 2048 + 16384.5f) - 16384;
            assert_true(fabsf((float)step - x * 2048) < 0.501f);
            sum += (int64_t)step * steps->weights[v * steps->width + i];
        }
        assert_true(sum > INT32_MIN && sum < INT32_MAX);
        float product = (float)sum * steps->units[v];
        if (v == 0)
            value += product;
        else
            value += (v <= svm->positive ? 1.0f : -1.0f) * (product * product);
    }
    return value;
}

/* A row has the same value to the last bit, alone and in a batch of any size,
 * beside any number of other SVMs. */
static void test_batches(void **state) {
    (void)state;
    enum { SVMS = 6 };
    uint32_t seed = 5;
    static void *keeper;
    static float rows[DC_BATCH * DC_ROW];
    static struct random_svm numbers[SVMS];
    struct dc_svm svms[SVMS];
    const struct dc_svm *all[SVMS];
    float values[SVMS][DC_BATCH];
    for (uint32_t s = 0; s < SVMS; s++) {
        svms[s] = svm_random(&numbers[s], &seed);
        svms[s].rank = s < 2 ? 0 : RANK - s;
        svms[s].mean = svms[0].mean;
        svms[s].scale = svms[0].scale;
        svms[s].inputs = svms[0].inputs;
        all[s] = &svms[s];
    }
    steps_make(&keeper, svms, SVMS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        rows[i] = 4 * draw(&seed);
    for (size_t count = 1; count <= DC_BATCH; count++) {
        for (size_t some = 1; some <= SVMS; some++) {
            dc_svm_values(all, some, rows, count, values);
            for (size_t s = 0; s < some; s++)
                for (size_t b = 0; b < count; b++) {
                    float alone = value_in_steps(all[s], rows + b * DC_ROW);
                    assert_memory_equal(&values[s][b], &alone, sizeof alone);
                }
        }
    }
}

/* Weights and inputs as large as they get: no sum leaves 32 bits. */
static void test_largest_sums(void **state) {
    (void)state;
    static void *keeper;
    static uint16_t inputs[DC_FEATURE_COUNT];
    static float mean[DC_FEATURE_COUNT], scale[DC_FEATURE_COUNT];
    static float weights[DC_FEATURE_COUNT], row[DC_FEATURE_COUNT];
    for (uint16_t i = 0; i < DC_FEATURE_COUNT; i++) {
        inputs[i] = i;
        scale[i] = 1e9f;
        weights[i] = i % 2 ? 1e9f : -1e9f;
        row[i] = i % 2 ? 1 : -1;
    }
    struct dc_svm svm = svm_make(CONTENT, inputs, weights, DC_FEATURE_COUNT);
    svm.mean = mean;
    svm.scale = scale;
    steps_make(&keeper, &svm, 1);
    float wanted = 3e9f * DC_FEATURE_COUNT, found = dc_svm_value(&svm, row);
    assert_true(fabsf(found - wanted) < wanted * 1e-3f);
    row[0] = NAN; /* the lower limit */
    assert_memory_equal(&(float){dc_svm_value(&svm, row)}, &found,
                        sizeof found);
    memset(weights, 0, sizeof weights);
    steps_make(&keeper, &svm, 1);
    assert_true(dc_svm_value(&svm, row) == svm.bias);
    svm.input_count = 0;
    steps_make(&keeper, &svm, 1);
    assert_true(dc_svm_value(&svm, row) == svm.bias);
}

static void test_scale_and_probability(void **state) {
    (void)state;
    static const uint16_t inputs[] = {3, 5};
    static const float mean[] = {1, -1}, scale[] = {2, 0.5f};
    struct dc_svm svm = svm_make(CONTENT, inputs, ones, 2), other = svm;
    float row[DC_FEATURE_COUNT] = {0}, z[2];
    svm.mean = mean;
    svm.scale = scale;
    row[3] = 2;
    row[5] = -100;
    dc_svm_scale(&svm, row, z);
    assert_true(z[0] == 2 && z[1] == -3);
    assert_true(dc_svm_same_scale(&svm, &svm));
    assert_false(dc_svm_same_scale(&svm, &other));
    svm.platt_slope = 2;
    svm.platt_offset = 1;
    assert_true(fabsf(dc_svm_probability(&svm, -0.5f) - 0.5f) < 1e-6f);
    assert_true(fabsf(dc_svm_probability(&svm, 1) - 0.952574f) < 1e-5f);
    assert_true(dc_svm_probability(&svm, 1e30f) == 1);
    assert_true(dc_svm_probability(&svm, -1e30f) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_likeliest_label),
        cmocka_unit_test(test_empty_page),
        cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_repeats_are_printed_once),
        cmocka_unit_test(test_bias),
        cmocka_unit_test(test_scores_are_a_distribution),
        cmocka_unit_test(test_one_label),
        cmocka_unit_test(test_second_stage),
        cmocka_unit_test(test_second_stage_reads_the_first),
        cmocka_unit_test(test_large_page),
        cmocka_unit_test(test_value_is_the_formula),
        cmocka_unit_test(test_batches),
        cmocka_unit_test(test_largest_sums),
        cmocka_unit_test(test_scale_and_probability),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
