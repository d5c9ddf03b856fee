/* classify.h: blocks -> labels and probabilities. */
#ifndef DC_CLASSIFY_H
#define DC_CLASSIFY_H

#include "featurize.h"

/* Labels all blocks of a segmented page: fills page->labels, scores, hidden
 * and model.  `bias` is added to the log-odds of content. */
enum declutter_status dc_classify(struct dc_page *page,
                                  const struct declutter_model *model,
                                  double bias,
                                  struct declutter_error *error);

/* Probabilities of one block by the model's SVMs, one a label, each on its
 * own (they do not add up to 1); `row` is the block's feature row. */
void dc_classify_row(const struct declutter_model *model, const float *row,
                     const float *guess, float *probabilities);

#endif
