/* labels.c: corpora -> the labels a model will know.
 *
 * Labels come from the data, not from the program: whoever labels pages with
 * another set trains another set.  "content" is always the first; the others
 * follow by frequency.  Manifests name them; pages labelled in their mark-up
 * are read for the names.
 */
#include <stdlib.h>
#include <string.h>

#include "sample.h"

/* How many blocks carry a label name. */
struct label_count {
    char name[DC_LABEL_NAME_MAX];
    size_t blocks;
};

struct label_counts {
    struct label_count items[DC_LABELS_MAX];
    size_t count;
};

static bool count_label(struct label_counts *counts, const char *name,
                        size_t length, struct declutter_error *error) {
    for (size_t i = 0; i < counts->count; i++)
        if (strlen(counts->items[i].name) == length &&
            memcmp(counts->items[i].name, name, length) == 0) {
            counts->items[i].blocks++;
            return true;
        }
    if (length == 0 || length >= DC_LABEL_NAME_MAX ||
        counts->count == DC_LABELS_MAX) {
        dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                "label '%.*s': at most %d labels of %d letters",
                (int)(length < 40 ? length : 40), name, DC_LABELS_MAX,
                DC_LABEL_NAME_MAX - 1);
        return false;
    }
    struct label_count *added = &counts->items[counts->count++];
    memcpy(added->name, name, length);
    added->name[length] = '\0';
    added->blocks = 1;
    return true;
}

/* Labels of a page that carries them in its mark-up. */
static enum declutter_status count_marked(struct label_counts *counts,
                                          const struct dc_gold *gold,
                                          struct declutter_page *page,
                                          struct declutter_error *error) {
    const struct dc_sample sample = {.gold = gold};
    enum declutter_status status = dc_sample_read(&sample, page, error);
    for (uint32_t n = 0; status == DECLUTTER_OK && n < page->page.node_count;
         n++) {
        struct dc_text name =
            dc_attribute_text(&page->page, n, DC_ATTRIBUTE_data_declutter);
        if (name.bytes && !count_label(counts, name.bytes, name.length, error))
            status = DECLUTTER_ERROR_USAGE;
    }
    return status;
}

static int compare_counts(const void *a, const void *b) {
    const struct label_count *x = a, *y = b;
    bool first = strcmp(x->name, "content") == 0;
    bool second = strcmp(y->name, "content") == 0;
    if (first != second)
        return first ? -1 : 1;
    if (x->blocks != y->blocks)
        return x->blocks > y->blocks ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The labels of the corpora: content, then the others by frequency.  Corpora
 * that know content alone give two: content and clutter. */
enum declutter_status dc_labels_find(struct dc_samples *samples,
                                     struct declutter_error *error) {
    struct label_counts counts = {0};
    struct declutter_page *page = declutter_page_new();
    enum declutter_status status =
        page ? DECLUTTER_OK
             : dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    if (page)
        count_label(&counts, "content", 7, error);
    for (size_t i = 0; i < samples->count; i++) {
        const struct dc_gold *gold = samples->items[i].gold;
        for (size_t b = 0; status == DECLUTTER_OK && b < gold->label_count; b++)
            if (!count_label(&counts, gold->labels[b].label,
                             strlen(gold->labels[b].label), error))
                status = DECLUTTER_ERROR_USAGE;
        for (size_t r = 0; status == DECLUTTER_OK && r < gold->run_count; r++)
            if (gold->runs[r].label >= 0 &&
                !count_label(&counts, gold->run_labels[gold->runs[r].label],
                             strlen(gold->run_labels[gold->runs[r].label]),
                             error))
                status = DECLUTTER_ERROR_USAGE;
        if (status == DECLUTTER_OK && gold->marked_up)
            status = count_marked(&counts, gold, page, error);
    }
    declutter_page_free(page);
    if (status == DECLUTTER_OK && counts.count == 1)
        count_label(&counts, "clutter", 7, error);
    qsort(counts.items, counts.count, sizeof *counts.items, compare_counts);
    for (size_t l = 0; l < counts.count; l++)
        memcpy(samples->labels[l], counts.items[l].name, DC_LABEL_NAME_MAX);
    samples->label_count = (uint32_t)counts.count;
    return status;
}
