/* align.h: gold text -> what share of each block is gold.
 *
 * Annotators' texts and our blocks never have the same borders, so gold is
 * aligned by words: a diff of the page's words against the gold's words.
 */
#ifndef DC_ALIGN_H
#define DC_ALIGN_H

#include "corpus.h"
#include "page.h"

/* Share of each block's words that the gold text holds, in order, 0..1
 * (diff; isolated accidental matches of blocks of one or
 * two words dropped; moved text found by a second diff).  `share` has
 * page->block_count items.  false when out of memory. */
bool dc_align_text(const struct dc_page *page, const char *gold, float *share);

/* Index into `names` (name_count of them) of the label that most of each
 * block's words carry in gold->labels, or DC_NONE where the gold says
 * nothing; for gold->marked_up the data-declutter attributes of the page say
 * it, for gold->runs the label file (check that it fits: dc_runs_check).  An
 * unknown label name is DC_NONE too. */
bool dc_align_labels(const struct dc_page *page, const struct dc_gold *gold,
                     const char *const *names, size_t name_count,
                     uint32_t *labels);

/* +1 for blocks that hold, or lie in, a `with` snippet, -1 for `without`,
 * 0 unknown; snippets are compared as words, lower-cased, and may span
 * blocks.  Every occurrence is marked; a block that both sides claim is 0. */
bool dc_align_snippets(const struct dc_page *page, const struct dc_gold *gold,
                       signed char *sides);

#endif
