/* test_model.c: the model file, from both sides.
 *
 * In: a small model built here, and damaged copies of its text.  Checked: what
 * was written reads back number for number and writes the same bytes again;
 * no damage goes unnoticed; with the checksum made right again, every lie
 * (counts, names, order, bounds) is still refused with its line.  The table
 * of features, the built-in model and the reading of files are played by this
 * file, so that model.c is tested alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model.h"
#include "model_text.h"
#include "svm.h"

/* -- What the rest of the library would provide ------------------------- */

static const char *const features[] = {"t_chars", "t_words", "link_density",
                                       "depth",   "s_body",  "x_last"};
enum { FEATURES = 6 };

uint32_t dc_feature_count(void) {
    return FEATURES;
}

const char *dc_feature_name(uint32_t feature) {
    return features[feature];
}

static const struct declutter_model builtin = {
    .label_count = 2, .labels = {"content", "builtin"}};

const struct declutter_model *declutter_model_default(void) {
    return &builtin;
}

enum declutter_status dc_fail(struct declutter_error *error,
                              enum declutter_status status, size_t offset,
                              const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (error) {
        error->status = status;
        error->offset = offset;
        vsnprintf(error->message, sizeof error->message, format, arguments);
    }
    va_end(arguments);
    return status;
}

enum declutter_status declutter_input_read(const char *path, size_t max_bytes,
                                           struct declutter_input *input,
                                           struct declutter_error *error) {
    *input = (struct declutter_input){0};
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return dc_fail(error, DECLUTTER_ERROR_READ, 0, "cannot open");
    input->bytes = malloc(1 << 16);
    assert_non_null(input->bytes);
    assert_true(max_bytes > 1 << 16);
    input->length = fread(input->bytes, 1, 1 << 16, stream);
    fclose(stream);
    return DECLUTTER_OK;
}

void declutter_input_free(struct declutter_input *input) {
    free(input->bytes);
    *input = (struct declutter_input){0};
}

/* -- A model ------------------------------------------------------------ */

static const uint32_t hashes[] = {0x00000000, 0x00000007, 0x0001ffff,
                                  0x8000abcd, 0xffff0000, 0xffffffff};
enum { ENTRIES = 6, LABELS = 3, INPUTS = 4, RANK = 3 };

static uint16_t starts[DC_LEXICON_BUCKETS + 1];
static uint16_t keys[ENTRIES];
static const uint8_t sources[ENTRIES] = {0, 1, 0, 1, 1, 0};
static const int8_t weights[ENTRIES * LABELS] = {
    1, -2, 3, 0, 127, -128, 5, 5, 5, -1, -1, -1, 9, 8, 7, 0, 0, 1};
static const uint16_t inputs[INPUTS] = {0, 2, 3, 5};
static const float means[INPUTS] = {0.1f, -2.5f, 1e-30f, 0};
static const float scales[INPUTS] = {1, 3.14159274f, 123456.789f, 0.5f};
static const float linears[INPUTS] = {-0.75f, 1e8f, 1.17549435e-38f, 2};
static const float factors[RANK * INPUTS] = {
    1, -1, 0.1f, 0, -0.0f, 1e-45f, 7, 8, 0.3333333f, 1e9f, -1e9f, 4};

static void lexicon_make(struct dc_lexicon *lexicon) {
    uint32_t entry = 0;
    for (uint32_t bucket = 0; bucket < DC_LEXICON_BUCKETS; bucket++) {
        starts[bucket] = (uint16_t)entry;
        while (entry < ENTRIES && hashes[entry] >> 16 == bucket) {
            keys[entry] = (uint16_t)hashes[entry];
            entry++;
        }
    }
    starts[DC_LEXICON_BUCKETS] = (uint16_t)entry;
    *lexicon = (struct dc_lexicon){.count = ENTRIES,
                                   .starts = starts,
                                   .keys = keys,
                                   .sources = sources,
                                   .weights = weights};
    for (int source = 0; source < DC_SOURCES; source++)
        for (int label = 0; label < LABELS; label++) {
            lexicon->unit[source][label] = 0.01f * (float)(label + source + 1);
            lexicon->bias[source][label] = -1.1f * (float)label;
        }
}

/* A model; its steps last until the next is made. */
static struct declutter_model model_make(void) {
    static void *steps;
    struct declutter_model model = {
        .label_count = LABELS,
        .labels = {"content", "navigation", "fine-print_2"},
        .svm_count = 2,
        .facts = "pages: 12\nseed: 1\nnote: gr\xc3\xbc\xc3\x9f\tGott\n"};
    struct dc_svm svm = {.stage = 1,
                         .input_count = INPUTS,
                         .rank = RANK,
                         .positive = 2,
                         .inputs = inputs,
                         .mean = means,
                         .scale = scales,
                         .linear = linears,
                         .factors = factors,
                         .bias = 0.3f,
                         .platt_slope = 1.7f,
                         .platt_offset = -0.2f};
    lexicon_make(&model.lexicon);
    for (int i = 0; i < DC_PARAMETER_COUNT; i++)
        model.parameters[i] = 0.7f * (float)i;
    model.svms[0] = svm;
    svm.stage = 2;
    svm.label = 2;
    svm.rank = svm.positive = 0;
    model.svms[1] = svm;
    free(steps);
    steps = dc_svm_steps_new(model.svms, model.svm_count);
    assert_non_null(steps);
    return model;
}

typedef enum declutter_status (*write_function)(const struct declutter_model *,
                                                FILE *);

static char *written(write_function write, const struct declutter_model *model,
                     size_t *length) {
    char *text = NULL;
    FILE *stream = open_memstream(&text, length);
    assert_non_null(stream);
    assert_int_equal(write(model, stream), DECLUTTER_OK);
    assert_int_equal(fclose(stream), 0);
    return text;
}

/* Parses a copy of exactly that size, so that a byte too far is noticed. */
static enum declutter_status parse_copy(const char *text, size_t length,
                                        struct declutter_model **model,
                                        struct declutter_error *error) {
    char *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, text, length);
    enum declutter_status status = dc_model_parse(copy, length, model, error);
    free(copy);
    return status;
}

/* -- Round trips -------------------------------------------------------- */

static void assert_svms_equal(const struct dc_svm *a, const struct dc_svm *b) {
    assert_int_equal(a->stage, b->stage);
    assert_int_equal(a->label, b->label);
    assert_int_equal(a->input_count, b->input_count);
    assert_int_equal(a->rank, b->rank);
    assert_int_equal(a->positive, b->positive);
    assert_memory_equal(a->inputs, b->inputs, a->input_count * sizeof *inputs);
    size_t size = a->input_count * sizeof(float);
    assert_memory_equal(a->mean, b->mean, size);
    assert_memory_equal(a->scale, b->scale, size);
    assert_memory_equal(a->linear, b->linear, size);
    if (a->rank)
        assert_memory_equal(a->factors, b->factors, a->rank * size);
    assert_memory_equal(&a->bias, &b->bias, sizeof a->bias);
    assert_memory_equal(&a->platt_slope, &b->platt_slope, sizeof a->bias);
    assert_memory_equal(&a->platt_offset, &b->platt_offset, sizeof a->bias);
}

static void assert_steps_equal(const struct dc_svm *a, const struct dc_svm *b) {
    const struct dc_steps *s = &a->steps, *t = &b->steps;
    size_t vectors = 1 + a->rank;
    assert_true(s->width == t->width && s->width % DC_STEPS_LANES == 0);
    assert_memory_equal(s->mean, t->mean, s->width * sizeof *s->mean);
    assert_memory_equal(s->scale, t->scale, s->width * sizeof *s->scale);
    assert_memory_equal(s->units, t->units, vectors * sizeof *s->units);
    assert_memory_equal(s->weights, t->weights,
                        vectors * s->width * sizeof *s->weights);
}

static void test_text_round_trip(void **state) {
    (void)state;
    struct declutter_model model = model_make(), *read;
    struct declutter_error error;
    size_t length, again_length;
    char *text = written(dc_model_write, &model, &length);
    assert_int_equal(parse_copy(text, length, &read, &error), DECLUTTER_OK);
    assert_int_equal(read->label_count, LABELS);
    assert_memory_equal(read->labels, model.labels, sizeof model.labels);
    assert_memory_equal(read->parameters, model.parameters,
                        sizeof model.parameters);
    assert_string_equal(read->facts, model.facts);
    const struct dc_lexicon *lexicon = &read->lexicon;
    assert_int_equal(lexicon->count, ENTRIES);
    assert_memory_equal(lexicon->starts, starts, sizeof starts);
    assert_memory_equal(lexicon->keys, keys, sizeof keys);
    assert_memory_equal(lexicon->sources, sources, sizeof sources);
    assert_memory_equal(lexicon->weights, weights, sizeof weights);
    assert_memory_equal(lexicon->unit, model.lexicon.unit,
                        sizeof lexicon->unit);
    assert_memory_equal(lexicon->bias, model.lexicon.bias,
                        sizeof lexicon->bias);
    assert_int_equal(read->svm_count, 2);
    assert_svms_equal(&read->svms[0], &model.svms[0]);
    assert_svms_equal(&read->svms[1], &model.svms[1]);
    assert_steps_equal(&read->svms[0], &model.svms[0]);
    assert_steps_equal(&read->svms[1], &model.svms[1]);
    assert_int_equal((uintptr_t)read->svms[0].factors % 64, 0);
    char *again = written(dc_model_write, read, &again_length);
    assert_int_equal(again_length, length);
    assert_memory_equal(again, text, length);
    free(again);
    free(text);
    declutter_model_free(read);
}

static void test_lexicon_lookup(void **state) {
    (void)state;
    struct declutter_model model = model_make(), *read;
    size_t length;
    char *text = written(dc_model_write, &model, &length);
    assert_int_equal(parse_copy(text, length, &read, NULL), DECLUTTER_OK);
    for (uint32_t entry = 0; entry < ENTRIES; entry++)
        assert_int_equal(dc_lexicon_find(&read->lexicon, hashes[entry]), entry);
    static const uint32_t absent[] = {1, 0x00010000, 0x8000abce, 0xfffffffe};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_int_equal(dc_lexicon_find(&read->lexicon, absent[i]), DC_NONE);
    declutter_model_free(read);
    free(text);
}

static void test_empty_model(void **state) {
    (void)state;
    struct declutter_model model = {.label_count = 1, .labels = {"content"}};
    struct declutter_model *read;
    static const uint16_t none[DC_LEXICON_BUCKETS + 1];
    model.lexicon.starts = none;
    size_t length;
    char *text = written(dc_model_write, &model, &length);
    assert_int_equal(parse_copy(text, length, &read, NULL), DECLUTTER_OK);
    assert_string_equal(read->facts, "");
    assert_int_equal(read->svm_count, 0);
    for (uint32_t hash = 0; hash < 100; hash++)
        assert_int_equal(dc_lexicon_find(&read->lexicon, hash << 25), DC_NONE);
    declutter_model_free(read);
    free(text);
}

static void test_load_and_names(void **state) {
    (void)state;
    struct declutter_model model = model_make(), *read = &model;
    struct declutter_error error;
    char path[] = "/tmp/test_model_XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *stream = fdopen(file, "wb");
    assert_non_null(stream);
    assert_int_equal(dc_model_write(&model, stream), DECLUTTER_OK);
    assert_int_equal(fclose(stream), 0);
    enum declutter_status status = declutter_model_load(path, &read, &error);
    remove(path);
    assert_int_equal(status, DECLUTTER_OK);
    assert_int_equal(declutter_model_label_count(read), LABELS);
    assert_string_equal(declutter_model_label_name(read, 1), "navigation");
    assert_null(declutter_model_label_name(read, LABELS));
    assert_int_equal(dc_model_label(read, "navigation", 10), 1);
    assert_int_equal(dc_model_label(read, "navigation", 3), DC_NONE);
    declutter_model_free(read);
    assert_int_equal(declutter_model_label_count(NULL), 2);
    assert_string_equal(declutter_model_label_name(NULL, 1), "builtin");
    assert_int_equal(declutter_model_load(path, &read, &error),
                     DECLUTTER_ERROR_READ);
    assert_null(read);
    declutter_model_free(NULL);
}

static void test_numbers(void **state) {
    (void)state;
    uint32_t bits = 12345;
    for (int i = 0; i < 200000; i++) {
        float number, back;
        char text[DC_NUMBER_SIZE];
        bits = bits * 1664525u + 1013904223u;
        memcpy(&number, &bits, sizeof number);
        if (!dc_number_valid(number))
            continue;
        size_t length = dc_number_format(text, number);
        assert_true(length < DC_NUMBER_SIZE);
        assert_true(dc_number_parse(text, length, &back));
        assert_memory_equal(&back, &number, sizeof number);
    }
    static const struct {
        const char *text;
        float number;
    } good[] = {{"0", 0},
                {"0.10000000000000000000000000000", 0.1f},
                {"123456789012345678901e-20", 1.23456789f},
                {"1e-60", 0},
                {"0e99999999999", 0},
                {".5", 0.5f},
                {"-1E+3", -1000}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        float number = 77;
        assert_true(
            dc_number_parse(good[i].text, strlen(good[i].text), &number));
        assert_true(number >= good[i].number && number <= good[i].number);
    }
    static const char *const bad[] = {
        "",   "-",   ".",    "1e",   "1e+",  "nan", "inf",         "0x1", "1 ",
        "+1", "1,5", "1e10", "-2e9", "1..2", "--1", "1e999999999", "1.5f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        float number;
        assert_false(dc_number_parse(bad[i], strlen(bad[i]), &number));
    }
}

/* -- Damage ------------------------------------------------------------- */

static void assert_refused(const char *text, size_t length) {
    struct declutter_model *model = NULL;
    struct declutter_error error = {0};
    assert_int_equal(parse_copy(text, length, &model, &error),
                     DECLUTTER_ERROR_MODEL);
    assert_null(model);
    char line[40];
    snprintf(line, sizeof line, "line %zu: ", error.offset);
    assert_true(error.offset > 0);
    assert_memory_equal(error.message, line, strlen(line));
}

static void test_every_truncation_and_flip(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    size_t length;
    char *text = written(dc_model_write, &model, &length);
    for (size_t i = 0; i < length; i++)
        assert_refused(text, i);
    for (size_t i = 0; i < length; i++)
        for (int bit = 0; bit < 8; bit++) {
            text[i] = (char)(text[i] ^ (1 << bit));
            assert_refused(text, length);
            text[i] = (char)(text[i] ^ (1 << bit));
        }
    free(text);
}

/* Makes the checksum right; `length` counts its line. */
static void reseal(char *text, size_t length) {
    char line[20];
    snprintf(line, sizeof line, "crc32 %08x\n", dc_crc32(0, text, length - 15));
    memcpy(text + length - 15, line, 15);
}

/* The text with the first `from` replaced by `to`, resealed. */
static char *forged(const char *text, size_t length, const char *from,
                    const char *to, size_t *forged_length) {
    const char *place = strstr(text, from);
    assert_non_null(place);
    size_t before = (size_t)(place - text), behind = before + strlen(from);
    char *copy = malloc(length + strlen(to) + 1);
    assert_non_null(copy);
    memcpy(copy, text, before);
    memcpy(copy + before, to, strlen(to));
    memcpy(copy + before + strlen(to), text + behind, length - behind);
    *forged_length = length + strlen(to) - strlen(from);
    reseal(copy, *forged_length);
    return copy;
}

static const struct {
    const char *from, *to, *message;
} lies[] = {
    {"declutter-model 1", "declutter-model 2", "model format 2"},
    {"declutter-model 1", "declutter-modem 1", "not a declutter model"},
    {"labels 3", "labels 9", "number of labels: 9 is more than 8"},
    {"labels 3", "labels 0", "must be \"content\""},
    {"labels 3", "labels 4294967297", "number of labels expected"},
    {"labels 3", "labels -1", "number of labels expected"},
    {"labels 3", "labels  3", "something is missing"},
    {"labels 3\n", "labels 3 \n", "end of line"},
    {"labels 3\n", "labels 3\r\n", "end of line"},
    {"\ncontent\n", "\nprose\n", "must be \"content\""},
    {"\nnavigation\n", "\ncontent\n", "twice"},
    {"\nnavigation\n", "\nNavigation\n", "bad name"},
    {"\nnavigation\n", "\nabcdefghijklmnopqrstuvwx\n", "bad name"},
    {"features 6", "features 7", "7 features but this program has 6"},
    {"features 6", "features 5", "5 features but this program has 6"},
    {"\nlink_density\n", "\nlink\n", "\"link\" but this program has \"link_d"},
    {"repeat_words", "repeat_word", "\"repeat_words\" expected"},
    {"lexicon 6", "lexicon 65535", "counts do not fit"},
    {"lexicon 6", "lexicon 65536", "65536 is more than 65535"},
    {"lexicon 6", "lexicon 5", "expected"},
    {"lexicon 6", "lexicon 7", "hexadecimal digits expected"},
    {"attributes unit 0.01", "attributes unit nan", "number expected"},
    {"attributes unit 0.01", "attributes unit 2e9", "number expected"},
    {"00000007", "00000000", "ascend"},
    {"8000abcd", "8000ABCD", "hexadecimal digits expected"},
    {"8000abcd 1", "8000abcd 2", "source: 2 is more than 1"},
    {"8000abcd 1", "8000abcd\t1", "blank expected"},
    {" 127 ", " 128 ", "weight: 128 is more than 127"},
    {" -128\n", " -129\n", "weight: 129 is more than 128"},
    {" 127 -128\n", " 127\n", "something is missing"},
    {"svms 2", "svms 17", "17 is more than 16"},
    {"svms 2", "svms 1", "\"facts\" expected"},
    {"svm 1 content", "svm 0 content", "no such stage"},
    {"svm 1 content", "svm 3 content", "stage: 3"},
    {"svm 1 content", "svm 1 contents", "no such stage or label"},
    {"svm 2 fine-print_2", "svm 1 content", "a second SVM"},
    {"inputs 4", "inputs 7", "inputs: 7 is more than 6"},
    {"rank 3", "rank 1025", "rank: 1025"},
    {"rank 3", "rank 1024", "counts do not fit"},
    {"positive 2", "positive 4", "positive: 4 is more than 3"},
    {"link_density -2.5", "t_chars -2.5", "unknown input, or out of order"},
    {"link_density -2.5", "nonsense -2.5", "unknown input"},
    {"link_density -2.5", "link_density -2.5 1", "end of line"},
    {"3f800000bf800000", "3f8000007f800000", "out of bounds"},
    {"3f800000bf800000", "3f8000007fc00000", "out of bounds"},
    {"3dcccccd00000000\n", "3dcccccd0000000\n", "hexadecimal"},
    {"facts 3", "facts 4", "facts are missing"},
    {"facts 3", "facts 2", "more lines than announced"},
    {"facts 3", "facts 4097", "4097 is more than 4096"},
    {"seed: 1", "seed:\r1", "control character"},
};

static void test_lies(void **state) {
    (void)state;
    struct declutter_model model = model_make(), *read;
    struct declutter_error error;
    size_t length, forged_length;
    char *text = written(dc_model_write, &model, &length);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        char *lie =
            forged(text, length, lies[i].from, lies[i].to, &forged_length);
        assert_refused(lie, forged_length);
        parse_copy(lie, forged_length, &read, &error);
        if (!strstr(error.message, lies[i].message))
            fail_msg("%s -> %s: %s", lies[i].from, lies[i].to, error.message);
        free(lie);
    }
    char *lie = forged(text, length, "0001ffff", "0001fffe", &forged_length);
    assert_int_equal(parse_copy(lie, forged_length, &read, &error),
                     DECLUTTER_OK); /* the forger's tools themselves work */
    declutter_model_free(read);
    free(lie);
    lie = forged(text, length, "\nlink_density\n", "\nlink\n", &forged_length);
    parse_copy(lie, forged_length, &read, &error);
    assert_int_equal(error.offset, 9); /* the line of the feature */
    free(lie);
    free(text);
}

/* Random edits that keep the checksum right: refused or read, never worse;
 * and what is read can be written and read again. */
static void test_random_edits(void **state) {
    (void)state;
    static const char alphabet[] = "0123456789 \n-.eafx\t\xff";
    struct declutter_model model = model_make(), *read;
    size_t length, again_length, accepted = 0;
    char *text = written(dc_model_write, &model, &length);
    char *copy = malloc(length);
    assert_non_null(copy);
    uint32_t seed = 99;
    for (int round = 0; round < 4000; round++) {
        memcpy(copy, text, length);
        for (int edits = 0; edits <= round % 3; edits++) {
            seed = seed * 1664525u + 1013904223u;
            copy[(seed >> 8) % (length - 15)] =
                alphabet[(seed >> 3) % (sizeof alphabet - 1)];
        }
        reseal(copy, length);
        if (parse_copy(copy, length, &read, NULL) != DECLUTTER_OK)
            continue;
        accepted++;
        char *again = written(dc_model_write, read, &again_length);
        declutter_model_free(read);
        assert_int_equal(parse_copy(again, again_length, &read, NULL),
                         DECLUTTER_OK);
        declutter_model_free(read);
        free(again);
    }
    assert_true(accepted > 100 && accepted < 3900);
    free(copy);
    free(text);
}

/* -- Writing ------------------------------------------------------------ */

static void test_write_refuses(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(dc_model_write(&model, full), DECLUTTER_ERROR_WRITE);
    assert_int_equal(dc_model_write_source(&model, full),
                     DECLUTTER_ERROR_WRITE);
    fclose(full);
    FILE *null = fopen("/dev/null", "w");
    assert_non_null(null);
    model.svms[1].bias = NAN;
    assert_int_equal(dc_model_write(&model, null), DECLUTTER_ERROR_MODEL);
    assert_int_equal(dc_model_write_source(&model, null),
                     DECLUTTER_ERROR_MODEL);
    model = model_make();
    model.facts = "bell: \a\n";
    assert_int_equal(dc_model_write(&model, null), DECLUTTER_ERROR_MODEL);
    fclose(null);
}

/* Floats of the source are read back by the C library. */
static void assert_source_floats(const char *source, const char *array,
                                 const float *numbers, size_t count) {
    const char *at = strstr(source, array);
    assert_non_null(at);
    at = strchr(at, '{') + 1;
    for (size_t i = 0; i < count; i++) {
        char *end;
        float number = strtof(at, &end);
        assert_memory_equal(&number, &numbers[i], sizeof number);
        assert_memory_equal(end, "f,", 2);
        at = end + 2;
    }
    assert_int_equal(*at, '}');
}

static void test_source(void **state) {
    (void)state;
    struct declutter_model model = model_make();
    size_t length;
    char *source = written(dc_model_write_source, &model, &length);
    assert_source_floats(source, "mean_0[4]", means, INPUTS);
    assert_source_floats(source, "scale_0[4]", scales, INPUTS);
    assert_source_floats(source, "linear_1[4]", linears, INPUTS);
    assert_source_floats(source, "factors_0[12]", factors, RANK * INPUTS);
    assert_source_floats(source, ".parameters =", model.parameters,
                         DC_PARAMETER_COUNT);
    const struct dc_steps *steps = &model.svms[0].steps;
    assert_source_floats(source, "step_units_0[4]", steps->units, 1 + RANK);
    assert_source_floats(source, "step_mean_0[", steps->mean, steps->width);
    assert_non_null(strstr(source, "factors_1[1] = {0}"));
    assert_non_null(strstr(source, "keys[10]"));
    assert_non_null(strstr(source, "\"fine-print_2\""));
    assert_non_null(strstr(source, "struct declutter_model dc_model_builtin"));
    free(source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_round_trip),
        cmocka_unit_test(test_lexicon_lookup),
        cmocka_unit_test(test_empty_model),
        cmocka_unit_test(test_load_and_names),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_every_truncation_and_flip),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_random_edits),
        cmocka_unit_test(test_write_refuses),
        cmocka_unit_test(test_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
