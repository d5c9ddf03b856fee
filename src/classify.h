/* classify.h: blocks -> labels and probabilities. */
#ifndef DC_CLASSIFY_H
#define DC_CLASSIFY_H

#include "featurize.h"

/* Labels all blocks of a segmented page: fills page->labels, scores, hidden
 * and model.  `bias` is added to the log-odds of content. */
enum declutter_status dc_classify(struct dc_page *page,
                                  const struct declutter_model *model,
                                  double bias, struct declutter_error *error);

/* The features the last stage of the model reads: with contexts of the first
 * stage's probabilities where the model has two.  NULL: out of memory. */
struct dc_features *dc_classify_features(struct dc_page *page,
                                         const struct declutter_model *model);

#endif
