/* model_write.c: writes a model, as the text that model.c reads or as C
 * source to be compiled in.
 *
 * In: a model.  Out: bytes that depend on the model alone, so that the same
 * training gives the same file.  Both forms go through one small buffer that
 * keeps the running checksum and remembers the first failure: a number that
 * the reader would refuse is refused here, where it arose.
 *
 * The source uses hexadecimal float literals without a point (0x123abcp-20f):
 * exact, read fast by compilers, and the same in every locale.
 */
#include "model.h"
#include "model_text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { BUFFER_SIZE = 1 << 14, PUT_MAX = 512 };

struct writer {
    FILE *stream;
    enum declutter_status status;
    uint32_t crc;
    size_t used;
    char buffer[BUFFER_SIZE];
};

static const char *const source_names[DC_SOURCES] = {"attributes", "text"};

static void flush(struct writer *writer) {
    writer->crc = dc_crc32(writer->crc, writer->buffer, writer->used);
    if (fwrite(writer->buffer, 1, writer->used, writer->stream) != writer->used)
        writer->status = DECLUTTER_ERROR_WRITE;
    writer->used = 0;
}

static void put_bytes(struct writer *writer, const char *bytes, size_t length) {
    while (length > 0) {
        size_t room = BUFFER_SIZE - writer->used;
        size_t part = length < room ? length : room;
        memcpy(writer->buffer + writer->used, bytes, part);
        writer->used += part;
        bytes += part;
        length -= part;
        if (writer->used == BUFFER_SIZE)
            flush(writer);
    }
}

static void put(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...) {
    char text[PUT_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= PUT_MAX)
        writer->status = DECLUTTER_ERROR_MODEL;
    else
        put_bytes(writer, text, (size_t)length);
}

/* This model could not be read again. */
static void refuse(struct writer *writer) {
    if (writer->status == DECLUTTER_OK)
        writer->status = DECLUTTER_ERROR_MODEL;
}

static void check_number(struct writer *writer, float number) {
    if (!dc_number_valid(number))
        refuse(writer);
}

static enum declutter_status finish(struct writer *writer) {
    flush(writer);
    if (fflush(writer->stream) != 0 || ferror(writer->stream))
        writer->status = DECLUTTER_ERROR_WRITE;
    return writer->status;
}

/* Hash of an entry; called in order, with *bucket 0 before the first. */
static uint32_t entry_hash(const struct dc_lexicon *lexicon, uint32_t entry,
                           uint32_t *bucket) {
    while (lexicon->starts[*bucket + 1] <= entry)
        (*bucket)++;
    return *bucket << 16 | lexicon->keys[entry];
}

/* -- Text --------------------------------------------------------------- */

static void put_number(struct writer *writer, float number) {
    char text[DC_NUMBER_SIZE];
    check_number(writer, number);
    size_t length = dc_number_format(text, number);
    put_bytes(writer, " ", 1);
    put_bytes(writer, text, length);
}

static void put_numbers(struct writer *writer, const float *numbers,
                        uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        put_number(writer, numbers[i]);
    put(writer, "\n");
}

static void put_names(struct writer *writer,
                      const struct declutter_model *model) {
    static const char *const parameters[] = {
#define X(name) #name,
        DC_PARAMETERS(X)
#undef X
    };
    put(writer, "declutter-model %d\nlabels %u\n", DC_MODEL_VERSION,
        model->label_count);
    for (uint32_t i = 0; i < model->label_count; i++)
        put(writer, "%s\n", model->labels[i]);
    put(writer, "features %u\n", dc_feature_count());
    for (uint32_t i = 0; i < dc_feature_count(); i++)
        put(writer, "%s\n", dc_feature_name(i));
    put(writer, "parameters\n");
    for (int i = 0; i < DC_PARAMETER_COUNT; i++) {
        put(writer, "%s", parameters[i]);
        put_numbers(writer, &model->parameters[i], 1);
    }
}

static void put_lexicon(struct writer *writer,
                        const struct declutter_model *model) {
    const struct dc_lexicon *lexicon = &model->lexicon;
    uint32_t labels = model->label_count, bucket = 0;
    put(writer, "lexicon %u\n", lexicon->count);
    for (int i = 0; i < DC_SOURCES; i++) {
        put(writer, "%s unit", source_names[i]);
        put_numbers(writer, lexicon->unit[i], labels);
        put(writer, "%s bias", source_names[i]);
        put_numbers(writer, lexicon->bias[i], labels);
    }
    for (uint32_t entry = 0; entry < lexicon->count; entry++) {
        put(writer, "%08x %u", entry_hash(lexicon, entry, &bucket),
            lexicon->sources[entry]);
        for (uint32_t i = 0; i < labels; i++)
            put(writer, " %d", lexicon->weights[entry * labels + i]);
        put(writer, "\n");
    }
}

static void put_factors(struct writer *writer, const struct dc_svm *svm) {
    static const char digits[] = "0123456789abcdef";
    for (uint32_t row = 0; row < svm->rank; row++) {
        for (uint32_t i = 0; i < svm->input_count; i++) {
            float number = svm->factors[(size_t)row * svm->input_count + i];
            uint32_t bits;
            char text[DC_FACTOR_DIGITS];
            check_number(writer, number);
            memcpy(&bits, &number, sizeof bits);
            for (int digit = DC_FACTOR_DIGITS; digit-- > 0; bits >>= 4)
                text[digit] = digits[bits & 15];
            put_bytes(writer, text, sizeof text);
        }
        put(writer, "\n");
    }
}

static void put_svm(struct writer *writer, const struct declutter_model *model,
                    const struct dc_svm *svm) {
    put(writer, "svm %u %s inputs %u rank %u positive %u\nbias", svm->stage,
        model->labels[svm->label], svm->input_count, svm->rank, svm->positive);
    put_numbers(writer, &svm->bias, 1);
    put(writer, "platt");
    put_number(writer, svm->platt_slope);
    put_numbers(writer, &svm->platt_offset, 1);
    for (uint32_t i = 0; i < svm->input_count; i++) {
        put(writer, "%s", dc_feature_name(svm->inputs[i]));
        put_number(writer, svm->mean[i]);
        put_number(writer, svm->scale[i]);
        put_numbers(writer, &svm->linear[i], 1);
    }
    put_factors(writer, svm);
}

/* Facts are lines of text; the reader takes no control characters. */
static void put_facts(struct writer *writer, const char *facts) {
    size_t length = strlen(facts);
    uint32_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)facts[i];
        lines += c == '\n';
        if (c == 127 || (c < ' ' && c != '\n' && c != '\t'))
            refuse(writer);
    }
    bool open = length > 0 && facts[length - 1] != '\n';
    lines += open;
    if (lines > DC_FACTS_MAX)
        refuse(writer);
    put(writer, "facts %u\n", lines);
    put_bytes(writer, facts, length);
    if (open)
        put(writer, "\n");
}

enum declutter_status dc_model_write(const struct declutter_model *model,
                                     FILE *stream) {
    struct writer writer = {.stream = stream};
    put_names(&writer, model);
    put_lexicon(&writer, model);
    put(&writer, "svms %u\n", model->svm_count);
    for (uint32_t i = 0; i < model->svm_count; i++)
        put_svm(&writer, model, &model->svms[i]);
    put_facts(&writer, model->facts ? model->facts : "");
    flush(&writer);
    put(&writer, "crc32 %08x\n", writer.crc);
    return finish(&writer);
}

/* -- C source ----------------------------------------------------------- */

/* Opens an array; a C array may not be empty, hence at least one item. */
static void open_array(struct writer *writer, const char *type,
                       const char *name, size_t count) {
    put(writer, "static const _Alignas(64) %s %s[%zu] = {", type, name,
        count ? count : 1);
    if (count == 0)
        put(writer, "0");
}

static void put_break(struct writer *writer, size_t item) {
    put_bytes(writer, "\n", item % 16 == 0);
}

static void put_literal(struct writer *writer, float number) {
    int exponent;
    check_number(writer, number);
    /* 24 bits are the whole mantissa of a float. */
    double mantissa = ldexp(frexp((double)number, &exponent), 24);
    if (dc_number_valid(number))
        put(writer, "%s0x%xp%df,", signbit(number) ? "-" : "",
            (unsigned)fabs(mantissa), exponent - 24);
}

static void put_float_array(struct writer *writer, const char *name,
                            uint32_t number, const float *values,
                            size_t count) {
    char full[64];
    snprintf(full, sizeof full, "%s_%u", name, number);
    open_array(writer, "float", full, count);
    for (size_t i = 0; i < count; i++) {
        put_break(writer, i);
        put_literal(writer, values[i]);
    }
    put(writer, "};\n");
}

static void put_lexicon_arrays(struct writer *writer,
                               const struct declutter_model *model) {
    const struct dc_lexicon *lexicon = &model->lexicon;
    size_t weights = (size_t)lexicon->count * model->label_count;
    open_array(writer, "uint16_t", "starts", DC_LEXICON_BUCKETS + 1);
    for (size_t i = 0; i <= DC_LEXICON_BUCKETS; i++) {
        put_break(writer, i);
        put(writer, "%u,", lexicon->starts[i]);
    }
    put(writer, "};\n");
    size_t keys = (size_t)lexicon->count + DC_KEYS_READ;
    open_array(writer, "uint16_t", "keys", keys);
    for (size_t i = 0; i < keys; i++) {
        put_break(writer, i);
        put(writer, "%u,", i < lexicon->count ? lexicon->keys[i] : 0);
    }
    put(writer, "};\n");
    open_array(writer, "uint8_t", "sources", lexicon->count);
    for (size_t i = 0; i < lexicon->count; i++) {
        put_break(writer, i);
        put(writer, "%u,", lexicon->sources[i]);
    }
    put(writer, "};\n");
    open_array(writer, "int8_t", "weights", weights);
    for (size_t i = 0; i < weights; i++) {
        put_break(writer, i);
        put(writer, "%d,", lexicon->weights[i]);
    }
    put(writer, "};\n");
}

static void put_steps_arrays(struct writer *writer,
                             const struct dc_steps *steps, uint32_t number,
                             size_t vectors) {
    char name[32];
    snprintf(name, sizeof name, "step_weights_%u", number);
    open_array(writer, "int16_t", name, vectors * steps->width);
    for (size_t i = 0; i < vectors * steps->width; i++) {
        put_break(writer, i);
        put(writer, "%d,", steps->weights[i]);
    }
    put(writer, "};\n");
    put_float_array(writer, "step_mean", number, steps->mean, steps->width);
    put_float_array(writer, "step_scale", number, steps->scale, steps->width);
    put_float_array(writer, "step_units", number, steps->units, vectors);
}

static void put_svm_arrays(struct writer *writer, const struct dc_svm *svm,
                           uint32_t number) {
    char name[32];
    snprintf(name, sizeof name, "inputs_%u", number);
    open_array(writer, "uint16_t", name, svm->input_count);
    for (size_t i = 0; i < svm->input_count; i++) {
        put_break(writer, i);
        put(writer, "%u,", svm->inputs[i]);
    }
    put(writer, "};\n");
    put_float_array(writer, "mean", number, svm->mean, svm->input_count);
    put_float_array(writer, "scale", number, svm->scale, svm->input_count);
    put_float_array(writer, "linear", number, svm->linear, svm->input_count);
    put_float_array(writer, "factors", number, svm->factors,
                    (size_t)svm->rank * svm->input_count);
    put_steps_arrays(writer, &svm->steps, number, 1 + (size_t)svm->rank);
}

/* An array of numbers, not a literal: C99 guarantees literals of 4095
 * characters only. */
static void put_facts_array(struct writer *writer, const char *facts) {
    open_array(writer, "char", "facts", strlen(facts) + 1);
    for (size_t i = 0; i <= strlen(facts); i++) {
        put_break(writer, i);
        put(writer, "'\\x%02x',", (unsigned char)facts[i]);
    }
    put(writer, "};\n");
}

static void put_list(struct writer *writer, const char *before,
                     const float *numbers, uint32_t count) {
    put(writer, "%s{", before);
    for (uint32_t i = 0; i < count; i++)
        put_literal(writer, numbers[i]);
    put(writer, "}");
}

static void put_lexicon_struct(struct writer *writer,
                               const struct declutter_model *model) {
    const struct dc_lexicon *lexicon = &model->lexicon;
    uint32_t labels = model->label_count;
    put(writer, ".lexicon = {%u, starts, keys, sources, weights, ",
        lexicon->count);
    for (int i = 0; i < DC_SOURCES; i++)
        put_list(writer, i ? ",\n" : "{", lexicon->unit[i], labels);
    for (int i = 0; i < DC_SOURCES; i++)
        put_list(writer, i ? ",\n" : "},\n{", lexicon->bias[i], labels);
    put(writer, "}},\n");
}

static void put_svm_struct(struct writer *writer, const struct dc_svm *svm,
                           uint32_t number) {
    put(writer, "{%u, %u, %u, %u, %u, ", svm->stage, svm->label,
        svm->input_count, svm->rank, svm->positive);
    put(writer, "inputs_%u, mean_%u, scale_%u, linear_%u, factors_%u,\n",
        number, number, number, number, number);
    put_literal(writer, svm->bias);
    put_literal(writer, svm->platt_slope);
    put_literal(writer, svm->platt_offset);
    put(writer, "{%u, step_mean_%u, step_scale_%u, ", svm->steps.width, number,
        number);
    put(writer, "step_weights_%u, step_units_%u}},\n", number, number);
}

enum declutter_status dc_model_write_source(const struct declutter_model *model,
                                            FILE *stream) {
    struct writer writer = {.stream = stream};
    put(&writer, "/* The built-in model, written by declutter-train. */\n"
                 "#include \"model.h\"\n\n"
                 "extern const struct declutter_model dc_model_builtin;\n");
    put_lexicon_arrays(&writer, model);
    for (uint32_t i = 0; i < model->svm_count; i++)
        put_svm_arrays(&writer, &model->svms[i], i);
    put_facts_array(&writer, model->facts ? model->facts : "");
    put(&writer,
        "const struct declutter_model dc_model_builtin = {\n"
        ".label_count = %u, .labels = {",
        model->label_count);
    for (uint32_t i = 0; i < model->label_count; i++)
        put(&writer, "\"%s\",", model->labels[i]);
    put(&writer, "},\n");
    put_lexicon_struct(&writer, model);
    put(&writer, ".svm_count = %u, .svms = {", model->svm_count);
    if (model->svm_count == 0)
        put(&writer, "{0}");
    for (uint32_t i = 0; i < model->svm_count; i++)
        put_svm_struct(&writer, &model->svms[i], i);
    put_list(&writer, "},\n.parameters = ", model->parameters,
             DC_PARAMETER_COUNT);
    put(&writer, ",\n.facts = facts, .memory = NULL, .steps = NULL};\n");
    return finish(&writer);
}
