/* decode.c: bytes -> valid UTF-8, always.
 *
 * In: whatever was read.  Out: page->html in UTF-8, and the charset it was in.
 * The order is byte order mark, charset given from outside, UTF-16 by its
 * NULs, strict UTF-8, declaration, uchardet, windows-1252.  UTF-8 comes before
 * the declaration since text of another charset is almost never valid UTF-8,
 * while many pages keep a declaration their server no longer honours.  Later
 * candidates are tried on a sample, and one that makes sense beats one that
 * does not (charset.c): declarations lie, and uchardet guesses.
 * decode_convert.c does the converting.
 */
#include "decode.h"

#include <string.h>

#include "charset.h"
#include "decode_convert.h"
#include "detect.h"
#include "utf8.h"

enum {
    SAMPLE_ROOM = 1 << 16,
    HIGH_MIN = 24,
    SLACK = 16 /* bytes kept below 4 GiB, for what is written behind a page */
};

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
            dc_broken_length((const unsigned char *)bytes + at, length - at);
        bool cut = at + step == length && (unsigned char)bytes[at] >= 0xC2;
        bad += !cut; /* a character cut at the end is no evidence */
        at += step;
    }
    return good && (declared ? good >= bad : good >= 4 * bad);
}

/* -- Which charset ------------------------------------------------------- */

static bool strip_mark(struct dc_source *source) {
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
    struct dc_source sample;
    const char *best;
    double doubt; /* of the best */
};

/* uchardet's answer, NULL when it has none or one that pages never use. */
static const char *contest_detect(struct contest *contest) {
    const struct dc_source *sample = &contest->sample;
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
    struct dc_converted out;
    if (!charset || (contest->best && strcmp(contest->best, charset) == 0))
        return;
    contest->sample.charset = charset;
    enum declutter_status status =
        dc_convert(&out, contest->arena, &contest->sample);
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
    const struct dc_source *sample = &contest->sample;
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
                                 const struct dc_source *source) {
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
static const char *choose(struct dc_page *page, struct dc_source *source) {
    const char *bytes = source->bytes;
    size_t length = source->length;
    const char *utf16 = dc_charset_utf16(bytes, length);
    if (utf16)
        return utf16;
    source->copy = dc_arena_alloc(&page->arena, length + DC_COPY_ROOM, 1);
    if (!source->copy)
        return NULL;
    source->valid = dc_copy_valid(bytes, length, source->copy);
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
    return dc_convert_try(name);
}

/* Hands the decoded text to the page. */
static void page_take(struct dc_page *page, struct dc_converted *out,
                      const char *charset) {
    static const char mark[] = "\xEF\xBB\xBF";
    if (out->length >= 3 && memcmp(out->bytes, mark, 3) == 0) {
        out->bytes += 3;
        out->length -= 3;
    }
    if (!out->clean)
        dc_blank_controls(out->bytes, out->length);
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
    struct dc_source source = {.bytes = length ? bytes : "", .length = length};
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
    struct dc_converted out;
    status = dc_convert(&out, &page->arena, &source);
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
