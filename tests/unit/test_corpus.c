/* test_corpus.c: manifests and folders of labelled pages.
 *
 * Every test writes its corpus into a folder of its own and removes it again.
 * A manifest that is wrong anywhere must be refused with the line named: a
 * corpus read half is worse than none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "corpus.h"

enum { FILES_MAX = 8 };

/* A folder for one test, and the files in it. */
struct scratch {
    char folder[64];
    char files[FILES_MAX][128];
    size_t file_count;
};

static int scratch_new(void **state) {
    struct scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return -1;
    strcpy(scratch->folder, "/tmp/declutter-corpus-XXXXXX");
    *state = scratch;
    return mkdtemp(scratch->folder) ? 0 : -1;
}

static int scratch_free(void **state) {
    struct scratch *scratch = *state;
    for (size_t i = 0; i < scratch->file_count; i++)
        unlink(scratch->files[i]);
    int failed = rmdir(scratch->folder);
    free(scratch);
    return failed;
}

static const char *file_path(struct scratch *scratch, const char *name) {
    char path[sizeof scratch->files[0]];
    assert_true(scratch->file_count < FILES_MAX);
    int length = snprintf(path, sizeof path, "%s/%s", scratch->folder, name);
    assert_in_range(length, 1, sizeof path - 1);
    return strcpy(scratch->files[scratch->file_count++], path);
}

static void write_file(struct scratch *scratch, const char *name,
                       const char *text) {
    FILE *file = fopen(file_path(scratch, name), "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void write_gzip(struct scratch *scratch, const char *name,
                       const char *text) {
    gzFile file = gzopen(file_path(scratch, name), "wb");
    assert_non_null(file);
    assert_int_equal(gzputs(file, text), strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
}

static void check_full_page(const struct dc_gold *page) {
    assert_string_equal(page->id, "a");
    assert_string_equal(page->path, "/a.html");
    assert_string_equal(page->url, "http://a.org/");
    assert_string_equal(page->type, "article");
    assert_string_equal(page->lang, "de");
    assert_string_equal(page->title, "T");
    assert_string_equal(page->author, "A");
    assert_string_equal(page->date, "2020-01-02");
    assert_string_equal(page->content, "gr\xC3\xBCn");
    assert_int_equal(page->with_count, 2);
    assert_string_equal(page->with[1], "two");
    assert_int_equal(page->without_count, 1);
    assert_string_equal(page->without[0], "three");
    assert_int_equal(page->label_count, 2);
    assert_string_equal(page->labels[1].label, "promo");
    assert_string_equal(page->labels[1].text, "y z");
    assert_false(page->marked_up);
}

static void test_manifest(void **state) {
    struct scratch *scratch = *state;
    struct dc_corpus corpus;
    write_file(
        scratch, "manifest.jsonl",
        "{\"id\": \"b\", \"html\": \"html/b.html.gz\", \"url\": null,"
        " \"content\": \"\", \"wordcount\": {\"unknown\": [1]}}\n"
        "\n"
        "{\"id\": \"a\", \"html\": \"/a.html\", \"url\": \"http://a.org/\","
        " \"type\": \"article\", \"lang\": \"de\", \"title\": \"T\","
        " \"author\": \"A\", \"date\": \"2020-01-02\","
        " \"content\": \"gr\\u00fcn\", \"with\": [\"one\", \"two\"],"
        " \"without\": [\"three\"],"
        " \"labels\": [[\"content\", \"x\"], [\"promo\", \"y z\"]]}\n"
        "{\"id\": \"c\", \"html\": \"c.html\", \"marked_up\": true}");
    assert_int_equal(dc_corpus_read(scratch->folder, &corpus, NULL),
                     DECLUTTER_OK);
    assert_string_equal(corpus.name, scratch->folder + strlen("/tmp/"));
    assert_int_equal(corpus.page_count, 3);
    const struct dc_gold *b = &corpus.pages[1];
    check_full_page(&corpus.pages[0]);
    assert_string_equal(b->id, "b");
    assert_null(b->url);
    assert_null(b->type);
    assert_null(b->labels);
    assert_string_equal(b->content, "");
    assert_string_equal(b->path + strlen(scratch->folder), "/html/b.html.gz");
    assert_true(corpus.pages[2].marked_up);
    dc_corpus_free(&corpus);
    assert_null(corpus.pages);
    dc_corpus_free(&corpus);
}

/* Second lines of a manifest, and what is said about them. */
static const struct {
    const char *line, *message;
} faults[] = {
    {"{\"id\": \"b\", \"html\": ", "line 2"},
    {"{\"id\": \"b\", \"html\": \"b.html\"} x", "line 2"},
    {"[\"b\", \"b.html\"]", "line 2: not a JSON object"},
    {"{\"html\": \"b.html\"}", "line 2: \"id\" is missing"},
    {"{\"id\": \"\", \"html\": \"b.html\"}", "line 2: \"id\" is missing"},
    {"{\"id\": 7, \"html\": \"b.html\"}", "line 2: \"id\" is not a string"},
    {"{\"id\": \"b\"}", "line 2: \"html\" is missing"},
    {"{\"id\": \"b\", \"html\": \"b\", \"html\": \"c\"}", "line 2"},
    {"{\"id\": \"b\", \"html\": \"b\", \"content\": []}",
     "line 2: \"content\" is not a string"},
    {"{\"id\": \"b\", \"html\": \"b\", \"with\": \"x\"}",
     "line 2: \"with\" is not an array"},
    {"{\"id\": \"b\", \"html\": \"b\", \"without\": [\"x\", 1]}",
     "line 2: \"without\""},
    {"{\"id\": \"b\", \"html\": \"b\", \"labels\": [[\"content\"]]}",
     "line 2: \"labels\""},
    {"{\"id\": \"b\", \"html\": \"b\", \"labels\": [\"content\"]}",
     "line 2: \"labels\""},
    {"{\"id\": \"b\", \"html\": \"b\", \"marked_up\": 1}",
     "line 2: \"marked_up\""},
    {"{\"id\": \"b\", \"html\": \"b\", \"url\": \"\xFF\"}", "line 2"},
    {"{\"id\": \"b\", \"html\": \"b\", \"url\": \"\\u0000\"}", "line 2"},
    {"{\"id\": \"a\", \"html\": \"b\"}", "line 2: \"a\" is the id"}};

static void test_manifest_errors(void **state) {
    struct scratch *scratch = *state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct dc_corpus corpus;
        struct declutter_error error = {0};
        char text[256];
        snprintf(text, sizeof text, "{\"id\": \"a\", \"html\": \"a\"}\n%s\n",
                 faults[i].line);
        scratch->file_count = 0;
        write_file(scratch, "manifest.jsonl", text);
        assert_int_equal(dc_corpus_read(scratch->folder, &corpus, &error),
                         DECLUTTER_ERROR_DAMAGED);
        assert_int_equal(error.status, DECLUTTER_ERROR_DAMAGED);
        assert_int_equal(error.offset, 2);
        assert_non_null(strstr(error.message, "manifest.jsonl"));
        assert_non_null(strstr(error.message, faults[i].message));
        assert_null(corpus.pages);
    }
}

static void test_manifest_marks(void **state) {
    struct scratch *scratch = *state;
    struct dc_corpus corpus;
    /* the mark may lie across any border of what is read at once */
    char page[9000];
    memset(page, 'd', sizeof page);
    strcpy(page + 8192 - 7, "data-declutter=promo");
    write_file(scratch, "marked.html", page);
    write_gzip(scratch, "plain.html.gz", "<p data-declutter>text");
    write_file(scratch, "manifest.jsonl",
               "{\"id\": \"1\", \"html\": \"marked.html\"}\n"
               "{\"id\": \"2\", \"html\": \"plain.html.gz\"}\n"
               "{\"id\": \"3\", \"html\": \"absent.html\"}\n"
               "{\"id\": \"4\", \"html\": \"marked.html\","
               " \"marked_up\": false}\n"
               "{\"id\": \"5\", \"html\": \"marked.html\","
               " \"content\": \"x\"}\n");
    assert_int_equal(dc_corpus_read(scratch->folder, &corpus, NULL),
                     DECLUTTER_OK);
    assert_int_equal(corpus.page_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(corpus.pages[i].marked_up, i == 0);
    dc_corpus_free(&corpus);
}

static void test_folder_of_pages(void **state) {
    struct scratch *scratch = *state;
    struct dc_corpus corpus;
    char path[128];
    write_gzip(scratch, "b.html.gz", "<!doctype html>\n<html lang=\"PL-pl\">");
    write_file(scratch, "a.htm", "<html data-lang='x' lang='de'><p>x");
    write_file(scratch, "c.html", "<html><p lang=fr>x");
    write_file(scratch, "notes.txt", "no page");
    write_file(scratch, ".html", "no page either");
    snprintf(path, sizeof path, "%s//", scratch->folder);
    assert_int_equal(dc_corpus_read(path, &corpus, NULL), DECLUTTER_OK);
    assert_string_equal(corpus.name, scratch->folder + strlen("/tmp/"));
    assert_int_equal(corpus.page_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(corpus.pages[i].id[0], "abc"[i]);
        assert_int_equal(strlen(corpus.pages[i].id), 1);
        assert_true(corpus.pages[i].marked_up);
        assert_null(corpus.pages[i].content);
        assert_int_equal(access(corpus.pages[i].path, R_OK), 0);
    }
    assert_string_equal(corpus.pages[0].lang, "de");
    assert_string_equal(corpus.pages[1].lang, "pl");
    assert_null(corpus.pages[2].lang);
    dc_corpus_free(&corpus);
}

/* A page may say that only its labels teach; nothing but <html> says so. */
static void test_what_a_page_teaches(void **state) {
    struct scratch *scratch = *state;
    struct dc_corpus corpus;
    write_file(scratch, "a.html",
               "<html data-declutter-teaches=\"labels\" lang=\"cs\"><p>x");
    write_gzip(scratch, "b.html.gz",
               "<!DOCTYPE html>\n<HTML\nlang=cs "
               "data-declutter-teaches=labels>");
    write_file(scratch, "c.html", "<html lang=cs data-declutter-teaches=all>");
    write_file(scratch, "d.html",
               "<html lang=cs><p data-declutter-teaches=labels>x");
    assert_int_equal(dc_corpus_read(scratch->folder, &corpus, NULL),
                     DECLUTTER_OK);
    assert_int_equal(corpus.page_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(corpus.pages[i].lang, "cs");
        assert_int_equal(corpus.pages[i].labels_only, i < 2);
    }
    dc_corpus_free(&corpus);
}

static void test_single_page(void **state) {
    struct scratch *scratch = *state;
    struct dc_corpus corpus;
    write_file(scratch, "page.html", "<p data-declutter=content>x");
    assert_int_equal(dc_corpus_read(scratch->files[0], &corpus, NULL),
                     DECLUTTER_OK);
    assert_int_equal(corpus.page_count, 1);
    assert_string_equal(corpus.pages[0].id, "page");
    assert_string_equal(corpus.pages[0].path, scratch->files[0]);
    assert_true(corpus.pages[0].marked_up);
    dc_corpus_free(&corpus);
}

static void test_nothing_there(void **state) {
    struct scratch *scratch = *state;
    struct dc_corpus corpus;
    struct declutter_error error;
    assert_int_equal(dc_corpus_read(scratch->folder, &corpus, &error),
                     DECLUTTER_ERROR_DAMAGED);
    assert_int_equal(dc_corpus_read("/nowhere/at/all", &corpus, &error),
                     DECLUTTER_ERROR_READ);
    write_file(scratch, "notes.txt", "no page");
    assert_int_equal(dc_corpus_read(scratch->files[0], &corpus, &error),
                     DECLUTTER_ERROR_USAGE);
    write_file(scratch, "a.html", "x");
    write_file(scratch, "a.htm", "x");
    assert_int_equal(dc_corpus_read(scratch->folder, &corpus, &error),
                     DECLUTTER_ERROR_DAMAGED);
    assert_non_null(strstr(error.message, "\"a\""));
    assert_int_equal(mkdir(file_path(scratch, "sub"), 0700), 0);
    assert_int_equal(dc_corpus_read(scratch->files[3], &corpus, &error),
                     DECLUTTER_ERROR_DAMAGED);
    assert_int_equal(rmdir(scratch->files[--scratch->file_count]), 0);
    write_file(scratch, "manifest.jsonl", "\n");
    assert_int_equal(dc_corpus_read(scratch->folder, &corpus, &error),
                     DECLUTTER_ERROR_DAMAGED);
    assert_null(corpus.pages);
}

#define SCRATCH_TEST(test)                                                     \
    cmocka_unit_test_setup_teardown(test, scratch_new, scratch_free)

int main(void) {
    const struct CMUnitTest tests[] = {SCRATCH_TEST(test_manifest),
                                       SCRATCH_TEST(test_manifest_errors),
                                       SCRATCH_TEST(test_manifest_marks),
                                       SCRATCH_TEST(test_folder_of_pages),
                                       SCRATCH_TEST(test_what_a_page_teaches),
                                       SCRATCH_TEST(test_single_page),
                                       SCRATCH_TEST(test_nothing_there)};
    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
