/* model_text.c: tokens, numbers and the checksum of the model file.
 *
 * In: text, or floats.  Out: words, counts and floats, or text; always in the
 * C locale.  A token either is exactly what was asked for or fails with the
 * number of its line; callers chain reads and stop at the first false.
 * A decimal of at most 9 significant digits lies so near to the float it
 * stands for that a reader working in double, wrong by a few units in the
 * 16th digit, still lands on that float: a small reader is exact here.
 */
#include "model_text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 18, EXPONENT_MAX = 400 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A cursor over the slice being read. */
struct scan {
    const char *at, *end;
};

/* Adds a run of digits to *mantissa while they fit; returns the length of the
 * run, and in *dropped how many of them no longer fitted. */
static size_t scan_digits(struct scan *scan, uint64_t *mantissa,
                          unsigned *digits, size_t *dropped) {
    const char *start = scan->at;
    for (; scan->at < scan->end && is_digit(*scan->at); scan->at++) {
        if (*digits == DIGITS_MAX) {
            (*dropped)++;
            continue;
        }
        *mantissa = *mantissa * 10 + (uint64_t)(*scan->at - '0');
        *digits += *mantissa != 0; /* leading zeros are free */
    }
    return (size_t)(scan->at - start);
}

/* An optional exponent: e, sign, digits. */
static bool scan_exponent(struct scan *scan, int *exponent) {
    *exponent = 0;
    if (scan->at == scan->end || (*scan->at != 'e' && *scan->at != 'E'))
        return true;
    scan->at++;
    bool negative = scan->at < scan->end && *scan->at == '-';
    if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
        scan->at++;
    const char *start = scan->at;
    for (; scan->at < scan->end && is_digit(*scan->at); scan->at++)
        if (*exponent <= EXPONENT_MAX)
            *exponent = *exponent * 10 + (*scan->at - '0');
    if (negative)
        *exponent = -*exponent;
    return scan->at > start;
}

/* Powers of ten are exact in double up to 10^22: divide in such steps. */
static double scale_decimal(double mantissa, long exponent) {
    for (; exponent > 0 && mantissa > 0 && mantissa < 1e30; exponent--)
        mantissa *= 10;
    while (exponent < 0 && mantissa > 0) {
        double power = 1;
        for (; exponent < 0 && power < 1e22; exponent++)
            power *= 10;
        mantissa /= power;
    }
    return mantissa;
}

bool dc_number_parse(const char *text, size_t length, float *number) {
    struct scan scan = {text, text + length};
    bool negative = length > 0 && *text == '-';
    scan.at += negative;
    uint64_t mantissa = 0;
    unsigned digits = 0;
    size_t dropped = 0, dropped_behind = 0;
    size_t before = scan_digits(&scan, &mantissa, &digits, &dropped);
    size_t behind = 0;
    if (scan.at < scan.end && *scan.at == '.') {
        scan.at++;
        behind = scan_digits(&scan, &mantissa, &digits, &dropped_behind);
    }
    int exponent;
    if (before + behind == 0 || length > INT16_MAX ||
        !scan_exponent(&scan, &exponent) || scan.at != scan.end)
        return false;
    double value =
        scale_decimal((double)mantissa, exponent + (long)dropped -
                                            (long)(behind - dropped_behind));
    if (value > (double)DC_NUMBER_LIMIT)
        return false;
    *number = (float)(negative ? -value : value);
    return true;
}

/* printf may write the decimal point of the locale, in several bytes. */
static size_t fix_point(char *text) {
    char *out = text;
    for (const char *in = text; *in;) {
        if (is_digit(*in) || *in == '-' || *in == '+' || *in == 'e') {
            *out++ = *in++;
            continue;
        }
        *out++ = '.';
        while (*in && !is_digit(*in))
            in++;
    }
    *out = '\0';
    return (size_t)(out - text);
}

size_t dc_number_format(char *out, float number) {
    size_t length = 0;
    for (int precision = 5; precision <= 9; precision++) {
        snprintf(out, DC_NUMBER_SIZE, "%.*g", precision, (double)number);
        length = fix_point(out);
        float back;
        if (dc_number_parse(out, length, &back) && back == number)
            break;
    }
    return length;
}

uint32_t dc_crc32(uint32_t crc, const char *bytes, size_t length) {
    uint32_t table[256];
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ (0xEDB88320u & (0u - (value & 1u)));
        table[i] = value;
    }
    crc = ~crc;
    for (size_t i = 0; i < length; i++)
        crc = (crc >> 8) ^ table[(crc ^ (unsigned char)bytes[i]) & 0xFF];
    return ~crc;
}

bool dc_reader_fail(struct dc_reader *reader, const char *format, ...) {
    char message[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    dc_fail(reader->error, DECLUTTER_ERROR_MODEL, reader->line, "line %zu: %s",
            reader->line, message);
    return false;
}

bool dc_read_word(struct dc_reader *reader, struct dc_text *word) {
    const char *start = reader->at;
    while (reader->at < reader->end && (unsigned char)*reader->at > ' ')
        reader->at++;
    *word = (struct dc_text){start, (uint32_t)(reader->at - start)};
    if (word->length == 0)
        return dc_reader_fail(reader, "something is missing");
    if (reader->at < reader->end && *reader->at == ' ')
        reader->at++;
    return true;
}

bool dc_read_end(struct dc_reader *reader) {
    if (reader->at == reader->end || *reader->at != '\n' ||
        reader->at[-1] == ' ')
        return dc_reader_fail(reader, "end of line expected");
    reader->at++;
    reader->line++;
    return true;
}

bool dc_word_is(struct dc_text word, const char *text) {
    return word.length == strlen(text) &&
           memcmp(word.bytes, text, word.length) == 0;
}

bool dc_read_keyword(struct dc_reader *reader, const char *keyword) {
    struct dc_text word;
    if (!dc_read_word(reader, &word))
        return false;
    return dc_word_is(word, keyword) ||
           dc_reader_fail(reader, "\"%s\" expected", keyword);
}

bool dc_read_number(struct dc_reader *reader, float *number) {
    struct dc_text word;
    if (!dc_read_word(reader, &word))
        return false;
    return dc_number_parse(word.bytes, word.length, number) ||
           dc_reader_fail(reader, "number expected");
}

bool dc_read_numbers(struct dc_reader *reader, float *numbers, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!dc_read_number(reader, &numbers[i]))
            return false;
    return dc_read_end(reader);
}

bool dc_read_count(struct dc_reader *reader, const char *what, uint32_t max,
                   uint32_t *count) {
    struct dc_text word;
    if (!dc_read_word(reader, &word))
        return false;
    uint32_t value = 0;
    for (uint32_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned)(word.bytes[i] - '0');
        if (digit > 9 || i == 9)
            return dc_reader_fail(reader, "%s expected", what);
        value = value * 10 + digit;
    }
    if (value > max)
        return dc_reader_fail(reader, "%s: %u is more than %u", what, value,
                              max);
    *count = value;
    return true;
}

bool dc_read_hex(struct dc_reader *reader, uint32_t *value) {
    *value = 0;
    if (reader->end - reader->at < DC_FACTOR_DIGITS)
        return dc_reader_fail(reader, "8 hexadecimal digits expected");
    for (int i = 0; i < DC_FACTOR_DIGITS; i++) {
        unsigned char c = (unsigned char)*reader->at++;
        uint32_t digit = c - (uint32_t)'0';
        if (digit > 9)
            digit = c >= 'a' && c <= 'f' ? c - (uint32_t)'a' + 10 : 16;
        if (digit > 15)
            return dc_reader_fail(reader, "8 hexadecimal digits expected");
        *value = *value << 4 | digit;
    }
    return true;
}

bool dc_read_blank(struct dc_reader *reader) {
    if (reader->at == reader->end || *reader->at != ' ')
        return dc_reader_fail(reader, "blank expected");
    reader->at++;
    return true;
}
