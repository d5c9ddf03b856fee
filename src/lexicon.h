/* lexicon.h: hashed tokens of a page, and their learned scores. */
#ifndef DC_LEXICON_H
#define DC_LEXICON_H

#include "layout.h"
#include "model.h"

/* Hashes in the order found; a growable array the caller owns. */
struct dc_tokens {
    struct dc_arena *arena;
    uint32_t *hashes;
    size_t count, capacity;
};

/* Appends the tokens of a block from one source: what training counts.  For
 * attributes the same token may come from several ancestors.  false: out of
 * memory. */
bool dc_lexicon_tokens(const struct dc_layout *layout, uint32_t block,
                       enum dc_token_source source, struct dc_tokens *tokens);

/* Scores all blocks: scores[(block * DC_SOURCES + source) * labels + label] =
 * bias + unit * sum of weights / sqrt(number of tokens). */
bool dc_lexicon_score(const struct dc_layout *layout,
                      const struct declutter_model *model,
                      struct dc_arena *arena, float *scores);

#endif
