/* gzip.c: fuzz target of the reader of files.
 *
 * In: one byte that chooses the limit ('0': the default), then a file, read
 * through declutter_input_read.  Checked: what is no gzip comes back as it is;
 * what is read is terminated, within the limit, the same as zlib's own reader
 * of files gives, and the same the second time; a refusal leaves nothing and
 * says why.  Then the same bytes as the contents of a sound gzip file, whose
 * checksum no fuzzer would hit by chance: they come back, and do not when the
 * file is cut short.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static bool is_gzip(const uint8_t *data, size_t size) {
    return size >= 2 && data[0] == 0x1F && data[1] == 0x8B;
}

static enum declutter_status read_file(const char *folder, const uint8_t *data,
                                       size_t size, size_t limit,
                                       struct declutter_input *input) {
    char path[SCRATCH_PATH];
    struct declutter_error error = {.message = ""};
    scratch_write(folder, "input", data, size);
    scratch_path(path, folder, "input");
    enum declutter_status status =
        declutter_input_read(path, limit, input, &error);
    if (status == DECLUTTER_OK) {
        check(!limit || input->length <= limit, "the limit holds");
        check(input->bytes[input->length] == '\0', "input is terminated");
        return status;
    }
    check(!input->bytes && !input->length, "a refusal leaves nothing");
    check(error.message[0] != '\0', "a refusal says why");
    check(status == DECLUTTER_ERROR_TOO_LARGE ||
              status == DECLUTTER_ERROR_DAMAGED,
          "a file is too large or damaged, nothing else");
    return status;
}

/* zlib's own reader gives at least these bytes. */
static void check_by_zlib(const char *folder,
                          const struct declutter_input *input) {
    char path[SCRATCH_PATH], buffer[4096];
    scratch_path(path, folder, "input");
    gzFile file = gzopen(path, "rb");
    check(file != NULL, "(cannot open a file)");
    size_t at = 0;
    for (int got; at < input->length; at += (size_t)got) {
        got = gzread(file, buffer, sizeof buffer);
        check(got > 0 && (size_t)got <= input->length - at &&
                  !memcmp(buffer, input->bytes + at, (size_t)got),
              "a file is read as zlib reads it");
    }
    gzclose(file);
}

static void check_file(const char *folder, const uint8_t *data, size_t size,
                       size_t limit) {
    struct declutter_input input, again;
    enum declutter_status status = read_file(folder, data, size, limit, &input);
    check(read_file(folder, data, size, limit, &again) == status,
          "the same file has the same outcome");
    if (!is_gzip(data, size))
        check(status == (limit && size > limit ? DECLUTTER_ERROR_TOO_LARGE
                                               : DECLUTTER_OK),
              "plain files are refused by their size alone");
    if (status != DECLUTTER_OK)
        return;
    check(input.length == again.length &&
              !memcmp(input.bytes, again.bytes, input.length),
          "the same file, the same bytes");
    if (!is_gzip(data, size))
        check(input.length == size && !memcmp(input.bytes, data, size),
              "plain files are read as they are");
    check_by_zlib(folder, &input);
    declutter_input_free(&input);
    declutter_input_free(&again);
}

/* A gzip file of the bytes; the caller frees it. */
static uint8_t *compress_gzip(const uint8_t *data, size_t size,
                              size_t *length) {
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)data,
                       .avail_in = (uInt)size};
    check(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8,
                       Z_DEFAULT_STRATEGY) == Z_OK,
          "(out of memory)");
    uLong room = deflateBound(&stream, (uLong)size);
    uint8_t *bytes = malloc(room);
    check(bytes != NULL, "(out of memory)");
    stream.next_out = bytes;
    stream.avail_out = (uInt)room;
    check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "(cannot compress)");
    *length = stream.total_out;
    deflateEnd(&stream);
    return bytes;
}

static void check_round_trip(const char *folder, const uint8_t *data,
                             size_t size) {
    struct declutter_input input;
    size_t length;
    uint8_t *file = compress_gzip(data, size, &length);
    check(read_file(folder, file, length, 0, &input) == DECLUTTER_OK,
          "a sound file is read");
    check(input.length == size && !memcmp(input.bytes, data, size),
          "what was compressed comes back");
    declutter_input_free(&input);
    /* Two bytes are left: less would not be gzip any more. */
    size_t cut = 2 + (size ? data[size / 2] : 0) % (length - 2);
    check(read_file(folder, file, cut, 0, &input) == DECLUTTER_ERROR_DAMAGED,
          "a file cut short is refused");
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char folder[SCRATCH_PATH];
    if (!size)
        return 0;
    uint8_t choice = (uint8_t)(*data - '0');
    size_t limit = choice ? (size_t)1 << choice % 24 : 0;
    scratch_folder(folder);
    check_file(folder, data + 1, size - 1, limit);
    check_round_trip(folder, data + 1, size - 1);
    scratch_remove(folder, "input");
    scratch_remove(folder, NULL);
    return 0;
}
