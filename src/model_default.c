/* model_default.c: hands out the model that is compiled in.
 *
 * In: nothing.  Out: the constant that the build makes of
 * models/default.model.  It stands in a file of its own, the only one that
 * needs that constant, because the programs which make models (model-embed,
 * declutter-train) are linked without it: they must build before a model
 * exists, and when the one that exists no longer fits the features.
 */
#include "model.h"

extern const struct declutter_model dc_model_builtin;

const struct declutter_model *declutter_model_default(void) {
    return &dc_model_builtin;
}
