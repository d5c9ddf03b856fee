/* test_arena.c: the promises of arena.h.
 *
 * What comes in is allocations of chosen sizes; what must come out is memory
 * that is aligned, does not overlap, survives growth, and refuses sums that
 * overflow.  Under AddressSanitizer writing every byte proves the room.
 */
#include "arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_memory_is_aligned_and_apart(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    enum { COUNT = 2000 };
    unsigned char *pieces[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = dc_arena_alloc(&arena, i, 3);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i & 0xFF), i * 3);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < i * 3; k++)
            assert_int_equal(pieces[i][k], i & 0xFF);
    assert_false(arena.failed);
    dc_arena_free(&arena);
}

static void test_zero_is_cleared_after_reuse(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    memset(dc_arena_alloc(&arena, 1000, 1), 0xAA, 1000);
    dc_arena_reset(&arena);
    unsigned char *memory = dc_arena_zero(&arena, 250, 4);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(memory[i], 0);
    dc_arena_free(&arena);
}

static void test_empty_allocations_are_distinct(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    char *empty = dc_arena_alloc(&arena, 0, 8);
    char *other = dc_arena_alloc(&arena, 16, 1);
    assert_non_null(empty);
    assert_ptr_not_equal(empty, other);
    memcpy(other, "0123456789abcdef", 16);
    /* Growing the empty array must not run into its neighbour. */
    size_t capacity = 0;
    char *grown = dc_arena_grow(&arena, empty, 0, &capacity, 1);
    assert_non_null(grown);
    memset(grown, 'x', capacity);
    assert_memory_equal(other, "0123456789abcdef", 16);
    dc_arena_free(&arena);
}

static void test_overflow_is_refused(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    assert_null(dc_arena_alloc(&arena, SIZE_MAX / 2, 3));
    assert_true(arena.failed);
    dc_arena_reset(&arena);
    assert_false(arena.failed);
    assert_null(dc_arena_alloc(&arena, SIZE_MAX, 1));
    assert_null(dc_arena_zero(&arena, SIZE_MAX, SIZE_MAX));
    dc_arena_reset(&arena);
    size_t capacity = SIZE_MAX / 4;
    char item;
    assert_null(dc_arena_grow(&arena, &item, capacity, &capacity, 8));
    assert_true(arena.failed);
    dc_arena_free(&arena);
}

/* Two arrays growing in turn: neither can stay in place all the time. */
static void test_arrays_grow_side_by_side(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    uint32_t *odd = NULL, *even = NULL;
    size_t odd_capacity = 0, even_capacity = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        odd = dc_arena_grow(&arena, odd, i, &odd_capacity, sizeof *odd);
        even = dc_arena_grow(&arena, even, i, &even_capacity, sizeof *even);
        assert_non_null(odd);
        assert_non_null(even);
        odd[i] = 2 * i + 1;
        even[i] = 2 * i;
    }
    for (uint32_t i = 0; i < 100000; i++) {
        assert_int_equal(odd[i], 2 * i + 1);
        assert_int_equal(even[i], 2 * i);
    }
    assert_true(odd_capacity >= 100000 && odd_capacity < 200000);
    dc_arena_free(&arena);
}

static void test_newest_array_grows_in_place(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    size_t capacity = 0;
    char *first = dc_arena_grow(&arena, NULL, 0, &capacity, 1);
    size_t before = capacity;
    assert_ptr_equal(dc_arena_grow(&arena, first, before - 1, &capacity, 1),
                     first);
    assert_int_equal(capacity, before);
    assert_ptr_equal(dc_arena_grow(&arena, first, before, &capacity, 1), first);
    assert_true(capacity > before);
    memset(first, 1, capacity);
    dc_arena_free(&arena);
}

/* The second page like the first must not need a new chunk. */
static void test_reset_settles_down(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    for (size_t i = 0; i < 64; i++)
        memset(dc_arena_alloc(&arena, 50000, 1), 1, 50000);
    dc_arena_reset(&arena);
    struct dc_chunk *chunk = arena.chunk;
    size_t total = arena.total;
    for (size_t page = 0; page < 3; page++) {
        for (size_t i = 0; i < 64; i++)
            memset(dc_arena_alloc(&arena, 50000, 1), 1, 50000);
        assert_ptr_equal(arena.chunk, chunk);
        assert_int_equal(arena.total, total);
        dc_arena_reset(&arena);
    }
    dc_arena_free(&arena);
}

static void test_huge_page_is_not_kept(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    assert_non_null(dc_arena_alloc(&arena, (size_t)100 << 20, 1));
    dc_arena_reset(&arena);
    assert_true(arena.total <= (size_t)16 << 20);
    dc_arena_free(&arena);
    assert_int_equal(arena.total, 0);
    assert_null(arena.chunk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_aligned_and_apart),
        cmocka_unit_test(test_zero_is_cleared_after_reuse),
        cmocka_unit_test(test_empty_allocations_are_distinct),
        cmocka_unit_test(test_overflow_is_refused),
        cmocka_unit_test(test_arrays_grow_side_by_side),
        cmocka_unit_test(test_newest_array_grows_in_place),
        cmocka_unit_test(test_reset_settles_down),
        cmocka_unit_test(test_huge_page_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
