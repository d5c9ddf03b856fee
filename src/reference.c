/* reference.c: "&eacute;", "&#233;" -> UTF-8.
 *
 * In: the bytes behind an '&'.  Out: the character, or that there is none.
 * libxml2 knows the names of HTML 4; those of HTML5 (references.def) are eight
 * times as many, so each page keeps the names it has looked up.  As browsers
 * do: the commonest names need no semicolon, and numbers may name C1 controls,
 * surrogates or nothing.
 */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define NO_CHARACTER UINT32_MAX

/* What a numeric reference to a C1 control means on the web: its byte in
 * windows-1252 (HTML5, "numeric character reference end state"). */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

/* Names that count in text without a semicolon too. */
static const struct {
    const char *name;
    size_t length;
    uint32_t character;
} lenient[] = {{"nbsp", 4, 0xA0}, {"amp", 3, '&'},  {"lt", 2, '<'},
               {"gt", 2, '>'},    {"quot", 4, '"'}, {"copy", 4, 0xA9},
               {"reg", 3, 0xAE}};
enum { LENIENT = sizeof lenient / sizeof *lenient };

static bool is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

/* The number behind the '#' before s, as written (0x110000 or more when too
 * large); NO_CHARACTER: no digit.  *after stands behind it. */
static uint32_t number_read(const char *s, const char *end,
                            const char **after) {
    uint32_t value = 0, base = 10;
    if (s < end && (*s | 32) == 'x') {
        base = 16;
        s++;
    }
    const char *digits = s;
    for (; s < end; s++) {
        char lower = (char)(*s | 32);
        uint32_t digit = is_digit(*s) ? (uint32_t)(*s - '0')
                         : base == 16 && lower >= 'a' && lower <= 'f'
                             ? (uint32_t)(lower - 'a') + 10
                             : base;
        if (digit == base)
            break;
        value = value < 0x110000 ? value * base + digit : value;
    }
    *after = s < end && *s == ';' ? s + 1 : s;
    return s > digits ? value : NO_CHARACTER;
}

struct reference {
    char name[DC_ENTITY_NAME];
    uint32_t character;
};
static const struct reference references[] = {
#define REFERENCE(name, character) {#name, character},
#include "references.def"
#undef REFERENCE
};

static int compare_names(const void *left, const void *right) {
    const struct reference *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static bool is_character(uint32_t value) {
    return value && value < 0x110000 && !(value >= 0xD800 && value < 0xE000);
}

/* The character of that name, 0 if there is none. */
static uint32_t name_find(const char *s, size_t length,
                          struct dc_entities *entities) {
    struct reference key = {.name = {0}};
    uint32_t hash = (uint32_t)length;
    if (length >= sizeof key.name)
        return 0;
    for (size_t i = 0; i < length; i++) {
        key.name[i] = s[i];
        hash = hash * 31 + (unsigned char)s[i];
    }
    size_t slot = hash % DC_ENTITY_SLOTS;
    if (memcmp(entities->slots[slot].name, key.name, sizeof key.name) != 0) {
        const struct reference *found =
            bsearch(&key, references, sizeof references / sizeof *references,
                    sizeof *references, compare_names);
        memcpy(entities->slots[slot].name, key.name, sizeof key.name);
        entities->slots[slot].character = found ? found->character : 0;
    }
    return entities->slots[slot].character;
}

/* The character of the name at s, which ends with a semicolon, 0 if there is
 * none; *after stands behind it. */
static uint32_t name_read(const char *s, const char *end,
                          struct dc_entities *entities, const char **after) {
    size_t length = 0;
    while (s + length < end && length < DC_ENTITY_NAME &&
           (dc_is_letter(s[length]) || is_digit(s[length])))
        length++;
    if (!length || s + length == end || s[length] != ';')
        return 0;
    *after = s + length + 1;
    for (size_t i = 0; i < LENIENT; i++)
        if (lenient[i].length == length &&
            memcmp(lenient[i].name, s, length) == 0)
            return lenient[i].character;
    return name_find(s, length, entities);
}

/* The same for a name that lacks its semicolon. */
static uint32_t name_guess(const char *s, const char *end, const char **after) {
    for (size_t i = 0; i < LENIENT; i++) {
        size_t length = lenient[i].length;
        if ((size_t)(end - s) < length ||
            memcmp(s, lenient[i].name, length) != 0)
            continue;
        *after = s + length;
        if (*after == end || (**after != ';' && !dc_is_letter(**after)))
            return lenient[i].character;
    }
    return 0;
}

const char *dc_reference_text(const char *s, const char *end,
                              struct dc_entities *entities, char **out) {
    const char *after;
    uint32_t value;
    if (s < end && *s == '#') {
        value = number_read(s + 1, end, &after);
        if (value == NO_CHARACTER)
            return NULL;
        if (value >= 0x80 && value < 0xA0)
            value = windows_1252[value - 0x80];
        else if (!is_character(value))
            value = 0xFFFD;
        bool space = value == '\t' || value == '\n' || value == '\r';
        if ((value < 0x20 && !space) || value == 0xFFFE || value == 0xFFFF)
            return after; /* not for documents: nothing is left of it */
    } else {
        value = name_read(s, end, entities, &after);
        if (!value)
            value = name_guess(s, end, &after);
        if (!value)
            return NULL;
    }
    *out += dc_utf8_put(*out, value);
    return after;
}

const char *dc_reference_attribute(const char *s, const char *end,
                                   struct dc_entities *entities, char **out) {
    const char *after;
    uint32_t value;
    if (s < end && *s == '#') {
        value = number_read(s + 1, end, &after);
        if (value == NO_CHARACTER)
            return NULL;
        if (!is_character(value))
            value = 0xFFFD;
    } else {
        value = name_read(s, end, entities, &after);
        if (!value)
            return NULL;
    }
    *out += dc_utf8_put(*out, value);
    return after;
}
