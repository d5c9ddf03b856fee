/* utf8.c: validation and character classes.
 *
 * In: bytes, or characters of text that decode.c made valid.  Out: how much
 * of it is valid, what class a character is, where the next word ends.
 * utf8proc holds the Unicode tables; ASCII, most of what pages consist of
 * even in other scripts (mark-up, digits, spaces), never reaches it.
 */
#include "utf8.h"

#include <string.h>
#include <utf8proc.h>

#define S DC_CLASS_SPACE
#define D (DC_CLASS_DIGIT | DC_CLASS_WORD)
#define U (DC_CLASS_LETTER | DC_CLASS_UPPER | DC_CLASS_WORD)
#define L (DC_CLASS_LETTER | DC_CLASS_WORD)
#define W DC_CLASS_WORD
const uint8_t dc_ascii_class[128] = {
    S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
    S, S, S, S, S, S, S, S, S, S, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, 0, 0, U,
    U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
    U, U, U, 0, 0, 0, 0, W, 0, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, S};
#undef S
#undef D
#undef U
#undef L
#undef W

static bool is_continuation(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the valid sequence at s (0 if none) with `left` bytes to go. */
static size_t sequence_length(const unsigned char *s, size_t left) {
    unsigned char lead = s[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    if (lead < 0xE0)
        return left > 1 && is_continuation(s[1]) ? 2 : 0;
    size_t length = lead < 0xF0 ? 3 : 4;
    if (length > left || !is_continuation(s[1]) || !is_continuation(s[2]) ||
        (length == 4 && !is_continuation(s[3])))
        return 0;
    if ((lead == 0xE0 && s[1] < 0xA0) || (lead == 0xED && s[1] > 0x9F) ||
        (lead == 0xF0 && s[1] < 0x90) || (lead == 0xF4 && s[1] > 0x8F))
        return 0;
    return length;
}

/* A loop of fixed length without branches: compilers make vectors of it. */
enum { CHUNK = 64 };
static bool is_ascii_chunk(const unsigned char *s) {
    unsigned char all = 0;
    for (int i = 0; i < CHUNK; i++)
        all |= s[i];
    return all < 0x80;
}

size_t dc_utf8_valid(const char *bytes, size_t length) {
    const unsigned char *s = (const unsigned char *)bytes;
    size_t at = 0;
    while (at < length) {
        uint64_t eight;
        while (length - at >= sizeof eight) {
            memcpy(&eight, s + at, sizeof eight);
            if (eight & UINT64_C(0x8080808080808080))
                break;
            at += sizeof eight;
            while (length - at >= CHUNK && is_ascii_chunk(s + at))
                at += CHUNK;
        }
        /* Letters of other scripts come in runs. */
        while (at < length) {
            bool ascii = s[at] < 0x80;
            size_t step = sequence_length(s + at, length - at);
            if (!step)
                return at;
            at += step;
            if (ascii)
                break;
        }
    }
    return at;
}

size_t dc_utf8_put(char *out, uint32_t character) {
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        out[0] = (char)(0xC0 | (character >> 6));
        out[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        out[0] = (char)(0xE0 | (character >> 12));
        out[1] = (char)(0x80 | ((character >> 6) & 0x3F));
        out[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (character >> 18));
    out[1] = (char)(0x80 | ((character >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((character >> 6) & 0x3F));
    out[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

/* Han (all extensions), kana and their marks: written without spaces. */
static bool is_cjk(uint32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) ||
           (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) ||
           (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3005 || c == 0x3007 ||
           (c >= 0xFF66 && c <= 0xFF9D);
}

unsigned dc_class_wide(uint32_t c) {
    if (is_cjk(c))
        return DC_CLASS_LETTER | DC_CLASS_CJK | DC_CLASS_WORD;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return DC_CLASS_LETTER | DC_CLASS_UPPER | DC_CLASS_WORD;
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return DC_CLASS_LETTER | DC_CLASS_WORD;
    case UTF8PROC_CATEGORY_ND:
        return DC_CLASS_DIGIT | DC_CLASS_WORD;
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return DC_CLASS_WORD;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return DC_CLASS_SPACE;
    case UTF8PROC_CATEGORY_CC:
        return c == 0x85 ? DC_CLASS_SPACE : DC_CLASS_ZERO;
    case UTF8PROC_CATEGORY_CF:
        return DC_CLASS_ZERO;
    default:
        return 0;
    }
}

uint32_t dc_lower_wide(uint32_t character) {
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)character);
}

bool dc_word_next(const char **cursor, const char *end, const char **word,
                  size_t *length) {
    const char *at = *cursor;
    const char *start = NULL;
    while (at < end) {
        const char *here = at;
        unsigned class = dc_class(dc_utf8_next(&at));
        if (class & DC_CLASS_CJK) {
            if (start)
                at = here;
            else
                start = here;
            break;
        }
        if (class & DC_CLASS_WORD) {
            if (!start)
                start = here;
        } else if (start) {
            at = here;
            break;
        }
    }
    *cursor = at;
    if (!start)
        return false;
    *word = start;
    *length = (size_t)(at - start);
    return true;
}
