/* cut_scan.c: the bytes of a page -> where its marks end.
 *
 * Tags are read by the rules of HTML5: quotes count only behind '=', a '<' or
 * '>' inside a quoted value is no mark-up, an unclosed quote ends with its
 * tag.  Every loop stops at the NUL behind the input (decode.c leaves no
 * other), so that a byte costs one look into a table.
 */
#include "cut_scan.h"

#include <string.h>

enum {
    NAME_MAX_LENGTH = 24,
    SPACE =
        DC_BYTE_SPACE | DC_BYTE_NAME_END | DC_BYTE_VALUE_END | DC_BYTE_TEXT_END
};

#define N DC_BYTE_NAME
const uint8_t dc_byte_kinds[256] = {
    ['0'] = N,
    ['1'] = N,
    ['2'] = N,
    ['3'] = N,
    ['4'] = N,
    ['5'] = N,
    ['6'] = N,
    ['7'] = N,
    ['8'] = N,
    ['9'] = N,
    ['-'] = N,
    [':'] = N,
    ['_'] = N,
    ['A'] = N,
    ['B'] = N,
    ['C'] = N,
    ['D'] = N,
    ['E'] = N,
    ['F'] = N,
    ['G'] = N,
    ['H'] = N,
    ['I'] = N,
    ['J'] = N,
    ['K'] = N,
    ['L'] = N,
    ['M'] = N,
    ['N'] = N,
    ['O'] = N,
    ['P'] = N,
    ['Q'] = N,
    ['R'] = N,
    ['S'] = N,
    ['T'] = N,
    ['U'] = N,
    ['V'] = N,
    ['W'] = N,
    ['X'] = N,
    ['Y'] = N,
    ['Z'] = N,
    ['a'] = N,
    ['b'] = N,
    ['c'] = N,
    ['d'] = N,
    ['e'] = N,
    ['f'] = N,
    ['g'] = N,
    ['h'] = N,
    ['i'] = N,
    ['j'] = N,
    ['k'] = N,
    ['l'] = N,
    ['m'] = N,
    ['n'] = N,
    ['o'] = N,
    ['p'] = N,
    ['q'] = N,
    ['r'] = N,
    ['s'] = N,
    ['t'] = N,
    ['u'] = N,
    ['v'] = N,
    ['w'] = N,
    ['x'] = N,
    ['y'] = N,
    ['z'] = N,
    [0] = DC_BYTE_NAME_END | DC_BYTE_VALUE_END | DC_BYTE_TEXT_END,
    [' '] = SPACE,
    ['\n'] = SPACE,
    ['\t'] = SPACE,
    ['\r'] = SPACE,
    ['\f'] = SPACE,
    ['/'] = DC_BYTE_NAME_END,
    ['='] = DC_BYTE_NAME_END,
    ['>'] = DC_BYTE_NAME_END | DC_BYTE_VALUE_END,
    ['<'] = DC_BYTE_TEXT_END,
    ['&'] = DC_BYTE_TEXT_END,
    [0xEF] = DC_BYTE_TEXT_END, /* leads what may be no character */
};
#undef N

size_t dc_name_length(const char *s) {
    size_t length = 0;
    while (length < NAME_MAX_LENGTH && dc_byte_is(s[length], DC_BYTE_NAME))
        length++;
    return length;
}

bool dc_name_is(const char *s, const char *name, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((s[i] | 32) != name[i])
            return false;
    return dc_ends_tag_name(s[length]);
}

const char *dc_find_end_tag(const char *s, const char *end, const char *name,
                            size_t length) {
    while ((s = memchr(s, '<', (size_t)(end - s)))) {
        if (s[1] == '/' && dc_name_is(s + 2, name, length))
            return s;
        s++;
    }
    return NULL;
}

const char *dc_skip_past_bracket(const char *s, const char *end) {
    const char *close = memchr(s, '>', (size_t)(end - s));
    return close ? close + 1 : end;
}

/* By HTML5, "<!-->" and "<!--->" are whole comments. */
const char *dc_skip_comment(const char *s, const char *end) {
    s += 4;
    if (*s == '>')
        return s + 1;
    if (s[0] == '-' && s[1] == '>')
        return s + 2;
    while ((s = memchr(s, '-', (size_t)(end - s)))) {
        if (s[1] == '-' && (s[2] == '>' || (s[2] == '!' && s[3] == '>')))
            return s + (s[2] == '>' ? 3 : 4);
        s++;
    }
    return end;
}

/* End of a quoted value whose opening quote is at s: the closing quote, or
 * NULL.  That a quote is missing is remembered, so it is searched once. */
static const char *find_quote(struct dc_scan *scan, const char *s) {
    bool *missing = *s == '"' ? &scan->no_double : &scan->no_single;
    if (*missing)
        return NULL;
    const char *close = memchr(s + 1, *s, (size_t)(scan->end - s - 1));
    if (!close)
        *missing = true;
    return close;
}

/* Reads the value behind the '=' before s; returns where it ends. */
static const char *value_read(struct dc_scan *scan, const char *s,
                              struct dc_found *found) {
    while (dc_byte_is(*s, DC_BYTE_SPACE))
        s++;
    if (*s == '"' || *s == '\'') {
        const char *close = find_quote(scan, s);
        if (close) {
            found->value = s + 1;
            found->value_length = (size_t)(close - s - 1);
            return close + 1;
        }
    }
    found->value = s;
    while (!dc_byte_is(*s, DC_BYTE_VALUE_END))
        s++;
    found->value_length = (size_t)(s - found->value);
    return s;
}

bool dc_attribute_next(struct dc_scan *scan, const char **cursor,
                       struct dc_found *found) {
    const char *s = *cursor;
    while (dc_byte_is(*s, DC_BYTE_SPACE) || *s == '/')
        s++;
    *cursor = s;
    if (s == scan->end || *s == '>')
        return false;
    found->name = s;
    found->value = NULL;
    found->value_length = 0;
    do
        s++;
    while (!dc_byte_is(*s, DC_BYTE_NAME_END));
    found->name_length = (size_t)(s - found->name);
    const char *equals = s;
    while (dc_byte_is(*equals, DC_BYTE_SPACE))
        equals++;
    if (*equals == '=')
        s = value_read(scan, equals + 1, found);
    *cursor = s;
    return true;
}

const char *dc_skip_tag(struct dc_scan *scan, const char *s,
                        bool *self_closing) {
    struct dc_found found;
    while (dc_attribute_next(scan, &s, &found))
        ;
    if (self_closing)
        *self_closing = s[-1] == '/';
    return s < scan->end ? s + 1 : s;
}
