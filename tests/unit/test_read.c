/* test_read.c: files, pipes, gzip, and what can be wrong with each.
 *
 * What comes in is files made here, in a temporary folder, plain and gzipped
 * by zlib itself; what must come out is their bytes or one clear message.
 * Damage is exhaustive: one member cut at every length, and with every byte
 * flipped, must be an error or (where gzip cannot know) the same text.
 */
#include "declutter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char folder[] = "/tmp/declutter-read-XXXXXX";
static char path[sizeof folder + 8];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/input", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const void *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* One gzip member in `out`, which has room; its length. */
static size_t gzip(const void *bytes, size_t length, void *out, size_t room) {
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes,
                       .avail_in = (uInt)length,
                       .next_out = out,
                       .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t used = stream.total_out;
    deflateEnd(&stream);
    return used;
}

static void assert_reads(const char *from, const void *expected,
                         size_t length) {
    struct declutter_input input;
    struct declutter_error error = {0};
    assert_int_equal(declutter_input_read(from, 0, &input, &error),
                     DECLUTTER_OK);
    assert_int_equal(input.length, length);
    assert_memory_equal(input.bytes, expected, length);
    assert_int_equal(input.bytes[length], '\0');
    declutter_input_free(&input);
    assert_null(input.bytes);
    assert_int_equal(input.length, 0);
}

static void assert_fails(const char *from, size_t limit,
                         enum declutter_status status, const char *words) {
    struct declutter_input input = {.length = 7};
    struct declutter_error error = {0};
    assert_int_equal(declutter_input_read(from, limit, &input, &error), status);
    assert_int_equal(error.status, status);
    assert_non_null(strstr(error.message, words));
    assert_null(input.bytes);
    assert_int_equal(input.length, 0);
    assert_int_equal(declutter_input_read(from, limit, &input, NULL), status);
}

static void test_plain_files(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 65535, 65536, 65537, 300000};
    char *bytes = malloc(300000);
    for (size_t i = 0; i < 300000; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_file(bytes, sizes[i]);
        assert_reads(path, bytes, sizes[i]);
    }
    free(bytes);
}

static void test_missing_file_and_folder(void **state) {
    (void)state;
    assert_fails("/nonexistent/page.html", 0, DECLUTTER_ERROR_READ,
                 "No such file");
    assert_fails(folder, 0, DECLUTTER_ERROR_READ, "directory");
}

static void test_gzip(void **state) {
    (void)state;
    enum { LENGTH = 3000000 };
    char *bytes = malloc(LENGTH);
    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = (char)('a' + i % 23);
    char *packed = malloc(LENGTH);
    size_t length = gzip(bytes, LENGTH, packed, LENGTH);
    write_file(packed, length);
    assert_reads(path, bytes, LENGTH);
    length = gzip("", 0, packed, LENGTH);
    write_file(packed, length);
    assert_reads(path, "", 0);
    free(packed);
    free(bytes);
}

static void test_gzip_members_and_padding(void **state) {
    (void)state;
    char packed[1024] = {0};
    size_t first = gzip("<p>one ", 7, packed, sizeof packed);
    size_t both = first + gzip("two</p>", 7, packed + first, 512);
    write_file(packed, both);
    assert_reads(path, "<p>one two</p>", 14);
    write_file(packed, both + 100); /* zeros */
    assert_reads(path, "<p>one two</p>", 14);
    memcpy(packed + both, "trailer", 7);
    write_file(packed, both + 7);
    assert_fails(path, 0, DECLUTTER_ERROR_DAMAGED, "garbage");
    write_file(packed, both - 3);
    assert_fails(path, 0, DECLUTTER_ERROR_DAMAGED, "truncated");
}

static void test_gzip_cut_anywhere(void **state) {
    (void)state;
    char text[2000], packed[2000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 26);
    size_t length = gzip(text, sizeof text, packed, sizeof packed);
    for (size_t cut = 2; cut < length; cut++) {
        write_file(packed, cut);
        assert_fails(path, 0, DECLUTTER_ERROR_DAMAGED, "truncated");
    }
}

static void test_gzip_flipped_anywhere(void **state) {
    (void)state;
    char text[500], packed[1000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 26);
    size_t length = gzip(text, sizeof text, packed, sizeof packed);
    size_t refused = 0;
    for (size_t at = 2; at < length; at++) {
        packed[at] ^= 0x55;
        write_file(packed, length);
        struct declutter_input input;
        enum declutter_status status =
            declutter_input_read(path, 0, &input, NULL);
        if (status == DECLUTTER_OK) { /* time, system: nothing of the text */
            assert_true(at < 10);
            assert_int_equal(input.length, sizeof text);
            assert_memory_equal(input.bytes, text, sizeof text);
            declutter_input_free(&input);
        } else {
            assert_int_equal(status, DECLUTTER_ERROR_DAMAGED);
            refused++;
        }
        packed[at] ^= 0x55;
    }
    assert_true(refused >= length - 10);
}

static void test_limit(void **state) {
    (void)state;
    char text[5000], packed[8000];
    unsigned random = 1; /* does not compress: packed is longer than text */
    for (size_t i = 0; i < sizeof text; i++) {
        random = random * 1103515245u + 12345u;
        text[i] = (char)(random >> 16);
    }
    struct declutter_input input;
    write_file(text, sizeof text);
    assert_int_equal(declutter_input_read(path, sizeof text, &input, NULL),
                     DECLUTTER_OK);
    declutter_input_free(&input);
    assert_fails(path, sizeof text - 1, DECLUTTER_ERROR_TOO_LARGE, "4999");
    size_t length = gzip(text, sizeof text, packed, sizeof packed);
    assert_true(length > sizeof text);
    write_file(packed, length);
    assert_int_equal(declutter_input_read(path, sizeof text, &input, NULL),
                     DECLUTTER_OK);
    assert_int_equal(input.length, sizeof text);
    declutter_input_free(&input);
    assert_fails(path, sizeof text - 1, DECLUTTER_ERROR_TOO_LARGE, "4999");
}

/* 64 MiB of zeros in 64 KiB: refused at the default limit. */
static void test_bomb(void **state) {
    (void)state;
    enum { LENGTH = 64 << 20 };
    char *zeros = calloc(LENGTH, 1);
    char *packed = malloc(1 << 20);
    size_t length = gzip(zeros, LENGTH, packed, 1 << 20);
    write_file(packed, length);
    assert_fails(path, 0, DECLUTTER_ERROR_TOO_LARGE, "33554432");
    free(packed);
    free(zeros);
}

/* Points standard input at the reading end of a pipe that holds `bytes`. */
static void pipe_to_stdin(const void *bytes, size_t length) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, length), length);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
}

static void test_standard_input(void **state) {
    (void)state;
    char packed[256];
    pipe_to_stdin("<p>piped</p>", 12);
    assert_reads(NULL, "<p>piped</p>", 12);
    pipe_to_stdin("<p>dash</p>", 11);
    assert_reads("-", "<p>dash</p>", 11);
    size_t length = gzip("<p>packed</p>", 13, packed, sizeof packed);
    pipe_to_stdin(packed, length);
    assert_reads("-", "<p>packed</p>", 13);
    pipe_to_stdin("", 0);
    assert_reads("-", "", 0);
    close(STDIN_FILENO);
    assert_fails("-", 0, DECLUTTER_ERROR_READ, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_files),
        cmocka_unit_test(test_missing_file_and_folder),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_gzip_members_and_padding),
        cmocka_unit_test(test_gzip_cut_anywhere),
        cmocka_unit_test(test_gzip_flipped_anywhere),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_standard_input),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
