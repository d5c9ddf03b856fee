/* model_text.h: what the reader (model.c) and the writers (model_write.c) of
 * the model file agree on: how a number looks, and the checksum.
 *
 * Numbers never pass through the C library's locale: a host program that
 * called setlocale() must still read and write the same bytes.
 */
#ifndef DC_MODEL_TEXT_H
#define DC_MODEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "page.h"

enum {
    DC_NUMBER_SIZE = 32,  /* room for any number, terminated */
    DC_FACTOR_DIGITS = 8, /* a factor is its IEEE bits in hexadecimal */
    DC_FACTS_MAX = 4096   /* lines */
};

/* Numbers of a model are at most this large, so that no score
 * computed from finite features can overflow a float. */
#define DC_NUMBER_LIMIT 1e9f

/* Shortest decimal that reads back as the same float, in the C locale;
 * returns its length.  `out` has DC_NUMBER_SIZE bytes. */
size_t dc_number_format(char *out, float number);

/* Reads a whole slice as one decimal number.  false when it is anything else
 * or beyond DC_NUMBER_LIMIT. */
bool dc_number_parse(const char *text, size_t length, float *number);

/* The CRC-32 of gzip and PNG, continued from `crc` (0 at the start). */
uint32_t dc_crc32(uint32_t crc, const char *bytes, size_t length);

static inline bool dc_number_valid(float number) {
    return number >= -DC_NUMBER_LIMIT && number <= DC_NUMBER_LIMIT;
}

/* Where reading stands: in the text, and in the block being filled. */
struct dc_reader {
    const char *at, *end;
    size_t line;
    char *free, *limit;
    struct declutter_model *model;
    struct declutter_error *error;
};

/* Reports a failure at the reader's line.  Always false, so that checks can
 * `return dc_reader_fail(...)`. */
bool dc_reader_fail(struct dc_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Each reads one token and the blank behind it, or fails. */
bool dc_read_word(struct dc_reader *reader, struct dc_text *word);
bool dc_read_keyword(struct dc_reader *reader, const char *keyword);
bool dc_read_number(struct dc_reader *reader, float *number);
bool dc_read_count(struct dc_reader *reader, const char *what, uint32_t max,
                   uint32_t *count);
/* Exactly 8 lower-case hexadecimal digits, and nothing behind them. */
bool dc_read_hex(struct dc_reader *reader, uint32_t *value);
bool dc_read_blank(struct dc_reader *reader);
/* The newline; a blank before it is an error. */
bool dc_read_end(struct dc_reader *reader);
/* That many numbers, and the newline. */
bool dc_read_numbers(struct dc_reader *reader, float *numbers, uint32_t count);

bool dc_word_is(struct dc_text word, const char *text);

#endif
