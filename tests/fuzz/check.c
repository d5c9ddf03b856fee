/* check.c: the promises that more than one fuzz target checks, and scratch
 * files.
 *
 * In: what the library made of some input.  Out: nothing, or abort() and the
 * reason.  The checks are written against the promises, not against the code:
 * jansson reads the JSON, as a user would.  Running out of memory here is no
 * fault of the library, but it ends the run all the same: a check that was
 * not made must not look like one that passed.
 */
#include "check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utf8.h"

/* The arena takes at most BASE + FACTOR times the bytes of the page.
 *
 * FACTOR: the densest page is "<p>a" over and over.  Each of these four bytes'
 * elements is a node, three events, a block, its public view, and what layout
 * and classify know of it: measured 448 bytes a byte, with chunks that double
 * up to twice that.  Ordinary pages need 20 to 40.
 * BASE: the features of up to 4096 blocks are kept (classify.c), 1.5 KB each,
 * in the chunk that holds them: measured 17 MB on 10 kB of such elements.
 */
#define MEMORY_BASE ((size_t)16 << 20)
#define MEMORY_FACTOR ((size_t)1024)

void check(bool holds, const char *sentence) {
    if (holds)
        return;
    fprintf(stderr, "broken promise: %s\n", sentence);
    abort();
}

/* -- Texts --------------------------------------------------------------- */

void text_add(struct text *text, const char *bytes, size_t length) {
    if (length > text->capacity - text->length) {
        size_t capacity = (text->capacity + length) * 2;
        text->bytes = realloc(text->bytes, capacity);
        check(text->bytes != NULL, "(out of memory)");
        text->capacity = capacity;
    }
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){0};
}

bool text_equal(const struct text *one, const struct text *other) {
    return one->length == other->length &&
           (!one->length || !memcmp(one->bytes, other->bytes, one->length));
}

int text_sink(void *context, const char *bytes, size_t length) {
    text_add(context, bytes, length);
    return 0;
}

/* -- Promises ------------------------------------------------------------ */

void check_utf8(const char *bytes, size_t length) {
    check(!length || dc_utf8_valid(bytes, length) == length,
          "output is valid UTF-8");
}

void check_json_lines(const char *bytes, size_t length) {
    const char *at = bytes, *end = length ? bytes + length : bytes;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        check(stop != NULL, "every line of JSON ends");
        json_error_t fault;
        json_t *value =
            json_loadb(at, (size_t)(stop - at), JSON_REJECT_DUPLICATES, &fault);
        if (!value)
            fprintf(stderr, "jansson: %s\n", fault.text);
        check(json_is_object(value), "every line of JSON is an object");
        json_decref(value);
        at = stop + 1;
    }
}

void check_memory(const struct dc_page *page, size_t length) {
    check(page->arena.total <= MEMORY_BASE + MEMORY_FACTOR * length,
          "memory is bounded by a multiple of the page");
}

const char *pick_encoding(uint8_t byte) {
    static const char *const names[] = {
        NULL,          "UTF-8",   "windows-1251",    "UTF-16LE",
        "UTF-7",       "gb18030", "Shift_JIS",       "EUC-KR",
        "ISO-2022-JP", "IBM037",  "no-such-charset", "UTF-32",
        "BIG5-HKSCS",  "TSCII",   "ISO-2022-KR",     "UCS-2"};
    return names[(uint8_t)(byte - '0') % (sizeof names / sizeof *names)];
}

/* -- Scratch files ------------------------------------------------------- */

void scratch_path(char path[SCRATCH_PATH], const char *folder,
                  const char *name) {
    int length = snprintf(path, SCRATCH_PATH, "%s/%s", folder, name);
    check(length > 0 && length < SCRATCH_PATH, "(path too long)");
}

void scratch_folder(char folder[SCRATCH_PATH]) {
    const char *parent = getenv("TMPDIR");
    scratch_path(folder, parent && *parent ? parent : "/tmp",
                 "declutter-fuzz-XXXXXX");
    check(mkdtemp(folder) != NULL, "(cannot make a folder)");
}

void scratch_subfolder(const char *path) {
    check(mkdir(path, 0700) == 0, "(cannot make a folder)");
}

void scratch_write(const char *folder, const char *name, const void *bytes,
                   size_t length) {
    char path[SCRATCH_PATH];
    scratch_path(path, folder, name);
    FILE *file = fopen(path, "wb");
    check(file != NULL, "(cannot open a file)");
    bool written = !length || fwrite(bytes, 1, length, file) == length;
    check(fclose(file) == 0 && written, "(cannot write a file)");
}

void scratch_remove(const char *folder, const char *name) {
    char path[SCRATCH_PATH];
    if (!name) {
        check(rmdir(folder) == 0, "(cannot remove a folder)");
        return;
    }
    scratch_path(path, folder, name);
    check(unlink(path) == 0, "(cannot remove a file)");
}
