/* model_absent.c: stands in for the built-in model where there is none yet.
 *
 * In: nothing.  Out: a model that has learned nothing, for the programs which
 * make models (model-embed, declutter-train).  They name their model in every
 * call and so never ask for the default; yet the library's promise that
 * declutter_model_default() is never NULL holds for them too.
 */
#include "model.h"

static const uint16_t no_entries[DC_LEXICON_BUCKETS + 1];

static const struct declutter_model model_absent = {
    .label_count = 1,
    .labels = {"content"},
    .lexicon = {.starts = no_entries},
    .facts = "",
};

const struct declutter_model *declutter_model_default(void) {
    return &model_absent;
}
