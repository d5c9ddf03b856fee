/* model.h: what training learned, in the form scoring reads.
 *
 * A model is four tables: the labels, the lexicon (hashed tokens -> a weight
 * a label), the SVMs (folded into plain weights), and a few parameters of the
 * decision.  It lives either in constant arrays compiled in (no parsing at
 * start) or in one malloc'ed block made by the loader; both look the same.
 */
#ifndef DC_MODEL_H
#define DC_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "declutter.h"
#include "page.h"

enum {
    DC_MODEL_VERSION = 1,
    DC_LABEL_NAME_MAX = 24,
    DC_SVMS_MAX = 2 * DC_LABELS_MAX,
    DC_LEXICON_BUCKETS = 1 << 16, /* by the upper 16 bits of the hash */
    DC_LEXICON_MAX = 65535,       /* entries: starts[] is 16 bits wide */
    DC_KEYS_READ = 4, /* a token is compared with so many keys at once */
    DC_RANK_MAX = 1024,
    DC_STEPS_LANES = 32 /* weights are padded to this many: wide vectors */
};

/* Sources of tokens; each has its own bias and unit in the lexicon. */
enum dc_token_source { DC_SOURCE_ATTRIBUTES, DC_SOURCE_TEXT, DC_SOURCES };

/* Numbers of the decision; meaning beside the name. */
#define DC_PARAMETERS(X)                                                       \
    X(attribute_weight) /* of the attribute score in the first guess */        \
    X(text_weight)      /* of the text score in the first guess */             \
    X(repeat_words)     /* blocks of this many words are printed once */       \
    X(repeat_margin)    /* a later copy wins when this much more probable */   \
    X(empty_words)      /* expected content words below which nothing is */    \
    X(content_bias)     /* added to the log-odds of content */

enum dc_parameter {
#define X(name) DC_PARAMETER_##name,
    DC_PARAMETERS(X)
#undef X
        DC_PARAMETER_COUNT
};

/* Learned token weights: entry e belongs to the hash
 * (bucket << 16) | keys[e] with starts[bucket] <= e < starts[bucket + 1];
 * entries of a bucket ascend by key.  A weight is int8 times the unit of its
 * source and label. */
struct dc_lexicon {
    uint32_t count;
    const uint16_t *starts; /* DC_LEXICON_BUCKETS + 1 */
    const uint16_t *keys;   /* count, and DC_KEYS_READ more */
    const uint8_t *sources; /* count; enum dc_token_source */
    const int8_t *weights;  /* count x label_count */
    float unit[DC_SOURCES][DC_LABELS_MAX];
    float bias[DC_SOURCES][DC_LABELS_MAX];
};

/* The weights of an SVM as whole numbers, by feature: what scoring reads.
 * svm_steps.c makes it and says why. */
struct dc_steps {
    uint32_t width; /* features up to the last input; of DC_STEPS_LANES */
    const float *mean, *scale; /* width each; 0 where no input is */
    const int16_t *weights;    /* (1 + rank) x width: linear, then factors */
    const float *units;        /* 1 + rank: what 1 in a product is worth */
};

/* One folded SVM (Chang & Lin's libsvm; a degree-2 polynomial kernel is an
 * exact quadratic form).  With z_i = clip((x[inputs[i]] - mean_i) * scale_i,
 * -3, 3):   f(z) = bias + linear . z + sum_r sign(r) (factors_r . z)^2
 * where the first `positive` of the `rank` factors count +, the rest -.
 * Platt: P(label) = 1 / (1 + exp(-(platt_slope f + platt_offset))). */
struct dc_svm {
    uint32_t stage; /* 1: contexts of the lexicon's guess; 2: of stage 1's */
    uint32_t label; /* index of the label it tells from the rest */
    uint32_t input_count;
    uint32_t rank, positive;
    const uint16_t *inputs;             /* feature numbers, ascending */
    const float *mean, *scale, *linear; /* input_count each */
    const float *factors;               /* rank x input_count */
    float bias, platt_slope, platt_offset;
    struct dc_steps steps;
};

struct declutter_model {
    uint32_t label_count;
    char labels[DC_LABELS_MAX][DC_LABEL_NAME_MAX]; /* [0] is "content" */
    struct dc_lexicon lexicon;
    uint32_t svm_count;
    struct dc_svm svms[DC_SVMS_MAX];
    float parameters[DC_PARAMETER_COUNT];
    const char *facts; /* training facts, "key: value" lines, terminated */
    void *memory;      /* the block behind all pointers; NULL if built in... */
    void *steps;       /* ...but those of the SVMs' steps */
};

/* Features the binary knows, in the model's order (features.def). */
uint32_t dc_feature_count(void);
const char *dc_feature_name(uint32_t feature);

/* Reads a model from text in memory.  `text` need not be terminated. */
enum declutter_status dc_model_parse(const char *text, size_t length,
                                     struct declutter_model **model,
                                     struct declutter_error *error);
/* Writes a model as text, with its CRC; the same model gives the same
 * bytes.  Returns DECLUTTER_ERROR_WRITE when the stream failed. */
enum declutter_status dc_model_write(const struct declutter_model *model,
                                     FILE *stream);
/* Writes a model as C source defining
 * `const struct declutter_model dc_model_builtin`. */
enum declutter_status dc_model_write_source(const struct declutter_model *model,
                                            FILE *stream);

/* Index of a label by name, or DC_NONE. */
uint32_t dc_model_label(const struct declutter_model *model, const char *name,
                        size_t length);

/* Entry of a token in the lexicon, or DC_NONE. */
static inline uint32_t dc_lexicon_find(const struct dc_lexicon *lexicon,
                                       uint32_t hash) {
    uint32_t bucket = hash >> 16;
    uint16_t key = (uint16_t)hash;
    uint32_t end = lexicon->starts[bucket + 1];
    for (uint32_t entry = lexicon->starts[bucket]; entry < end; entry++)
        if (lexicon->keys[entry] == key)
            return entry;
    return DC_NONE;
}

#endif
