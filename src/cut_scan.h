/* cut_scan.h: where tags, attributes and comments of a page end. */
#ifndef DC_CUT_SCAN_H
#define DC_CUT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a byte ends; a NUL, which stands at the end of input only, ends all. */
enum dc_byte {
    DC_BYTE_SPACE = 1,     /* HTML's white space */
    DC_BYTE_NAME_END = 2,  /* of a tag or an attribute */
    DC_BYTE_VALUE_END = 4, /* of an unquoted value */
    DC_BYTE_TEXT_END = 8,  /* of text to be copied as it is */
    DC_BYTE_NAME = 16      /* nothing: it may stand in an element's name */
};
extern const uint8_t dc_byte_kinds[256];

static inline bool dc_byte_is(char byte, unsigned kinds) {
    return (dc_byte_kinds[(unsigned char)byte] & kinds) != 0;
}

/* Does a tag's name end before this byte?  An '=' belongs to it. */
static inline bool dc_ends_tag_name(char byte) {
    return dc_byte_is(byte, DC_BYTE_NAME_END) && byte != '=';
}

struct dc_scan {
    const char *end;           /* of input; a NUL stands there */
    bool no_double, no_single; /* no such quote from here to the end */
};

/* One attribute of a tag; value NULL: it has none. */
struct dc_found {
    const char *name, *value;
    size_t name_length, value_length;
};

/* Reads the attribute at *cursor, which moves behind it.  false at the end of
 * the tag: *cursor then stands on '>' or the end of input. */
bool dc_attribute_next(struct dc_scan *scan, const char **cursor,
                       struct dc_found *found);

/* Behind the tag in which s stands. */
const char *dc_skip_tag(struct dc_scan *scan, const char *s,
                        bool *self_closing);

/* Behind the comment that starts at s ("<!--"). */
const char *dc_skip_comment(const char *s, const char *end);

/* Behind the next '>', or the end of input. */
const char *dc_skip_past_bracket(const char *s, const char *end);

/* Bytes of the element name at s: what libxml2 takes for one, and never more
 * than any real name has. */
size_t dc_name_length(const char *s);

/* Does s start with `name` (lower case), ended as a tag name ends? */
bool dc_name_is(const char *s, const char *name, size_t length);

/* The first end tag of that name from s on, NULL if there is none. */
const char *dc_find_end_tag(const char *s, const char *end, const char *name,
                            size_t length);

#endif
