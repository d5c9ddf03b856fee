/* decode.c: bytes -> valid UTF-8, always.
 *
 * In: whatever was read.  Out: page->html in UTF-8, and the charset it was in.
 * The order is byte order mark, charset given from outside, UTF-16 by its
 * NULs, strict UTF-8, declaration, uchardet, windows-1252.  UTF-8 comes before
 * the declaration since text of another charset is almost never valid UTF-8,
 * while many pages keep a declaration their server no longer honours.  Later
 * candidates are tried on a sample, and one that makes sense beats one that
 * does not (charset.c): declarations lie, and uchardet guesses.  The common
 * page costs one validation and one copy.  iconv refuses bytes that a charset
 * leaves undefined and costs a call each time it does, so single-byte
 * charsets are read through a table that iconv filled.
 */
#include "decode.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "detect.h"
#include "utf8.h"

enum {
    SAMPLE_ROOM = 1 << 16,
    HIGH_MIN = 24,
    SLACK = 16, /* bytes kept free: the longest character, the terminator */
    CHUNK = 64  /* bytes looked at together */
};

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

struct source {
    const char *charset; /* an iconv name */
    const char *bytes;   /* behind the byte order mark */
    size_t length;
    size_t valid; /* bytes known to be UTF-8 */
    char *copy;   /* those bytes, without stray controls; or NULL */
};

/* -- Output: a string that grows in the arena ---------------------------- */

struct output {
    struct dc_arena *arena;
    char *bytes;
    size_t length, capacity;
    size_t lost; /* undecodable sequences replaced */
    bool clean;  /* of stray controls */
};

static bool output_init(struct output *out, struct dc_arena *arena,
                        size_t capacity) {
    *out = (struct output){.arena = arena, .capacity = capacity + SLACK};
    out->bytes = dc_arena_alloc(arena, out->capacity, 1);
    return out->bytes;
}

/* Room for `more` bytes and the slack. */
static bool output_reserve(struct output *out, size_t more) {
    while (out->capacity - out->length < more + SLACK) {
        char *bytes = dc_arena_grow(out->arena, out->bytes, out->capacity,
                                    &out->capacity, 1);
        if (!bytes)
            return false;
        out->bytes = bytes;
    }
    return true;
}

static bool output_write(struct output *out, const char *bytes, size_t length) {
    if (!output_reserve(out, length))
        return false;
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
    return true;
}

static bool output_replacement(struct output *out) {
    out->lost++;
    return output_write(out, replacement, sizeof replacement - 1);
}

/* A byte of the C0 range that HTML does not know, NUL among them. */
static bool is_stray_control(unsigned char byte) {
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\f' &&
           byte != '\r';
}

static void blank_controls(char *bytes, size_t length) {
    for (size_t at = 0; at < length; at++)
        if (is_stray_control((unsigned char)bytes[at]))
            bytes[at] = ' ';
}

/* -- UTF-8 --------------------------------------------------------------- */

/* Bytes to step over at an invalid place: a lead and what continues it, so
 * that a broken character becomes one U+FFFD. */
static size_t broken_length(const unsigned char *s, size_t left) {
    size_t want = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC0 ? 2 : 1;
    size_t length = 1;
    while (length < want && length < left && (s[length] & 0xC0) == 0x80)
        length++;
    return length;
}

/* Copies CHUNK bytes; true when they are ASCII without stray controls.  A loop
 * of fixed length without branches: compilers make vectors of it. */
static bool copy_chunk(const char *restrict bytes, char *restrict out) {
    unsigned char found = 0;
    for (int i = 0; i < CHUNK; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        out[i] = bytes[i];
        found |= (unsigned char)((byte >= 0x80) |
                                 ((byte < 0x20) &
                                  (((unsigned char)(byte - '\t') > 4) |
                                   (byte == '\v'))));
    }
    return !found;
}

/* Copies bytes as long as they are valid UTF-8, stray controls as spaces: what
 * nearly every page needs, in one pass.  `out` has room for CHUNK bytes more.
 * Returns how many. */
static size_t copy_valid(const char *bytes, size_t length, char *out) {
    size_t at = 0;
    while (at < length) {
        size_t some = length - at < CHUNK ? length - at : CHUNK;
        if (some == CHUNK && copy_chunk(bytes + at, out + at)) {
            at += CHUNK;
            continue;
        }
        /* A character cut at the end of the chunk begins the next. */
        size_t valid = dc_utf8_valid(bytes + at, some);
        if (!valid)
            break;
        memcpy(out + at, bytes + at, valid);
        blank_controls(out + at, valid);
        at += valid;
    }
    return at;
}

static bool convert_utf8(struct output *out, const struct source *source) {
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
        at += broken_length((const unsigned char *)here + valid, left - valid);
        valid = 0;
        if (!output_replacement(out))
            return false;
    }
}

/* Is this UTF-8 that suffered?  Pasted comments or a cut in the middle of a
 * character spoil a few sequences; in another charset nearly all are bad.
 * Where the page says UTF-8 itself, half of them suffice. */
static bool is_mostly_utf8(const char *bytes, size_t length, bool declared) {
    size_t at = 0, good = 0, bad = 0;
    for (;;) {
        size_t valid = dc_utf8_valid(bytes + at, length - at);
        for (size_t i = at; i < at + valid; i++)
            good += (unsigned char)bytes[i] >= 0xC0;
        at += valid;
        if (at == length)
            break;
        size_t step =
            broken_length((const unsigned char *)bytes + at, length - at);
        bool cut = at + step == length && (unsigned char)bytes[at] >= 0xC2;
        bad += !cut; /* a character cut at the end is no evidence */
        at += step;
    }
    return good && (declared ? good >= bad : good >= 4 * bad);
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

static bool convert_by_table(struct output *out, const struct byte_table *table,
                             const char *bytes, size_t length) {
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
static bool convert_by_iconv(struct output *out, iconv_t converter,
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

static enum declutter_status convert_legacy(struct output *out,
                                            const struct source *source) {
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
static enum declutter_status convert(struct output *out, struct dc_arena *arena,
                                     const struct source *source) {
    if (source->copy && source->valid == source->length &&
        strcmp(source->charset, "UTF-8") == 0) {
        *out = (struct output){
            .bytes = source->copy, .length = source->length, .clean = true};
        return DECLUTTER_OK;
    }
    if (!output_init(out, arena, source->length))
        return DECLUTTER_ERROR_MEMORY;
    struct source text = *source;
    if (strcmp(source->charset, "UTF-8") != 0) {
        enum declutter_status status = convert_legacy(out, source);
        if (status != DECLUTTER_OK ||
            dc_utf8_valid(out->bytes, out->length) == out->length)
            return status;
        /* Some converters let characters beyond Unicode through. */
        text = (struct source){.bytes = out->bytes, .length = out->length};
        if (!output_init(out, arena, text.length))
            return DECLUTTER_ERROR_MEMORY;
    }
    return convert_utf8(out, &text) ? DECLUTTER_OK : DECLUTTER_ERROR_MEMORY;
}

/* -- Which charset ------------------------------------------------------- */

static bool strip_mark(struct source *source) {
    static const struct {
        const char *mark;
        size_t length;
        const char *charset;
    } marks[] = {
        {"\xEF\xBB\xBF", 3, "UTF-8"},    {"\xFF\xFE\0\0", 4, "UTF-32LE"},
        {"\0\0\xFE\xFF", 4, "UTF-32BE"}, {"\xFF\xFE", 2, "UTF-16LE"},
        {"\xFE\xFF", 2, "UTF-16BE"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (source->length < marks[i].length ||
            memcmp(source->bytes, marks[i].mark, marks[i].length) != 0)
            continue;
        source->charset = marks[i].charset;
        source->bytes += marks[i].length;
        source->length -= marks[i].length;
        return true;
    }
    return false;
}

struct contest {
    struct dc_arena *arena;
    struct source sample;
    const char *best;
    double doubt; /* of the best */
};

/* uchardet's answer, NULL when it has none or one that pages never use. */
static const char *contest_detect(struct contest *contest) {
    const struct source *sample = &contest->sample;
    char answer[DC_DETECTED_ROOM];
    if (!dc_detect(sample->bytes, sample->length, answer)) {
        contest->arena->failed = true;
        return NULL;
    }
    const char *charset = dc_charset_find(answer, strlen(answer));
    if (!charset || strcmp(charset, "UTF-8") == 0)
        return NULL;
    return dc_charset_correct(charset, sample->bytes, sample->length);
}

/* A later candidate must make much more sense than an earlier one. */
static void contest_try(struct contest *contest, const char *charset) {
    struct output out;
    if (!charset || (contest->best && strcmp(contest->best, charset) == 0))
        return;
    contest->sample.charset = charset;
    enum declutter_status status =
        convert(&out, contest->arena, &contest->sample);
    if (status == DECLUTTER_ERROR_MEMORY) /* not the candidate's fault */
        contest->arena->failed = true;
    if (status != DECLUTTER_OK)
        return;
    double doubt = dc_charset_doubt(out.bytes, out.length);
    if (contest->best && doubt >= contest->doubt / 2)
        return;
    contest->best = charset;
    contest->doubt = doubt;
}

static bool contest_is_open(const struct contest *contest) {
    return !contest->arena->failed &&
           (!contest->best || contest->doubt > DC_CHARSET_DOUBTFUL);
}

/* A few accented letters are too little for uchardet: most likely they are
 * Western, if that makes sense. */
static void contest_guess(struct contest *contest) {
    const struct source *sample = &contest->sample;
    const char *guess = contest_detect(contest);
    size_t high = 0;
    if (contest->arena->failed)
        return;
    for (size_t i = 0; i < sample->length; i++)
        high += (unsigned char)sample->bytes[i] >= 0x80;
    if (high < HIGH_MIN)
        contest_try(contest, "WINDOWS-1252");
    if (!guess || !contest_is_open(contest))
        return;
    contest_try(contest, guess);
    if (contest_is_open(contest))
        contest_try(contest, dc_charset_sibling(guess));
}

static void contest_run(struct contest *contest, const char *declared) {
    /* uchardet takes some Polish for Chinese: then the commonest in turn. */
    static const char *const last[] = {"WINDOWS-1252", "GB18030", "ISO-8859-2",
                                       "WINDOWS-1250", "WINDOWS-1251"};
    contest_try(contest, declared);
    if (contest_is_open(contest))
        contest_guess(contest);
    if (contest_is_open(contest) && declared)
        contest_try(contest, dc_charset_sibling(declared));
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++)
        if (contest_is_open(contest))
            contest_try(contest, last[i]);
}

/* The charset of bytes that are neither UTF-8 nor UTF-16. */
static const char *choose_legacy(struct dc_page *page, const char *declared,
                                 const struct source *source) {
    char *sample = dc_arena_alloc(&page->arena, SAMPLE_ROOM, 1);
    if (!sample)
        return NULL;
    struct contest contest = {.arena = &page->arena};
    contest.sample.bytes = sample;
    contest.sample.length =
        dc_charset_sample(source->bytes, source->length, sample, SAMPLE_ROOM);
    contest_run(&contest, declared);
    if (page->arena.failed)
        return NULL;
    if (!declared || !contest.best || strcmp(contest.best, declared) != 0)
        dc_page_warn(page, "the charset was guessed");
    return contest.best ? contest.best : "UTF-8";
}

/* The charset of a page nobody told us about; NULL when out of memory. */
static const char *choose(struct dc_page *page, struct source *source) {
    const char *bytes = source->bytes;
    size_t length = source->length;
    const char *utf16 = dc_charset_utf16(bytes, length);
    if (utf16)
        return utf16;
    source->copy = dc_arena_alloc(&page->arena, length + CHUNK, 1);
    if (!source->copy)
        return NULL;
    source->valid = copy_valid(bytes, length, source->copy);
    if (source->valid == length)
        return dc_charset_is_iso_2022_jp(bytes, length) ? "ISO-2022-JP"
                                                        : "UTF-8";
    const char *declared = dc_charset_declared(bytes, length);
    /* A declaration that could be read is not in UTF-16. */
    if (declared && strncmp(declared, "UTF-", 4) == 0)
        declared = "UTF-8";
    bool says_utf8 = declared && strcmp(declared, "UTF-8") == 0;
    if (is_mostly_utf8(bytes, length, says_utf8))
        return "UTF-8";
    return choose_legacy(page, says_utf8 ? NULL : declared, source);
}

static bool is_ascii_word(char c) {
    unsigned char byte = (unsigned char)c;
    return byte < 0x80 && (dc_ascii_class[byte] & DC_CLASS_WORD);
}

/* The iconv name of a charset given from outside.  Labels of the web come
 * first; anything else iconv knows is welcome, but only as a plain name:
 * iconv_open also understands "//IGNORE" and takes "" for the locale's. */
static enum declutter_status resolve(const char *encoding, char *name,
                                     size_t room) {
    const char *known = dc_charset_find(encoding, strlen(encoding));
    const char *from = known ? known : encoding;
    size_t length = strlen(from);
    if (length >= room)
        return DECLUTTER_ERROR_ENCODING;
    for (size_t i = 0; i <= length; i++) {
        char c = from[i];
        bool lower = c >= 'a' && c <= 'z';
        name[i] = lower ? (char)(c - ('a' - 'A')) : c;
        if (c && !strchr("-_.:+()", c) && !is_ascii_word(c))
            return DECLUTTER_ERROR_ENCODING;
    }
    if (known)
        return DECLUTTER_OK;
    iconv_t converter = converter_open(name);
    if (converter == (iconv_t)-1)
        return converter_status();
    iconv_close(converter);
    return DECLUTTER_OK;
}

/* Hands the decoded text to the page. */
static void page_take(struct dc_page *page, struct output *out,
                      const char *charset) {
    static const char mark[] = "\xEF\xBB\xBF";
    if (out->length >= 3 && memcmp(out->bytes, mark, 3) == 0) {
        out->bytes += 3;
        out->length -= 3;
    }
    if (!out->clean)
        blank_controls(out->bytes, out->length);
    out->bytes[out->length] = '\0';
    page->html = (struct dc_text){out->bytes, (uint32_t)out->length};
    memcpy(page->charset, charset, strlen(charset) + 1);
    if (out->lost)
        dc_page_warn(page, "undecodable bytes were replaced");
}

enum declutter_status dc_decode(struct dc_page *page, const char *bytes,
                                size_t length, const char *encoding,
                                struct declutter_error *error) {
    char name[sizeof page->charset];
    struct source source = {.bytes = length ? bytes : "", .length = length};
    enum declutter_status status = DECLUTTER_OK;
    bool given = encoding && *encoding;
    page->raw_length = length;
    if (given)
        status = resolve(encoding, name, sizeof name);
    if (status == DECLUTTER_ERROR_ENCODING)
        return dc_fail(error, status, 0, "unknown charset '%.60s'", encoding);
    if (status != DECLUTTER_OK)
        return dc_fail(error, status, 0, "out of memory");
    if (!strip_mark(&source))
        source.charset = given ? name : choose(page, &source);
    if (!source.charset)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    struct output out;
    status = convert(&out, &page->arena, &source);
    if (status == DECLUTTER_ERROR_MEMORY)
        return dc_fail(error, status, 0, "out of memory");
    if (status != DECLUTTER_OK)
        return dc_fail(error, status, 0, "no converter for charset '%s'",
                       source.charset);
    if (out.length > UINT32_MAX - SLACK)
        return dc_fail(error, DECLUTTER_ERROR_TOO_LARGE, 0,
                       "more than 4 GiB after decoding");
    page_take(page, &out, source.charset);
    return DECLUTTER_OK;
}
