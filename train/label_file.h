/* label_file.h: labels of pages that lie elsewhere.
 *
 * Pages of third parties may not be passed on, what we know of them may: a
 * label file names pages of corpora and says which label each stretch of
 * their words carries.  One JSON object a line; the first is
 *     {"labels": ["content", "navigation", ...]}
 * and every other one page:
 *     {"corpus": "wcxb-dev", "id": "0001", "words": 1520, "runs": [1, 40, 0,
 * 900, -1, 580]} Runs are pairs of a label's number (-1: not labelled) and how
 * many words carry it, in the order of the page; together they make up `words`,
 * all words of the page's blocks as declutter counts them.
 */
#ifndef DC_LABEL_FILE_H
#define DC_LABEL_FILE_H

#include "corpus.h"
#include "page.h"

/* Gives the pages it names their runs.  Pages of corpora that are not among
 * these are passed over; one that its corpus lacks, or that has labels
 * already, is an error that names the line. */
enum declutter_status dc_label_file_read(const char *path,
                                         struct dc_corpus *corpora,
                                         size_t count,
                                         struct declutter_error *error);

/* Do the runs of a page cover exactly its words?  An error says how many they
 * are and how many it has. */
enum declutter_status dc_runs_check(const struct dc_gold *gold,
                                    const struct dc_page *page,
                                    struct declutter_error *error);

/* Index into `names` of the label that most of each block's words carry, or
 * DC_NONE; a block without words takes the label that its neighbours share.
 * The runs must have been checked. */
void dc_runs_label(const struct dc_gold *gold, const struct dc_page *page,
                   const char *const *names, size_t name_count,
                   uint32_t *labels);

#endif
