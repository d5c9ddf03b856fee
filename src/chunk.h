/* chunk.h: sixteen bytes of text at a time.
 *
 * Most of most texts is plain ASCII, and what is asked of it (where are
 * spaces, how many words begin?) is the same for every byte.  These are the
 * questions and the counts of their answers, in the vectors of GCC and clang,
 * which every processor has in some width.  A question is answered by a mask:
 * 255 in the bytes of which it is true, 0 in the others.
 */
#ifndef DC_CHUNK_H
#define DC_CHUNK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DC_CHUNK = 16 };
typedef uint8_t dc_chunk __attribute__((vector_size(DC_CHUNK)));

static inline dc_chunk dc_chunk_load(const char *bytes) {
    dc_chunk chunk;
    memcpy(&chunk, bytes, sizeof chunk);
    return chunk;
}

static inline dc_chunk dc_chunk_each(uint8_t byte) {
    return byte - (dc_chunk){0};
}

static inline dc_chunk dc_chunk_is(dc_chunk chunk, uint8_t byte) {
    return (dc_chunk)(chunk == dc_chunk_each(byte));
}

/* Is it one of `count` bytes from `first` on? */
static inline dc_chunk dc_chunk_in(dc_chunk chunk, uint8_t first,
                                   uint8_t count) {
    return (dc_chunk)(chunk - dc_chunk_each(first) < dc_chunk_each(count));
}

/* White space and control characters. */
static inline dc_chunk dc_chunk_blank(dc_chunk chunk) {
    return (dc_chunk)(chunk <= dc_chunk_each(' '));
}

static inline dc_chunk dc_chunk_letter(dc_chunk chunk) {
    return dc_chunk_in(chunk | dc_chunk_each(32), 'a', 26);
}

/* ASCII characters that words are made of. */
static inline dc_chunk dc_chunk_word(dc_chunk chunk) {
    return dc_chunk_letter(chunk) | dc_chunk_in(chunk, '0', 10) |
           dc_chunk_is(chunk, '_');
}

/* Is it no ASCII, a control character, or a space after a space?  `before` is
 * the chunk one byte before. */
static inline dc_chunk dc_chunk_odd(dc_chunk chunk, dc_chunk before) {
    return ~dc_chunk_in(chunk, ' ', 127 - ' ') |
           (dc_chunk_is(chunk, ' ') & dc_chunk_is(before, ' '));
}

static inline bool dc_chunk_any(dc_chunk mask) {
    uint64_t halves[2];
    memcpy(halves, &mask, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* The sum of its bytes. */
static inline uint32_t dc_chunk_sum(dc_chunk chunk) {
    const uint64_t even = 0x00FF00FF00FF00FFu, ones = 0x0001000100010001u;
    uint64_t halves[2];
    memcpy(halves, &chunk, sizeof halves);
    uint64_t sums = (halves[0] & even) + (halves[0] >> 8 & even) +
                    (halves[1] & even) + (halves[1] >> 8 & even);
    return (uint32_t)(sums * ones >> 48);
}

/* In how many bytes is it true? */
static inline uint32_t dc_chunk_count(dc_chunk mask) {
    return dc_chunk_sum(-mask);
}

#endif
