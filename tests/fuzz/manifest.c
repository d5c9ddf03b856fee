/* manifest.c: fuzz target of the readers of the training data: manifests of
 * corpora, and label files.
 *
 * In: a manifest, a line "%%", and a label file.  Both are written to a
 * scratch folder, since the readers take paths; its corpus is named "c" and
 * has one page, a.html.  When the manifest is refused, a plain one takes its
 * place, so that the label file always has a corpus to speak of.  Checked:
 * pages come sorted, with unique ids and a path; runs are labelled within the
 * names; a page takes its runs if and only if they cover its words.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "corpus.h"
#include "label_file.h"

static const char page_html[] = "<p data-declutter=content>One two three.</p>"
                                "<p>four</p><p>five six</p><p>?</p>";
static const char plain_manifest[] =
    "{\"id\": \"a\", \"html\": \"a.html\", \"content\": \"One\"}\n";

struct folders {
    char outer[SCRATCH_PATH], corpus[SCRATCH_PATH];
};

/* The label file behind the separator; all of the input is manifest when
 * there is none. */
static size_t find_separator(const char *bytes, size_t size, size_t *behind) {
    static const char separator[] = "\n%%\n";
    enum { LENGTH = sizeof separator - 1 };
    for (size_t at = 0; at + LENGTH <= size; at++)
        if (!memcmp(bytes + at, separator, LENGTH)) {
            *behind = at + LENGTH;
            return at + 1;
        }
    *behind = size;
    return size;
}

static void check_pages(const struct dc_corpus *corpus) {
    check(corpus->page_count > 0, "a corpus has pages");
    for (size_t i = 0; i < corpus->page_count; i++) {
        const struct dc_gold *gold = &corpus->pages[i];
        check(gold->id && *gold->id && gold->path, "a page has id and path");
        check(!i || strcmp(gold[-1].id, gold->id) < 0,
              "pages are sorted by id, each there once");
        for (size_t w = 0; w < gold->with_count; w++)
            check_utf8(gold->with[w], strlen(gold->with[w]));
        for (size_t l = 0; l < gold->label_count; l++)
            check_utf8(gold->labels[l].text, strlen(gold->labels[l].text));
    }
}

static uint32_t word_count(const struct dc_page *page) {
    uint32_t words = 0;
    for (size_t i = 0; i < page->block_count; i++)
        words += page->blocks[i].words;
    return words;
}

static void check_runs(const struct dc_gold *gold, const struct dc_page *page) {
    uint64_t words = 0;
    size_t names = 0;
    struct declutter_error error;
    for (size_t i = 0; i < gold->run_count; i++) {
        const struct dc_run *run = &gold->runs[i];
        check(run->words > 0 && run->label >= -1 && run->label < DC_LABELS_MAX,
              "a run has words and a label");
        words += run->words;
        if (run->label >= 0 && names <= (size_t)run->label)
            names = (size_t)run->label + 1;
    }
    enum declutter_status status = dc_runs_check(gold, page, &error);
    check((status == DECLUTTER_OK) == (words == word_count(page)),
          "runs are taken if and only if they cover the page");
    if (status != DECLUTTER_OK)
        return;
    uint32_t *labels = calloc(page->block_count + 1, sizeof *labels);
    check(labels != NULL, "(out of memory)");
    dc_runs_label(gold, page, gold->run_labels, names, labels);
    for (size_t i = 0; i < page->block_count; i++)
        check(labels[i] == DC_NONE || labels[i] < names,
              "a block's label is one of the names");
    free(labels);
}

static void read_labels(const struct folders *folders,
                        struct dc_corpus *corpus) {
    char path[SCRATCH_PATH];
    struct declutter_error error = {.message = ""};
    scratch_path(path, folders->outer, "labels");
    enum declutter_status status = dc_label_file_read(path, corpus, 1, &error);
    if (status != DECLUTTER_OK) {
        check(error.message[0] != '\0', "a refusal says why");
        return;
    }
    struct declutter_page *page = declutter_page_new();
    check(page != NULL, "(out of memory)");
    check(declutter_page_read(page, page_html, sizeof page_html - 1, NULL,
                              &error) == DECLUTTER_OK,
          "the page is read");
    for (size_t i = 0; i < corpus->page_count; i++)
        if (corpus->pages[i].run_count)
            check_runs(&corpus->pages[i], &page->page);
    declutter_page_free(page);
}

static void read_corpus(const struct folders *folders,
                        struct dc_corpus *corpus) {
    struct declutter_error error = {.message = ""};
    if (dc_corpus_read(folders->corpus, corpus, &error) == DECLUTTER_OK)
        return;
    check(error.message[0] != '\0', "a refusal says why");
    check(!corpus->memory, "a corpus that was refused holds nothing");
    scratch_write(folders->corpus, "manifest.jsonl", plain_manifest,
                  sizeof plain_manifest - 1);
    check(dc_corpus_read(folders->corpus, corpus, &error) == DECLUTTER_OK,
          "a plain manifest is read");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *bytes = (const char *)data;
    struct folders folders;
    struct dc_corpus corpus;
    size_t behind, manifest = find_separator(bytes, size, &behind);
    scratch_folder(folders.outer);
    scratch_path(folders.corpus, folders.outer, "c");
    scratch_subfolder(folders.corpus);
    scratch_write(folders.corpus, "a.html", page_html, sizeof page_html - 1);
    scratch_write(folders.corpus, "manifest.jsonl", bytes, manifest);
    scratch_write(folders.outer, "labels", bytes + behind, size - behind);
    read_corpus(&folders, &corpus);
    check_pages(&corpus);
    read_labels(&folders, &corpus);
    dc_corpus_free(&corpus);
    scratch_remove(folders.outer, "labels");
    scratch_remove(folders.corpus, "manifest.jsonl");
    scratch_remove(folders.corpus, "a.html");
    scratch_remove(folders.corpus, NULL);
    scratch_remove(folders.outer, NULL);
    return 0;
}
