/* heldout.c: how the built-in model does on pages it was not trained on.
 *
 *     heldout PAGE.html...
 *
 * In: pages whose elements carry data-declutter="LABEL"; the innermost one
 * holds for a block.  Out: each block that got another label, and a count a
 * page; exit 1 if a page is not good enough.  Blocks of content, promo and
 * cookie must all be right, and no other block may be taken for one of them,
 * but for two a page: bylines, dates and the name of the site are navigation
 * that stands where content does.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

enum { NAVIGATION_MISSES = 2, OTHER_MISSES = 0, SHOWN_BYTES = 60 };

static void die(const char *path, const char *what) {
    fprintf(stderr, "heldout: %s: %s\n", path, what);
    exit(2);
}

/* The label written over a block; NULL bytes if there is none. */
static struct dc_text gold_label(const struct dc_page *page, size_t block) {
    struct dc_text label = {NULL, 0};
    uint32_t node = page->blocks[block].node;
    for (; node != DC_NONE && !label.bytes; node = page->nodes[node].parent)
        label = dc_attribute_text(page, node, DC_ATTRIBUTE_data_declutter);
    return label;
}

static bool text_is(struct dc_text text, const char *name) {
    return text.length == strlen(name) &&
           memcmp(text.bytes, name, text.length) == 0;
}

static void miss_show(const char *path, const struct dc_page *page,
                      size_t block, const char *found, struct dc_text wanted) {
    struct dc_text text = dc_block_text(page, block);
    fprintf(stderr, "%s: %s instead of %.*s: %.*s\n", path, found,
            (int)wanted.length, wanted.bytes,
            (int)(text.length < SHOWN_BYTES ? text.length : SHOWN_BYTES),
            text.bytes);
}

/* Is the classified page good enough? */
/* Adds the blocks missed that are not navigation to *missed. */
static bool page_check(const char *path, const struct dc_page *page,
                       size_t *missed) {
    const struct declutter_model *model = declutter_model_default();
    size_t right[DC_LABELS_MAX] = {0}, wrong = 0, navigation_wrong = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        uint32_t label = page->labels[i];
        const char *found = declutter_model_label_name(model, label);
        struct dc_text wanted = gold_label(page, i);
        if (!wanted.bytes)
            die(path, "a block without a label");
        if (text_is(wanted, found)) {
            right[label]++;
            continue;
        }
        miss_show(path, page, i, found, wanted);
        if (text_is(wanted, "navigation"))
            navigation_wrong++;
        else
            wrong++;
    }
    uint32_t labels = declutter_model_label_count(model);
    printf("%s:", path);
    for (uint32_t l = 0; l < labels; l++)
        printf(" %zu %s", right[l], declutter_model_label_name(model, l));
    printf(", %zu wrong\n", wrong + navigation_wrong);
    *missed += wrong;
    return right[0] > 0 && navigation_wrong <= NAVIGATION_MISSES;
}

static bool file_check(const char *path, size_t *missed) {
    struct declutter_error error;
    struct declutter_input input;
    struct declutter_page *page = declutter_page_new();
    if (!page)
        die(path, "out of memory");
    if (declutter_input_read(path, 0, &input, &error) != DECLUTTER_OK ||
        declutter_page_read(page, input.bytes, input.length, NULL, &error) !=
            DECLUTTER_OK ||
        declutter_page_classify(page, NULL, NULL, &error) != DECLUTTER_OK)
        die(path, error.message);
    bool good = page_check(path, &page->page, missed);
    declutter_page_free(page);
    declutter_input_free(&input);
    return good;
}

int main(int argc, char **argv) {
    int failed = 0;
    size_t missed = 0;
    if (argc < 2) {
        fprintf(stderr, "usage: heldout PAGE.html...\n");
        return 2;
    }
    for (int i = 1; i < argc; i++)
        failed += !file_check(argv[i], &missed);
    printf("%d pages, %d not good enough, %zu blocks missed\n", argc - 1,
           failed, missed);
    return failed != 0 || missed > OTHER_MISSES;
}
