/* check.h: what the fuzz targets have in common.
 *
 * A target is one file with LLVMFuzzerTestOneInput: bytes in, nothing out, and
 * abort() with a sentence on standard error when a promise of SECURITY.md does
 * not hold.  libFuzzer takes that for a crash and keeps the bytes; so does
 * ctest, through replay.c.  A target keeps nothing between two calls: a
 * failure must need no other input than its own.
 */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "page.h"

/* libFuzzer's entry: every target has it, replay.c calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Prints the sentence and aborts unless `holds`. */
void check(bool holds, const char *sentence);

/* A text that grows; zero-initialise, free with text_free. */
struct text {
    char *bytes;
    size_t length, capacity;
};
void text_add(struct text *text, const char *bytes, size_t length);
void text_free(struct text *text);
bool text_equal(const struct text *one, const struct text *other);
/* A declutter_sink; the context is a struct text. */
int text_sink(void *context, const char *bytes, size_t length);

void check_utf8(const char *bytes, size_t length);
/* One JSON value a line, and nothing else. */
void check_json_lines(const char *bytes, size_t length);
/* Elements, attributes and addresses of the short list of safe ones, every
 * element closed, everything else escaped. */
void check_html(const char *bytes, size_t length);
/* Every word of plain text stands in the page it was made of. */
void check_words(const struct text *plain, const struct dc_page *page,
                 uint32_t keep);
/* The arena of a page of `length` bytes is within its bound. */
void check_memory(const struct dc_page *page, size_t length);

/* A charset given from outside, chosen by a byte; NULL for '0'. */
const char *pick_encoding(uint8_t byte);

/* -- Files, for what reads only files ------------------------------------ */

enum { SCRATCH_PATH = 256 };

/* A new folder; one of that path in it; a file of that name in either. */
void scratch_folder(char folder[SCRATCH_PATH]);
void scratch_subfolder(const char *path);
void scratch_write(const char *folder, const char *name, const void *bytes,
                   size_t length);
void scratch_path(char path[SCRATCH_PATH], const char *folder,
                  const char *name);
/* Removes a file of it (NULL: the folder itself, empty by then). */
void scratch_remove(const char *folder, const char *name);

#endif
