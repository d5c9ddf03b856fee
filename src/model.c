/* model.c: loads, verifies and holds a model.
 *
 * In: the text of a model file.  Out: one malloc'ed block that holds the
 * struct and every array it points to, and a second with what scoring makes
 * of the weights.
 *
 * The checksum is verified first: damage is reported as damage, not as some
 * odd number.  After that still nothing is believed: every count is compared
 * with its limit, every number with a bound, names with the binary's own
 * table.  Memory is taken once, before reading, and sized by the length of
 * the text: whatever the text describes is at most twice as long in memory,
 * so a lying count runs into the end of the text before the end of the block.
 * Tokens are separated by exactly one blank, lines by one newline; there is
 * one way to write a model, and no other is read.
 */
#include "model.h"
#include "model_text.h"
#include "svm.h"

#include <stdlib.h>
#include <string.h>

enum {
    MODEL_BYTES_MAX = 64 << 20,
    ALIGN = 64,       /* of every array: a cache line */
    ARRAYS_MAX = 100, /* upper bound of the number of arrays, for padding */
    TRAILER = 15      /* "crc32 XXXXXXXX\n" */
};

/* Takes an array from the block. */
static void *take(struct dc_reader *reader, size_t count, size_t size) {
    size_t bytes = (count * size + ALIGN - 1) / ALIGN * ALIGN;
    if (bytes > (size_t)(reader->limit - reader->free)) {
        dc_reader_fail(reader, "counts do not fit the length of the file");
        return NULL;
    }
    void *array = reader->free;
    reader->free += bytes;
    return array;
}

/* -- Sections ----------------------------------------------------------- */

static bool label_ok(struct dc_text word) {
    for (uint32_t i = 0; i < word.length; i++) {
        char c = word.bytes[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' &&
            c != '-')
            return false;
    }
    return word.length < DC_LABEL_NAME_MAX;
}

static bool read_labels(struct dc_reader *reader) {
    struct declutter_model *model = reader->model;
    uint32_t count;
    if (!dc_read_keyword(reader, "labels") ||
        !dc_read_count(reader, "number of labels", DC_LABELS_MAX, &count) ||
        !dc_read_end(reader))
        return false;
    for (; model->label_count < count; model->label_count++) {
        struct dc_text word;
        if (!dc_read_word(reader, &word))
            return false;
        if (!label_ok(word))
            return dc_reader_fail(reader, "bad name of a label");
        if (dc_model_label(model, word.bytes, word.length) != DC_NONE)
            return dc_reader_fail(reader, "this label stands twice");
        memcpy(model->labels[model->label_count], word.bytes, word.length);
        if (!dc_read_end(reader))
            return false;
    }
    return (count > 0 && strcmp(model->labels[0], "content") == 0) ||
           dc_reader_fail(reader, "the first label must be \"content\"");
}

/* The table of features is compiled in; a model of another table would read
 * its weights against the wrong numbers. */
static bool read_features(struct dc_reader *reader) {
    uint32_t count, own = dc_feature_count();
    if (!dc_read_keyword(reader, "features") ||
        !dc_read_count(reader, "number of features", UINT16_MAX, &count) ||
        !dc_read_end(reader))
        return false;
    for (uint32_t i = 0; i < count && i < own; i++) {
        struct dc_text word;
        if (!dc_read_word(reader, &word))
            return false;
        if (!dc_word_is(word, dc_feature_name(i)))
            return dc_reader_fail(
                reader, "feature %u is \"%.*s\" but this program has \"%s\"", i,
                (int)(word.length < 40 ? word.length : 40), word.bytes,
                dc_feature_name(i));
        if (!dc_read_end(reader))
            return false;
    }
    return count == own ||
           dc_reader_fail(reader, "%u features but this program has %u", count,
                          own);
}

static bool read_parameters(struct dc_reader *reader) {
    static const char *const names[] = {
#define X(name) #name,
        DC_PARAMETERS(X)
#undef X
    };
    if (!dc_read_keyword(reader, "parameters") || !dc_read_end(reader))
        return false;
    for (int i = 0; i < DC_PARAMETER_COUNT; i++)
        if (!dc_read_keyword(reader, names[i]) ||
            !dc_read_numbers(reader, &reader->model->parameters[i], 1))
            return false;
    return true;
}

/* The arrays of the lexicon while they are filled. */
struct lexicon_arrays {
    uint16_t *starts, *keys;
    uint8_t *sources;
    int8_t *weights;
};

static bool read_weight(struct dc_reader *reader, int8_t *weight) {
    bool negative = reader->at < reader->end && *reader->at == '-';
    reader->at += negative;
    uint32_t size;
    if (!dc_read_count(reader, "weight", INT8_MAX + (uint32_t)negative, &size))
        return false;
    *weight = (int8_t)(negative ? -(int)size : (int)size);
    return true;
}

static bool read_entry(struct dc_reader *reader, uint32_t entry,
                       const struct lexicon_arrays *arrays, int64_t *last) {
    uint32_t hash, source, labels = reader->model->label_count;
    if (!dc_read_hex(reader, &hash))
        return false;
    if ((int64_t)hash <= *last)
        return dc_reader_fail(reader, "entries must ascend by hash");
    if (!dc_read_blank(reader) ||
        !dc_read_count(reader, "source", DC_SOURCES - 1, &source))
        return false;
    arrays->keys[entry] = (uint16_t)hash;
    arrays->sources[entry] = (uint8_t)source;
    for (uint32_t i = 0; i < labels; i++)
        if (!read_weight(reader, &arrays->weights[entry * labels + i]))
            return false;
    /* Buckets between the last hash and this one are empty. */
    for (int64_t bucket = (*last < 0 ? -1 : *last >> 16) + 1;
         bucket <= (int64_t)(hash >> 16); bucket++)
        arrays->starts[bucket] = (uint16_t)entry;
    *last = hash;
    return dc_read_end(reader);
}

static bool read_entries(struct dc_reader *reader) {
    struct dc_lexicon *lexicon = &reader->model->lexicon;
    struct lexicon_arrays arrays = {
        take(reader, DC_LEXICON_BUCKETS + 1, sizeof(uint16_t)),
        take(reader, lexicon->count + DC_KEYS_READ, sizeof(uint16_t)),
        take(reader, lexicon->count, sizeof(uint8_t)),
        take(reader, lexicon->count, reader->model->label_count)};
    if (!arrays.starts || !arrays.keys || !arrays.sources || !arrays.weights)
        return false;
    int64_t last = -1;
    for (uint32_t entry = 0; entry < lexicon->count; entry++)
        if (!read_entry(reader, entry, &arrays, &last))
            return false;
    for (int64_t bucket = (last < 0 ? -1 : last >> 16) + 1;
         bucket <= DC_LEXICON_BUCKETS; bucket++)
        arrays.starts[bucket] = (uint16_t)lexicon->count;
    lexicon->starts = arrays.starts;
    lexicon->keys = arrays.keys;
    lexicon->sources = arrays.sources;
    lexicon->weights = arrays.weights;
    return true;
}

static bool read_lexicon(struct dc_reader *reader) {
    static const char *const sources[] = {"attributes", "text"};
    struct dc_lexicon *lexicon = &reader->model->lexicon;
    uint32_t labels = reader->model->label_count;
    if (!dc_read_keyword(reader, "lexicon") ||
        !dc_read_count(reader, "number of entries", DC_LEXICON_MAX,
                       &lexicon->count) ||
        !dc_read_end(reader))
        return false;
    for (int i = 0; i < DC_SOURCES; i++)
        if (!dc_read_keyword(reader, sources[i]) ||
            !dc_read_keyword(reader, "unit") ||
            !dc_read_numbers(reader, lexicon->unit[i], labels) ||
            !dc_read_keyword(reader, sources[i]) ||
            !dc_read_keyword(reader, "bias") ||
            !dc_read_numbers(reader, lexicon->bias[i], labels))
            return false;
    return read_entries(reader);
}

/* "svm STAGE LABEL inputs N rank R positive P", then bias and calibration. */
static bool read_svm_head(struct dc_reader *reader, struct dc_svm *svm) {
    struct dc_text label;
    if (!dc_read_keyword(reader, "svm") ||
        !dc_read_count(reader, "stage", 2, &svm->stage) ||
        !dc_read_word(reader, &label))
        return false;
    svm->label = dc_model_label(reader->model, label.bytes, label.length);
    if (svm->stage == 0 || svm->label == DC_NONE)
        return dc_reader_fail(reader, "no such stage or label");
    if (!dc_read_keyword(reader, "inputs") ||
        !dc_read_count(reader, "inputs", dc_feature_count(),
                       &svm->input_count) ||
        !dc_read_keyword(reader, "rank") ||
        !dc_read_count(reader, "rank", DC_RANK_MAX, &svm->rank) ||
        !dc_read_keyword(reader, "positive") ||
        !dc_read_count(reader, "positive", svm->rank, &svm->positive) ||
        !dc_read_end(reader))
        return false;
    return dc_read_keyword(reader, "bias") &&
           dc_read_numbers(reader, &svm->bias, 1) &&
           dc_read_keyword(reader, "platt") &&
           dc_read_number(reader, &svm->platt_slope) &&
           dc_read_numbers(reader, &svm->platt_offset, 1);
}

/* One line an input, by name, in the order of the binary's table. */
static bool read_inputs(struct dc_reader *reader, struct dc_svm *svm) {
    uint32_t count = svm->input_count, feature = 0, own = dc_feature_count();
    uint16_t *inputs = take(reader, count, sizeof *inputs);
    float *mean = take(reader, count, sizeof *mean);
    float *scale = take(reader, count, sizeof *scale);
    float *linear = take(reader, count, sizeof *linear);
    if (!inputs || !mean || !scale || !linear)
        return false;
    for (uint32_t i = 0; i < count; i++, feature++) {
        struct dc_text name;
        if (!dc_read_word(reader, &name))
            return false;
        while (feature < own && !dc_word_is(name, dc_feature_name(feature)))
            feature++;
        if (feature >= own)
            return dc_reader_fail(reader, "unknown input, or out of order");
        inputs[i] = (uint16_t)feature;
        if (!dc_read_number(reader, &mean[i]) ||
            !dc_read_number(reader, &scale[i]) ||
            !dc_read_numbers(reader, &linear[i], 1))
            return false;
    }
    svm->inputs = inputs;
    svm->mean = mean;
    svm->scale = scale;
    svm->linear = linear;
    return true;
}

/* One line a factor: its numbers' IEEE bits, without blanks.  No reader of
 * the file would learn from decimals here, and these load six times faster. */
static bool read_factors(struct dc_reader *reader, struct dc_svm *svm) {
    size_t count = (size_t)svm->rank * svm->input_count;
    float *factors = take(reader, count, sizeof *factors);
    if (!factors)
        return false;
    for (uint32_t row = 0; row < svm->rank; row++) {
        float *factor = factors + (size_t)row * svm->input_count;
        for (uint32_t i = 0; i < svm->input_count; i++) {
            uint32_t bits;
            if (!dc_read_hex(reader, &bits))
                return false;
            memcpy(&factor[i], &bits, sizeof bits);
            if (!dc_number_valid(factor[i]))
                return dc_reader_fail(reader, "number out of bounds");
        }
        if (!dc_read_end(reader))
            return false;
    }
    svm->factors = factors;
    return true;
}

static bool read_svms(struct dc_reader *reader) {
    struct declutter_model *model = reader->model;
    uint32_t count;
    if (!dc_read_keyword(reader, "svms") ||
        !dc_read_count(reader, "number of SVMs", DC_SVMS_MAX, &count) ||
        !dc_read_end(reader))
        return false;
    for (; model->svm_count < count; model->svm_count++) {
        struct dc_svm *svm = &model->svms[model->svm_count];
        if (!read_svm_head(reader, svm))
            return false;
        for (uint32_t i = 0; i < model->svm_count; i++)
            if (model->svms[i].stage == svm->stage &&
                model->svms[i].label == svm->label)
                return dc_reader_fail(reader,
                                      "a second SVM for stage and label");
        if (!read_inputs(reader, svm) || !read_factors(reader, svm))
            return false;
    }
    return true;
}

static bool read_facts(struct dc_reader *reader) {
    uint32_t lines;
    if (!dc_read_keyword(reader, "facts") ||
        !dc_read_count(reader, "number of facts", DC_FACTS_MAX, &lines) ||
        !dc_read_end(reader))
        return false;
    char *facts = take(reader, (size_t)(reader->end - reader->at) + 1, 1);
    if (!facts)
        return false;
    reader->model->facts = facts;
    while (lines > 0 && reader->at < reader->end) {
        unsigned char c = (unsigned char)*reader->at++;
        if (c == 127 || (c < ' ' && c != '\n' && c != '\t'))
            return dc_reader_fail(reader, "control character");
        lines -= c == '\n';
        reader->line += c == '\n';
        *facts++ = (char)c;
    }
    *facts = '\0';
    return lines == 0 || dc_reader_fail(reader, "facts are missing");
}

/* -- The whole file ----------------------------------------------------- */

/* The first line: is it a model, and of this version? */
static bool read_magic(struct dc_reader *reader) {
    static const char magic[] = "declutter-model ";
    size_t length = (size_t)(reader->end - reader->at);
    if (length < sizeof magic ||
        memcmp(reader->at, magic, sizeof magic - 1) != 0)
        return dc_reader_fail(reader, "not a declutter model");
    uint32_t version;
    reader->at += sizeof magic - 1;
    if (!dc_read_count(reader, "version", 999999999, &version))
        return false;
    if (version != DC_MODEL_VERSION)
        return dc_reader_fail(reader,
                              "model format %u, but this program reads %d",
                              version, DC_MODEL_VERSION);
    return dc_read_end(reader);
}

/* The last line: is what stands before it undamaged?  Then the text ends in
 * front of it. */
static bool check_crc(struct dc_reader *reader, const char *text) {
    struct dc_reader last = *reader;
    size_t rest = (size_t)(reader->end - reader->at);
    last.at = rest < TRAILER ? reader->end : reader->end - TRAILER;
    for (const char *c = reader->at; c < last.at; c++)
        last.line += *c == '\n';
    if (last.at == last.end || last.at[-1] != '\n' ||
        memcmp(last.at, "crc32 ", 6) != 0)
        return dc_reader_fail(&last, "the file is truncated");
    reader->end = last.at;
    last.at += 6;
    uint32_t crc;
    if (!dc_read_hex(&last, &crc) || !dc_read_end(&last))
        return false;
    return crc == dc_crc32(0, text, (size_t)(reader->end - text)) ||
           dc_reader_fail(&last, "the checksum differs: damaged or edited");
}

static bool read_sections(struct dc_reader *reader) {
    if (!read_labels(reader) || !read_features(reader) ||
        !read_parameters(reader) || !read_lexicon(reader) ||
        !read_svms(reader) || !read_facts(reader))
        return false;
    return reader->at == reader->end ||
           dc_reader_fail(reader, "more lines than announced");
}

enum declutter_status dc_model_parse(const char *text, size_t length,
                                     struct declutter_model **model,
                                     struct declutter_error *error) {
    struct dc_reader reader = {
        .at = text, .end = text + length, .line = 1, .error = error};
    *model = NULL;
    if (length > MODEL_BYTES_MAX)
        return dc_fail(error, DECLUTTER_ERROR_MODEL, 0,
                       "larger than any model");
    if (!read_magic(&reader) || !check_crc(&reader, text))
        return DECLUTTER_ERROR_MODEL;
    size_t bytes = sizeof(struct declutter_model) + 2 * length +
                   (DC_LEXICON_BUCKETS + 1) * sizeof(uint16_t) +
                   (size_t)ARRAYS_MAX * ALIGN;
    char *memory = malloc(bytes);
    if (!memory)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    reader.model = memset(memory, 0, sizeof *reader.model);
    reader.model->memory = memory;
    size_t head = sizeof *reader.model + ALIGN;
    reader.free = memory + head - (uintptr_t)(memory + head) % ALIGN;
    reader.limit = memory + bytes;
    if (!read_sections(&reader)) {
        free(memory);
        return DECLUTTER_ERROR_MODEL;
    }
    reader.model->steps =
        dc_svm_steps_new(reader.model->svms, reader.model->svm_count);
    if (!reader.model->steps) {
        free(memory);
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    }
    *model = reader.model;
    return DECLUTTER_OK;
}

enum declutter_status declutter_model_load(const char *path,
                                           struct declutter_model **model,
                                           struct declutter_error *error) {
    struct declutter_input input;
    *model = NULL;
    enum declutter_status status =
        declutter_input_read(path, MODEL_BYTES_MAX, &input, error);
    if (status != DECLUTTER_OK)
        return status;
    status = dc_model_parse(input.bytes, input.length, model, error);
    declutter_input_free(&input);
    return status;
}

void declutter_model_free(struct declutter_model *model) {
    if (!model)
        return;
    free(model->steps);
    free(model->memory);
}

uint32_t declutter_model_label_count(const struct declutter_model *model) {
    return (model ? model : declutter_model_default())->label_count;
}

const char *declutter_model_label_name(const struct declutter_model *model,
                                       uint32_t label) {
    if (!model)
        model = declutter_model_default();
    return label < model->label_count ? model->labels[label] : NULL;
}

uint32_t dc_model_label(const struct declutter_model *model, const char *name,
                        size_t length) {
    for (uint32_t label = 0; label < model->label_count; label++)
        if (strlen(model->labels[label]) == length &&
            memcmp(model->labels[label], name, length) == 0)
            return label;
    return DC_NONE;
}
