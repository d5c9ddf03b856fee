/* read.c: a file or standard input -> bytes, gunzipped.
 *
 * In: a path.  Out: everything behind it, or one message why not.  The raw
 * bytes are read whole and then, if they open like gzip, inflated into a
 * second buffer: pages are small, and having the whole file makes a truncated
 * one plain to see (gzread hides that).  Both buffers grow by doubling up to
 * the caller's limit, so neither an endless pipe nor a gzip bomb costs more
 * memory than a few times that.
 */
#include "declutter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "page.h"

enum {
    FIRST_ROOM = 1 << 16,
    INFLATE_STEP = 1 << 20,
    GZIP_WINDOW = 15 + 16 /* the largest window; 16: a gzip header */
};

struct buffer {
    char *bytes; /* one more than capacity, for the NUL */
    size_t length, capacity;
};

static bool buffer_resize(struct buffer *buffer, size_t capacity) {
    char *bytes = realloc(buffer->bytes, capacity + 1);
    if (!bytes)
        return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

/* Makes room for at least one byte more. */
static bool buffer_grow(struct buffer *buffer) {
    if (buffer->length < buffer->capacity)
        return true;
    return buffer_resize(buffer,
                         buffer->capacity ? buffer->capacity * 2 : FIRST_ROOM);
}

static enum declutter_status fail_memory(struct declutter_error *error) {
    return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
}

static enum declutter_status fail_too_large(struct declutter_error *error,
                                            size_t limit) {
    return dc_fail(error, DECLUTTER_ERROR_TOO_LARGE, limit,
                   "larger than %zu bytes", limit);
}

static enum declutter_status fail_system(struct declutter_error *error,
                                         int reason) {
    char text[128];
    if (strerror_r(reason, text, sizeof text) != 0)
        return dc_fail(error, DECLUTTER_ERROR_READ, 0, "system error %d",
                       reason);
    return dc_fail(error, DECLUTTER_ERROR_READ, 0, "%s", text);
}

static bool is_gzip(const struct buffer *raw) {
    return raw->length >= 2 && memcmp(raw->bytes, "\x1F\x8B", 2) == 0;
}

/* The raw size above which the input must be too large.  What cannot be
 * compressed grows a little in gzip. */
static size_t raw_limit(const struct buffer *raw, size_t limit) {
    return is_gzip(raw) ? limit + limit / 256 + 4096 : limit;
}

/* Room for a whole regular file at once; a wrong size does no harm. */
static enum declutter_status prepare(int file, size_t limit, struct buffer *raw,
                                     struct declutter_error *error) {
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return fail_system(error, errno);
    if (S_ISDIR(facts.st_mode))
        return fail_system(error, EISDIR);
    size_t room = FIRST_ROOM;
    if (S_ISREG(facts.st_mode) && facts.st_size > 0)
        room = facts.st_size < (off_t)limit ? (size_t)facts.st_size : limit;
    /* One more, so that the end of the file is met without growing. */
    return buffer_resize(raw, room + 1) ? DECLUTTER_OK : fail_memory(error);
}

static enum declutter_status read_all(int file, size_t limit,
                                      struct buffer *raw,
                                      struct declutter_error *error) {
    enum declutter_status status = prepare(file, limit, raw, error);
    if (status != DECLUTTER_OK)
        return status;
    for (;;) {
        if (!buffer_grow(raw))
            return fail_memory(error);
        ssize_t got =
            read(file, raw->bytes + raw->length, raw->capacity - raw->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_system(error, errno);
        if (got == 0)
            return DECLUTTER_OK;
        raw->length += (size_t)got;
        if (raw->length > raw_limit(raw, limit))
            return fail_too_large(error, limit);
    }
}

static enum declutter_status read_file(const char *path, size_t limit,
                                       struct buffer *raw,
                                       struct declutter_error *error) {
    if (!path || strcmp(path, "-") == 0)
        return read_all(STDIN_FILENO, limit, raw, error);
    int file;
    do {
        file = open(path, O_RDONLY | O_CLOEXEC);
    } while (file < 0 && errno == EINTR);
    if (file < 0)
        return fail_system(error, errno);
    enum declutter_status status = read_all(file, limit, raw, error);
    close(file);
    return status;
}

/* Behind a member: may another follow?  Tape and disk images pad with zeros,
 * which is harmless; anything else means bytes were lost or mixed up. */
static bool is_padding(const unsigned char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i])
            return false;
    return true;
}

/* Inflates one member. */
static enum declutter_status inflate_member(z_stream *stream, size_t limit,
                                            struct buffer *out,
                                            struct declutter_error *error) {
    int result = Z_OK;
    while (result != Z_STREAM_END) {
        if (!buffer_grow(out))
            return fail_memory(error);
        size_t room = out->capacity - out->length;
        uInt step = room < INFLATE_STEP ? (uInt)room : INFLATE_STEP;
        stream->next_out = (Bytef *)out->bytes + out->length;
        stream->avail_out = step;
        result = inflate(stream, Z_NO_FLUSH);
        out->length += step - stream->avail_out;
        if (out->length > limit)
            return fail_too_large(error, limit);
        if (result == Z_MEM_ERROR)
            return fail_memory(error);
        if (result == Z_BUF_ERROR || (result == Z_OK && stream->avail_out))
            return dc_fail(error, DECLUTTER_ERROR_DAMAGED, 0,
                           "truncated gzip data");
        if (result != Z_OK && result != Z_STREAM_END)
            return dc_fail(error, DECLUTTER_ERROR_DAMAGED, 0,
                           "damaged gzip data: %s",
                           stream->msg ? stream->msg : "unknown format");
    }
    return DECLUTTER_OK;
}

static enum declutter_status inflate_members(z_stream *stream, size_t limit,
                                             struct buffer *out,
                                             struct declutter_error *error) {
    for (;;) {
        enum declutter_status status =
            inflate_member(stream, limit, out, error);
        if (status != DECLUTTER_OK)
            return status;
        if (is_padding(stream->next_in, stream->avail_in))
            return DECLUTTER_OK;
        if (stream->avail_in < 2 || stream->next_in[0] != 0x1F ||
            stream->next_in[1] != 0x8B)
            return dc_fail(error, DECLUTTER_ERROR_DAMAGED, 0,
                           "damaged gzip data: garbage behind the end");
        if (inflateReset(stream) != Z_OK)
            return fail_memory(error);
    }
}

static enum declutter_status gunzip(struct buffer *raw, size_t limit,
                                    struct declutter_error *error) {
    z_stream stream = {.next_in = (Bytef *)raw->bytes,
                       .avail_in = (uInt)raw->length};
    struct buffer out = {0};
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return fail_memory(error);
    enum declutter_status status = inflate_members(&stream, limit, &out, error);
    if (status == DECLUTTER_ERROR_DAMAGED && error)
        error->offset = raw->length - stream.avail_in;
    inflateEnd(&stream);
    free(raw->bytes);
    *raw = out;
    return status;
}

enum declutter_status declutter_input_read(const char *path, size_t max_bytes,
                                           struct declutter_input *input,
                                           struct declutter_error *error) {
    size_t limit = max_bytes ? max_bytes : DECLUTTER_MAX_BYTES;
    if (limit > DECLUTTER_MAX_BYTES_LIMIT)
        limit = DECLUTTER_MAX_BYTES_LIMIT;
    *input = (struct declutter_input){NULL, 0};
    struct buffer raw = {0};
    enum declutter_status status = read_file(path, limit, &raw, error);
    if (status == DECLUTTER_OK && is_gzip(&raw))
        status = gunzip(&raw, limit, error);
    if (status != DECLUTTER_OK) {
        free(raw.bytes);
        return status;
    }
    raw.bytes[raw.length] = '\0';
    *input = (struct declutter_input){raw.bytes, raw.length};
    return DECLUTTER_OK;
}

void declutter_input_free(struct declutter_input *input) {
    free(input->bytes);
    *input = (struct declutter_input){NULL, 0};
}
