/* stage0.h: samples -> lexicon. */
#ifndef DC_STAGE0_H
#define DC_STAGE0_H

#include "dictionary.h"

/* Trains the lexicon on the samples whose fold is not in the bit set
 * `excluded`.  All arrays hang off *memory, which the caller frees. */
bool dc_lexicon_train(const struct dc_samples *samples,
                      const struct dc_dictionary *dictionary, uint32_t excluded,
                      uint64_t seed, unsigned threads,
                      struct dc_lexicon *lexicon, void **memory);

#endif
