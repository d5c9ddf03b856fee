/* decode_convert.c: bytes of a known charset -> UTF-8.
 *
 * In: bytes, and the name of the charset they are said to be in.  Out: valid
 * UTF-8, where what made no sense is U+FFFD.  Nearly every page is UTF-8 and
 * costs one pass that checks and copies.  iconv refuses bytes that a charset
 * leaves undefined and costs a call each time it does, so single-byte charsets
 * are read through a table that iconv filled.
 */
#include "decode_convert.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum {
    SLACK = 16 /* bytes kept free: the longest character, the terminator */
};

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* -- Output: a string that grows in the arena ---------------------------- */

static bool output_init(struct dc_converted *out, struct dc_arena *arena,
                        size_t capacity) {
    *out = (struct dc_converted){.arena = arena, .capacity = capacity + SLACK};
    out->bytes = dc_arena_alloc(arena, out->capacity, 1);
    return out->bytes;
}

/* Room for `more` bytes and the slack. */
static bool output_reserve(struct dc_converted *out, size_t more) {
    while (out->capacity - out->length < more + SLACK) {
        char *bytes = dc_arena_grow(out->arena, out->bytes, out->capacity,
                                    &out->capacity, 1);
        if (!bytes)
            return false;
        out->bytes = bytes;
    }
    return true;
}

static bool output_write(struct dc_converted *out, const char *bytes,
                         size_t length) {
    if (!output_reserve(out, length))
        return false;
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
    return true;
}

static bool output_replacement(struct dc_converted *out) {
    out->lost++;
    return output_write(out, replacement, sizeof replacement - 1);
}

/* A byte of the C0 range that HTML does not know, NUL among them. */
static inline bool is_stray_control(unsigned char byte) {
    /* Without branches, for the loops below; '\t' to '\r' are white space. */
    return (byte < 0x20) &
           (((unsigned char)(byte - '\t') > 4) | (byte == '\v'));
}

/* Does a run of DC_COPY_ROOM bytes hold one?  A loop of fixed length without
 * branches: compilers make vectors of it. */
static bool has_stray_control(const char *bytes) {
    unsigned char found = 0;
    for (int i = 0; i < DC_COPY_ROOM; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        found |= is_stray_control(byte);
    }
    return found;
}

void dc_blank_controls(char *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        size_t stop = length;
        if (length - at >= DC_COPY_ROOM) {
            stop = at + DC_COPY_ROOM;
            if (!has_stray_control(bytes + at))
                at = stop;
        }
        for (; at < stop; at++)
            if (is_stray_control((unsigned char)bytes[at]))
                bytes[at] = ' ';
    }
}

/* -- UTF-8 --------------------------------------------------------------- */

size_t dc_broken_length(const unsigned char *s, size_t left) {
    size_t want = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC0 ? 2 : 1;
    size_t length = 1;
    while (length < want && length < left && (s[length] & 0xC0) == 0x80)
        length++;
    return length;
}

/* Copies DC_COPY_ROOM bytes; true when they are ASCII without stray controls.
 * A loop of fixed length without branches: compilers make vectors of it. */
static bool copy_chunk(const char *restrict bytes, char *restrict out) {
    unsigned char found = 0;
    for (int i = 0; i < DC_COPY_ROOM; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        out[i] = bytes[i];
        found |= (unsigned char)((byte >= 0x80) | is_stray_control(byte));
    }
    return !found;
}

size_t dc_copy_valid(const char *bytes, size_t length, char *out) {
    enum { WINDOW = 512 }; /* after a chunk that is not plain */
    size_t at = 0;
    while (at < length) {
        size_t left = length - at;
        if (left >= DC_COPY_ROOM && copy_chunk(bytes + at, out + at)) {
            at += DC_COPY_ROOM;
            continue;
        }
        /* A character cut at the end of the window begins the next. */
        size_t valid = dc_utf8_valid(bytes + at, left < WINDOW ? left : WINDOW);
        if (!valid)
            break;
        memcpy(out + at, bytes + at, valid);
        dc_blank_controls(out + at, valid);
        at += valid;
    }
    return at;
}

static bool convert_utf8(struct dc_converted *out,
                         const struct dc_source *source) {
    size_t at = 0;
    size_t valid = source->valid;
    for (;;) {
        const char *here = source->bytes + at;
        size_t left = source->length - at;
        valid += dc_utf8_valid(here + valid, left - valid);
        if (!output_write(out, here, valid))
            return false;
        if (valid == left)
            return true;
        at += valid;
        at +=
            dc_broken_length((const unsigned char *)here + valid, left - valid);
        valid = 0;
        if (!output_replacement(out))
            return false;
    }
}

/* -- Other charsets ------------------------------------------------------ */

/* The upper half of a single-byte charset that contains ASCII. */
struct byte_table {
    char text[128][4];
    unsigned char length[128]; /* 0: undefined */
};

/* false when the charset is of another kind. */
static bool byte_table_fill(struct byte_table *table, iconv_t converter) {
    for (int byte = 0; byte < 256; byte++) {
        char in = (char)byte, text[SLACK] = {0};
        char *from = &in, *to = text;
        size_t in_left = 1, room = sizeof text;
        iconv(converter, NULL, NULL, NULL, NULL);
        bool refused =
            iconv(converter, &from, &in_left, &to, &room) == (size_t)-1;
        size_t length = sizeof text - room;
        if (refused && (errno != EILSEQ || byte < 0x80))
            return false;
        if (!refused && (length < 1 || length > 4))
            return false;
        if (byte < 0x80) {
            if (length != 1 || text[0] != in)
                return false;
            continue;
        }
        table->length[byte - 0x80] = (unsigned char)(refused ? 0 : length);
        memcpy(table->text[byte - 0x80], text, sizeof table->text[0]);
    }
    return true;
}

static bool convert_by_table(struct dc_converted *out,
                             const struct byte_table *table, const char *bytes,
                             size_t length) {
    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)bytes[at];
        if (!output_reserve(out, sizeof table->text[0]))
            return false;
        if (byte < 0x80) {
            out->bytes[out->length++] = bytes[at];
        } else if (table->length[byte - 0x80]) {
            memcpy(out->bytes + out->length, table->text[byte - 0x80],
                   sizeof table->text[0]);
            out->length += table->length[byte - 0x80];
        } else if (!output_replacement(out)) {
            return false;
        }
    }
    return true;
}

/* Is what iconv refused the beginning of a character at the end of input?  A
 * converter that says so of a long rest is not believed. */
static bool is_cut(int reason, size_t left) {
    return reason == EINVAL && left < SLACK;
}

/* `unit` is the width of what to step over when iconv refuses. */
static bool convert_by_iconv(struct dc_converted *out, iconv_t converter,
                             const char *bytes, size_t length, size_t unit) {
    char *from = (char *)(uintptr_t)bytes; /* iconv's lost const */
    size_t left = length;
    iconv(converter, NULL, NULL, NULL, NULL);
    for (;;) {
        bool flushing = left == 0;
        char *to = out->bytes + out->length;
        size_t room = out->capacity - out->length - 1;
        size_t result = iconv(converter, flushing ? NULL : &from,
                              flushing ? NULL : &left, &to, &room);
        out->length = out->capacity - room - 1;
        if (result != (size_t)-1) {
            if (flushing)
                return true;
            continue;
        }
        int reason = errno;
        if (reason == E2BIG) {
            if (!output_reserve(out, out->capacity - out->length + 1))
                return false;
            continue;
        }
        if (!output_replacement(out))
            return false;
        if (flushing)
            return true;
        size_t step = left < unit || is_cut(reason, left) ? left : unit;
        from += step;
        left -= step;
    }
}

static size_t unit_width(const char *charset) {
    return strncmp(charset, "UTF-16", 6) == 0   ? 2
           : strncmp(charset, "UTF-32", 6) == 0 ? 4
                                                : 1;
}

/* iconv calls a charset unknown, too, when it had no memory to load what it
 * needs for it.  A second attempt and a look at the memory tell which. */
static iconv_t converter_open(const char *charset) {
    enum { SPARE = 1 << 18 };
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter != (iconv_t)-1 || errno != EINVAL)
        return converter;
    converter = iconv_open("UTF-8", charset);
    if (converter != (iconv_t)-1 || errno != EINVAL)
        return converter;
    void *spare = malloc(SPARE);
    errno = spare ? EINVAL : ENOMEM;
    free(spare);
    return (iconv_t)-1;
}

/* Why it could not be opened. */
static enum declutter_status converter_status(void) {
    return errno == EINVAL ? DECLUTTER_ERROR_ENCODING : DECLUTTER_ERROR_MEMORY;
}

enum declutter_status dc_convert_try(const char *charset) {
    iconv_t converter = converter_open(charset);
    if (converter == (iconv_t)-1)
        return converter_status();
    iconv_close(converter);
    return DECLUTTER_OK;
}

static enum declutter_status convert_legacy(struct dc_converted *out,
                                            const struct dc_source *source) {
    iconv_t converter = converter_open(source->charset);
    if (converter == (iconv_t)-1)
        return converter_status();
    struct byte_table table;
    bool done =
        byte_table_fill(&table, converter)
            ? convert_by_table(out, &table, source->bytes, source->length)
            : convert_by_iconv(out, converter, source->bytes, source->length,
                               unit_width(source->charset));
    iconv_close(converter);
    return done ? DECLUTTER_OK : DECLUTTER_ERROR_MEMORY;
}

/* Fills *out with the source in UTF-8. */
enum declutter_status dc_convert(struct dc_converted *out,
                                 struct dc_arena *arena,
                                 const struct dc_source *source) {
    if (source->copy && source->valid == source->length &&
        strcmp(source->charset, "UTF-8") == 0) {
        *out = (struct dc_converted){
            .bytes = source->copy, .length = source->length, .clean = true};
        return DECLUTTER_OK;
    }
    if (!output_init(out, arena, source->length))
        return DECLUTTER_ERROR_MEMORY;
    struct dc_source text = *source;
    if (strcmp(source->charset, "UTF-8") != 0) {
        enum declutter_status status = convert_legacy(out, source);
        if (status != DECLUTTER_OK ||
            dc_utf8_valid(out->bytes, out->length) == out->length)
            return status;
        /* Some converters let characters beyond Unicode through. */
        text = (struct dc_source){.bytes = out->bytes, .length = out->length};
        if (!output_init(out, arena, text.length))
            return DECLUTTER_ERROR_MEMORY;
    }
    return convert_utf8(out, &text) ? DECLUTTER_OK : DECLUTTER_ERROR_MEMORY;
}
