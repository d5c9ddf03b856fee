/* dictionary.h: samples -> the tokens worth a weight. */
#ifndef DC_DICTIONARY_H
#define DC_DICTIONARY_H

#include "sample.h"

/* The tokens of the lexicon to be, and where each was seen: on how many
 * domains of each fold, and what these count for together. */
struct dc_dictionary {
    uint32_t count;
    uint32_t *hashes; /* ascending */
    uint8_t *sources;
    uint16_t *domains;          /* count x folds */
    uint32_t *worths;           /* count x folds */
    uint32_t least[DC_SOURCES]; /* worth a token needs */
};

/* Chooses the tokens, and turns the samples' hashes into numbers of the
 * dictionary, dropping all others.  Call once. */
bool dc_dictionary_make(struct dc_samples *samples,
                        struct dc_dictionary *dictionary);
void dc_dictionary_free(struct dc_dictionary *dictionary);

/* Which tokens are seen often enough on the folds that are not in the bit set
 * `excluded`: one a token, for the caller to free; NULL: out of memory. */
bool *dc_dictionary_known(const struct dc_dictionary *dictionary,
                          unsigned folds, uint32_t excluded);

#endif
