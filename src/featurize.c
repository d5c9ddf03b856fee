/* featurize.c: blocks -> one row of features a block.
 *
 * features.def is the only table; each family of it is computed in its own
 * file and this one puts them together: first what holds for the page, then
 * the lexicon's scores, from them a first guess at every label, and the
 * context of that guess.  The trainer calls the same two functions as the
 * filter, so a model never sees features made another way.
 */
#include "featurize.h"

#include <math.h>
#include <string.h>

#include "context.h"
#include "lexicon.h"

uint32_t dc_feature_count(void) {
    return DC_FEATURE_COUNT;
}

const char *dc_feature_name(uint32_t feature) {
    static const char *const names[] = {
#define FEATURE(name, meaning) #name,
#include "features.def"
#undef FEATURE
    };
    return feature < DC_FEATURE_COUNT ? names[feature] : "";
}

static float sigmoid(float x) {
    return 1 / (1 + expf(-x));
}

/* First guess at every label: the lexicon's two scores, weighted. */
static void guess(struct dc_features *features) {
    const struct declutter_model *model = features->model;
    size_t count = features->page->block_count;
    uint32_t labels = model->label_count;
    float attributes = model->parameters[DC_PARAMETER_attribute_weight];
    float text = model->parameters[DC_PARAMETER_text_weight];
    for (size_t i = 0; i < count; i++) {
        const float *scores = features->lexicon + i * labels * DC_SOURCES;
        for (uint32_t l = 0; l < labels; l++)
            features->guess[l * count + i] =
                sigmoid(attributes * scores[l] + text * scores[labels + l]);
    }
}

bool dc_features_refine(struct dc_features *features, struct dc_arena *arena,
                        const float *p) {
    features->context = dc_context_new(features->layout, arena, p,
                                       features->model->label_count);
    if (!features->context)
        return false;
    dc_vocabulary_learn(features->vocabulary, p);
    return true;
}

struct dc_features *dc_features_new(struct dc_page *page,
                                    const struct declutter_model *model) {
    struct dc_arena *arena = &page->arena;
    struct dc_features *features = dc_arena_zero(arena, 1, sizeof *features);
    struct dc_layout *layout = dc_layout_new(page);
    if (!features || !layout)
        return NULL;
    features->page = page;
    features->layout = layout;
    features->model = model;
    size_t scores = page->block_count * model->label_count;
    features->lexicon =
        dc_arena_alloc(arena, scores * DC_SOURCES, sizeof(float));
    features->guess = dc_arena_alloc(arena, scores, sizeof(float));
    features->vocabulary = dc_vocabulary_new(layout, arena);
    if (arena->failed || !features->vocabulary ||
        !dc_tree_prepare(features, arena) ||
        !dc_facts_prepare(features, arena) ||
        dc_deadline_check(page->deadline) ||
        !dc_lexicon_score(layout, model, arena, features->lexicon))
        return NULL;
    guess(features);
    if (dc_deadline_check(page->deadline))
        return NULL;
    return dc_features_refine(features, arena, features->guess) ? features
                                                                : NULL;
}

void dc_features_own(const struct dc_features *features, uint32_t block,
                     float *row) {
    uint32_t labels = features->model->label_count;
    const float *scores =
        features->lexicon + (size_t)block * labels * DC_SOURCES;
    memset(row, 0, DC_FEATURE_COUNT * sizeof *row);
    dc_text_row(features, block, row);
    dc_tree_row(features, block, row);
    dc_facts_row(features, block, row);
    for (uint32_t l = 0; l < labels; l++) {
        row[DC_FEATURE_lexicon0_attributes + 2 * l] = scores[l];
        row[DC_FEATURE_lexicon0_text + 2 * l] = scores[labels + l];
    }
}

void dc_features_context(const struct dc_features *features, uint32_t block,
                         float *row) {
    dc_context_row(features->context, block, row);
    dc_vocabulary_row(features->vocabulary, block, row);
}

void dc_features_row(const struct dc_features *features, uint32_t block,
                     float *row) {
    dc_features_own(features, block, row);
    dc_features_context(features, block, row);
}
