/* utf8.h: the characters every later stage agrees on.
 *
 * After decode.c all text is valid UTF-8 with an explicit length, so the
 * iterator here does not check.  The classes are those of the corpora's
 * metrics: a word is a run of letters, digits and underscores (Python's \w),
 * and a character of a script written without spaces (Han, kana) is a word of
 * its own.  ASCII is answered from a table, the rest by utf8proc.
 */
#ifndef DC_UTF8_H
#define DC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dc_class {
    DC_CLASS_LETTER = 1,
    DC_CLASS_DIGIT = 2,
    DC_CLASS_UPPER = 4,
    DC_CLASS_SPACE = 8,
    DC_CLASS_CJK = 16,  /* one character, one word */
    DC_CLASS_WORD = 32, /* letter, number or underscore */
    DC_CLASS_ZERO = 64  /* zero width: joiners, soft hyphen, BOM */
};

/* Length of the longest valid prefix; equals `length` when all is valid. */
size_t dc_utf8_valid(const char *bytes, size_t length);

/* The character at *cursor, which moves behind it.  Valid UTF-8 only. */
static inline uint32_t dc_utf8_next(const char **cursor) {
    const unsigned char *s = (const unsigned char *)*cursor;
    if (s[0] < 0x80) {
        *cursor += 1;
        return s[0];
    }
    if (s[0] < 0xE0) {
        *cursor += 2;
        return ((uint32_t)(s[0] & 0x1F) << 6) | (s[1] & 0x3Fu);
    }
    if (s[0] < 0xF0) {
        *cursor += 3;
        return ((uint32_t)(s[0] & 0x0F) << 12) |
               ((uint32_t)(s[1] & 0x3F) << 6) | (s[2] & 0x3Fu);
    }
    *cursor += 4;
    return ((uint32_t)(s[0] & 0x07) << 18) | ((uint32_t)(s[1] & 0x3F) << 12) |
           ((uint32_t)(s[2] & 0x3F) << 6) | (s[3] & 0x3Fu);
}

/* Writes a character as UTF-8 into at least 4 bytes; returns how many. */
size_t dc_utf8_put(char *out, uint32_t character);

extern const uint8_t dc_ascii_class[128];
unsigned dc_class_wide(uint32_t character);
uint32_t dc_lower_wide(uint32_t character);

/* OR of dc_class bits. */
static inline unsigned dc_class(uint32_t character) {
    return character < 128 ? dc_ascii_class[character]
                           : dc_class_wide(character);
}

/* Is it a letter of ASCII? */
static inline bool dc_is_letter(char byte) {
    return (unsigned char)((byte | 32) - 'a') < 26;
}

/* Simple lower case, one character to one character. */
static inline uint32_t dc_lower(uint32_t character) {
    if (character < 128)
        return character - 'A' < 26u ? character + 32 : character;
    return dc_lower_wide(character);
}

/* The next word of [*cursor, end) as the metrics count it: a maximal run of
 * word characters, or one CJK character.  false at the end; else *word and
 * *length hold it (as written, not lower-cased) and *cursor stands behind. */
bool dc_word_next(const char **cursor, const char *end, const char **word,
                  size_t *length);

#endif
