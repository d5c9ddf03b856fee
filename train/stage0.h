/* stage0.h: samples -> lexicon. */
#ifndef DC_STAGE0_H
#define DC_STAGE0_H

#include "sample.h"

/* The tokens worth a weight, and on how many domains of each fold each was
 * seen. */
struct dc_vocabulary {
    uint32_t count;
    uint32_t *hashes; /* ascending */
    uint8_t *sources;
    uint16_t *domains;            /* count x folds */
    uint32_t minimum[DC_SOURCES]; /* domains a token needs */
};

/* Chooses the tokens seen on most domains, and turns the samples' hashes into
 * numbers of the vocabulary, dropping all others.  Call once. */
bool dc_vocabulary_make(struct dc_samples *samples,
                        struct dc_vocabulary *vocabulary);
void dc_vocabulary_free(struct dc_vocabulary *vocabulary);

/* Trains the lexicon on the samples whose fold is not in the bit set
 * `excluded`.  All arrays hang off *memory, which the caller frees. */
bool dc_lexicon_train(const struct dc_samples *samples,
                      const struct dc_vocabulary *vocabulary, uint32_t excluded,
                      uint64_t seed, unsigned threads,
                      struct dc_lexicon *lexicon, void **memory);

#endif
