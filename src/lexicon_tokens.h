/* lexicon_tokens.h: the tokens of a block, piece by piece. */
#ifndef DC_LEXICON_TOKENS_H
#define DC_LEXICON_TOKENS_H

#include "lexicon.h"

/* Tokens of an element that meet those of the element above it. */
enum { DC_PAIR_TOKENS = 6 };

/* Makes room for `more` tokens, so that what follows need not ask again.
 * false: out of memory, here and below. */
bool dc_tokens_reserve(struct dc_tokens *tokens, size_t more);

static inline void dc_token_add(struct dc_tokens *tokens, uint32_t hash) {
    tokens->hashes[tokens->count++] = hash;
}

/* 0: the element holds this block alone; 1: a few; 2: many. */
unsigned dc_token_level(const struct dc_node *node);

/* What the tokens of an attribute are made with; 0: it has none. */
unsigned dc_token_salt(unsigned attribute);

/* Tokens of one attribute value, wherever its element stands. */
bool dc_value_tokens(struct dc_tokens *tokens, unsigned salt,
                     struct dc_text value);

/* What a token of an element also gives when the element is near. */
uint32_t dc_near_token(uint32_t hash, unsigned level);

uint32_t dc_tag_token(const struct dc_node *node);

/* The two nearest pairs of elements with classes above a block: *above over
 * *middle over *below, DC_NONE where there is none. */
void dc_find_pairs(const struct dc_page *page, uint32_t number, uint32_t *above,
                   uint32_t *middle, uint32_t *below);

/* Products of the first tokens of two elements, one above the other; room for
 * them is there. */
void dc_pair_products(const uint32_t *upper, size_t uppers,
                      const uint32_t *lower, size_t lowers,
                      struct dc_tokens *tokens);

/* Tokens of the place of an element: tag paths, kind of link. */
bool dc_place_tokens(const struct dc_page *page, uint32_t number,
                     struct dc_tokens *tokens);

/* All tokens of a block's words. */
bool dc_text_tokens(const struct dc_layout *layout, uint32_t block,
                    struct dc_tokens *tokens);

#endif
