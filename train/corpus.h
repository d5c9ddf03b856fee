/* corpus.h: labelled pages from a folder, in the project's corpus format.
 *
 * A corpus is a folder with manifest.jsonl (one page a line, its html beside
 * it, plain or .gz), or a folder or single file of labelled HTML pages
 * (elements carrying data-declutter="LABEL"; the innermost one counts).
 */
#ifndef DC_CORPUS_H
#define DC_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "declutter.h"

/* One labelled stretch of text, in document order. */
struct dc_gold_block {
    const char *label; /* "content", "navigation"... */
    const char *text;
};

/* Words in a row that carry one label of a label file (label_file.h). */
struct dc_run {
    int label; /* index into run_labels; -1: not labelled */
    uint32_t words;
};

/* A page as the manifest describes it.  Strings are UTF-8, terminated, owned
 * by the corpus; NULL where the manifest says nothing. */
struct dc_gold {
    const char *id, *url, *type, *lang, *title, *author, *date;
    const char *path;             /* of the html file, ready to open */
    const char *content;          /* main text; "" means: none on this page */
    const char **with, **without; /* snippets */
    size_t with_count, without_count;
    struct dc_gold_block *labels;
    size_t label_count;
    int marked_up;       /* labels stand in the html: data-declutter */
    bool labels_only;    /* its labels teach, its main text does not */
    struct dc_run *runs; /* from a label file; all words of the page */
    size_t run_count;
    const char *const *run_labels;
};

struct dc_corpus {
    char *name; /* last component of the folder's path */
    struct dc_gold *pages;
    size_t page_count;
    const char *const *run_labels; /* names in the label file, or NULL */
    void *memory; /* owner of everything above, a struct dc_arena */
};

/* Reads a corpus, sorted by id.  Any malformed line is an error that names
 * the file and the line; html files are not opened yet. */
enum declutter_status dc_corpus_read(const char *path, struct dc_corpus *corpus,
                                     struct declutter_error *error);
void dc_corpus_free(struct dc_corpus *corpus);

#endif
