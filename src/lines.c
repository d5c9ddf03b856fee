/* lines.c: lines with what stands before them.
 *
 * In: a text, perhaps of several lines, and the containers it stands in.  Out:
 * the same with the marker of a list item before its first line, as much
 * indentation before the others, and an empty line before it unless it joins
 * the one above.  An empty line belongs to the containers that were there
 * already, not to those which begin below it.
 */
#include "lines.h"

#include <string.h>

#include "chunk.h"
#include "utf8.h"

void dc_lines_push(struct dc_lines *lines, const char *first,
                   const char *rest) {
    if (lines->count == DC_PREFIXES_MAX)
        return;
    struct dc_prefix *prefix = &lines->prefixes[lines->count++];
    size_t length = strlen(first), other = strlen(rest);
    if (length >= DC_PREFIX_BYTES || other >= DC_PREFIX_BYTES)
        length = other = 0;
    *prefix = (struct dc_prefix){.fresh = true};
    memcpy(prefix->first, first, length);
    memcpy(prefix->rest, rest, other);
}

void dc_lines_pop(struct dc_lines *lines) {
    if (lines->count)
        lines->count--;
}

bool dc_lines_fresh(const struct dc_lines *lines) {
    return lines->count && lines->prefixes[lines->count - 1].fresh;
}

/* Writes the prefixes of containers that have begun; without white space at
 * the end when nothing follows. */
static void write_old(struct dc_lines *lines, bool empty) {
    char text[DC_PREFIXES_MAX * DC_PREFIX_BYTES];
    size_t length = 0;
    for (unsigned i = 0; i < lines->count; i++) {
        const struct dc_prefix *prefix = &lines->prefixes[i];
        if (prefix->fresh)
            break;
        size_t bytes = strlen(prefix->rest);
        memcpy(text + length, prefix->rest, bytes);
        length += bytes;
    }
    while (empty && length && text[length - 1] == ' ')
        length--;
    dc_output_write(lines->output, text, length);
}

static void write_new(struct dc_lines *lines) {
    for (unsigned i = 0; i < lines->count; i++) {
        struct dc_prefix *prefix = &lines->prefixes[i];
        if (prefix->fresh)
            dc_output_string(lines->output, prefix->first);
        prefix->fresh = false;
    }
}

void dc_lines_write(struct dc_lines *lines) {
    const char *at = lines->line.bytes ? lines->line.bytes : "";
    const char *end = at + lines->line.length;
    if (lines->line.failed)
        lines->output->failed = true;
    if (lines->started && !lines->joined) {
        write_old(lines, true);
        dc_output_write(lines->output, "\n", 1);
    }
    bool more = true;
    while (more) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        more = stop != NULL;
        if (!more)
            stop = end;
        bool fresh = dc_lines_fresh(lines);
        write_old(lines, stop == at && !fresh);
        write_new(lines);
        dc_output_write(lines->output, at, (size_t)(stop - at));
        dc_output_write(lines->output, "\n", 1);
        at = more ? stop + 1 : stop;
    }
    lines->started = true;
    lines->joined = false;
    lines->line.length = 0;
}

static bool is_control(unsigned char c) {
    return c < 0x20 || c == 0x7F;
}

/* Skips characters behind a visible one that stay as they are, a chunk at a
 * time: ASCII with single spaces, none of them the last. */
static const char *skip_chunks(const char *at, const char *end) {
    while (
        end - at > DC_CHUNK && at[DC_CHUNK - 1] != ' ' &&
        !dc_chunk_any(dc_chunk_odd(dc_chunk_load(at), dc_chunk_load(at - 1))))
        at += DC_CHUNK;
    return at;
}

void dc_lines_collapse(struct dc_buffer *line, const char *bytes,
                       size_t length) {
    if (!length) /* bytes may be NULL then */
        return;
    const char *at = bytes, *end = bytes + length, *kept = bytes;
    bool space = false;
    while (at < end) {
        const char *here = at;
        uint32_t c = dc_utf8_next(&at);
        bool blank = (dc_class(c) & DC_CLASS_SPACE) != 0;
        if (c == ' ' && !space && at < end && (unsigned char)*at > ' ' &&
            (unsigned char)*at < 127)
            continue; /* one alone stays as it is */
        if (blank && !space)
            dc_buffer_add(line, kept, (size_t)(here - kept));
        if (!blank && space) {
            dc_buffer_byte(line, ' ');
            kept = here;
        }
        space = blank;
        if (!blank)
            at = skip_chunks(at, end);
    }
    if (!space)
        dc_buffer_add(line, kept, (size_t)(end - kept));
}

size_t dc_forbidden_length(const char *bytes, size_t length) {
    if (length < 2 || (unsigned char)*bytes < 0xC2)
        return 0;
    const char *at = bytes;
    uint32_t c = dc_utf8_next(&at);
    bool forbidden = (c >= 0x80 && c < 0xA0) || (c & 0xFFFE) == 0xFFFE ||
                     (c >= 0xFDD0 && c < 0xFDF0);
    return forbidden ? (size_t)(at - bytes) : 0;
}

void dc_lines_raw(struct dc_buffer *line, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        size_t forbidden = dc_forbidden_length(bytes + i, length - i);
        if (forbidden)
            i += forbidden - 1;
        else if (c == '\r' && !(i + 1 < length && bytes[i + 1] == '\n'))
            dc_buffer_byte(line, '\n');
        else if (c == '\n' || c == '\t' || !is_control(c))
            dc_buffer_byte(line, (char)c);
    }
}
