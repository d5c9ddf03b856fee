/* cut_text.c: text between two tags -> a run, and an 'x' for libxml2.
 *
 * Text is copied with its white space as one character outside <pre>, its
 * references decoded, and without what may be no character.  Most of it is
 * plain, and copied in chunks.  Where a tag ends the run, libxml2 is shown an
 * 'x' for all of it; white space alone is shown as it is, for it makes a
 * difference in <head>.
 */
#include "cutter.h"

#include <string.h>

#include "chunk.h"
#include "reference.h"

bool dc_cut_run_add(struct dc_cutter *cutter, struct dc_clean_run run) {
    struct dc_clean *clean = cutter->clean;
    struct dc_clean_run *runs =
        dc_arena_grow(&cutter->page->arena, clean->runs, clean->run_count,
                      &cutter->run_capacity, sizeof *runs);
    if (!runs)
        return false;
    *cutter->out++ = 'x';
    run.place = dc_cut_place(cutter);
    run.text =
        (struct dc_text){cutter->run, (uint32_t)(cutter->used - cutter->run)};
    clean->runs = runs;
    runs[clean->run_count++] = run;
    cutter->run = cutter->used;
    cutter->solid = false;
    return true;
}

bool dc_cut_run_end(struct dc_cutter *cutter) {
    size_t length = (size_t)(cutter->used - cutter->run);
    if (!length)
        return true;
    if (!cutter->solid) {
        dc_cut_put(cutter, cutter->run, length);
        cutter->used = cutter->run;
        return true;
    }
    return dc_cut_run_add(cutter, (struct dc_clean_run){.leaf = DC_TAG_OTHER});
}

/* Copies the white space at s, as one character outside <pre>. */
static const char *copy_space(struct dc_cutter *cutter, const char *s) {
    char c = *s++;
    if (!cutter->preformatted)
        for (; dc_byte_is(*s, DC_BYTE_SPACE); s++)
            if (*s == '\n')
                c = '\n';
    *cutter->used++ = c == '\f' ? ' ' : c; /* libxml2 knows no form feed */
    return s;
}

/* Copies the character at s, U+F000 to U+FFFF, but drops U+FFFE and U+FFFF,
 * which are not for documents. */
static const char *copy_high(struct dc_cutter *cutter, const char *s) {
    if ((unsigned char)s[1] == 0xBF && (unsigned char)s[2] >= 0xBE)
        return s + 3;
    memcpy(cutter->used, s, 3);
    cutter->used += 3;
    cutter->solid = true;
    return s + 3;
}

/* Is a chunk of text to be copied as it is?  It is when no mark, no character
 * that may be none, and no white space but single blanks stand in it. */
static bool is_plain_chunk(const char *s) {
    dc_chunk now = dc_chunk_load(s), next = dc_chunk_load(s + 1);
    return !dc_chunk_any(dc_chunk_is(now, '<') | dc_chunk_is(now, '&') |
                         dc_chunk_is(now, 0xEF) | dc_chunk_in(now, 0, ' ') |
                         (dc_chunk_is(now, ' ') & dc_chunk_blank(next)));
}

/* Copies text up to what must not be copied as it is; returns where. */
static const char *copy_plain(struct dc_cutter *cutter, const char *s) {
    const char *start = s, *end = cutter->scan.end;
    char *used = cutter->used;
    while (end - s > DC_CHUNK && is_plain_chunk(s)) {
        memcpy(used, s, DC_CHUNK);
        used += DC_CHUNK;
        s += DC_CHUNK;
    }
    while (!dc_byte_is(*s, DC_BYTE_TEXT_END))
        *used++ = *s++;
    cutter->used = used;
    cutter->solid |= s > start;
    return s;
}

void dc_cut_text(struct dc_cutter *cutter) {
    const char *s = cutter->at, *after;
    for (;;) {
        s = copy_plain(cutter, s);
        if (dc_byte_is(*s, DC_BYTE_SPACE)) {
            s = copy_space(cutter, s);
        } else if (*s == '&') {
            after = dc_reference_text(s + 1, cutter->scan.end,
                                      &cutter->entities, &cutter->used);
            if (!after)
                *cutter->used++ = *s;
            s = after ? after : s + 1;
            cutter->solid = true;
        } else if ((unsigned char)*s == 0xEF) {
            s = copy_high(cutter, s);
        } else {
            break;
        }
    }
    cutter->at = s;
}

void dc_cut_character(struct dc_cutter *cutter) {
    *cutter->used++ = *cutter->at++;
    cutter->solid = true;
}
