/* folds.h: which pages may never meet across training and test. */
#ifndef DC_FOLDS_H
#define DC_FOLDS_H

#include <stdbool.h>

#include "corpus.h"

/* Registrable domain of a URL, lower case ("www.bbc.co.uk/news" ->
 * "bbc.co.uk"), by a short list of second-level suffixes; for the synthetic
 * addresses of some corpora ("hard::100noticias.com-millones.html") the host
 * inside; a page without a URL is its own domain (its id).  Writes at most
 * `size` bytes, terminated. */
void dc_domain(const struct dc_gold *page, char *out, size_t size);

/* Fold (0..folds-1) of each page: pages of one domain share a fold, over all
 * corpora; folds are balanced by page count within each (corpus, type,
 * language) cell as far as domains allow; the seed shuffles.  fold[c][p] for
 * page p of corpus c, arrays provided by the caller.  false: out of memory.
 */
bool dc_folds(const struct dc_corpus *corpora, size_t corpus_count,
              unsigned folds, uint64_t seed, unsigned *const *fold);

#endif
