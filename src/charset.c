/* charset.c: labels, declarations, and the plausibility of a decoding.
 *
 * In: a label, the raw bytes of a page, or a trial decoding of it.  Out: the
 * iconv name, the declared charset, the share of words that make no sense.
 * The last is needed because declarations lie and single-byte charsets never
 * fail: Cyrillic read as Latin is words of accented letters only, Polish read
 * as French has signs inside words, one Cyrillic charset read as another has
 * capitals inside words.  None of this needs a dictionary, and none of it
 * happens often in text that was read rightly.
 */
#include "charset.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"

#define RARE_DOUBT 0.5 /* of Han characters that are all rare */

enum {
    LABEL_MAX = 40,
    DECLARATION_ROOM = 1 << 16, /* some pages open with a long script */
    UTF16_PROBE = 1 << 10,
    PIECE_MAX = 4096,
    LEAD_MAX = 128, /* ASCII kept before it */
    ODD_MIN = 2,    /* one odd word among others is a name or a symbol */
    CJK_MIN = 20,
    RARITY = 30,    /* one frequent character in so many is too few */
    LOSS_WEIGHT = 4 /* undecodable bytes are rarer than odd words */
};

static const struct {
    const char *label, *name;
} charsets[] = {
#define CHARSET(label, name) {label, name},
#include "charsets.def"
#undef CHARSET
};

static char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Does [at, end) begin with a lower-case word, in whatever case? */
static bool begins(const char *at, const char *end, const char *word) {
    for (; *word; at++, word++)
        if (at == end || ascii_lower(*at) != *word)
            return false;
    return true;
}

const char *dc_charset_find(const char *label, size_t length) {
    char squashed[LABEL_MAX];
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        char c = ascii_lower(label[i]);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            if (used + 1 == sizeof squashed)
                return NULL;
            squashed[used++] = c;
        } else if (!memchr("-_:. \t\n\r\f", c, 9)) {
            return NULL;
        }
    }
    squashed[used] = '\0';
    for (size_t i = 0; i < sizeof charsets / sizeof charsets[0]; i++)
        if (strcmp(charsets[i].label, squashed) == 0)
            return charsets[i].name;
    return NULL;
}

/* Charsets that are near enough to be taken for one another. */
const char *dc_charset_sibling(const char *charset) {
    static const char *const pairs[][2] = {{"ISO-8859-2", "WINDOWS-1250"},
                                           {"ISO-8859-7", "WINDOWS-1253"},
                                           {"ISO-8859-13", "WINDOWS-1257"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        for (size_t side = 0; side < 2; side++)
            if (strcmp(pairs[i][side], charset) == 0)
                return pairs[i][1 - side];
    return NULL;
}

/* The charset behind the first `key`= in [at, end), quoted or not. */
static const char *find_assigned(const char *at, const char *end,
                                 const char *key) {
    for (; at < end; at++) {
        if (!begins(at, end, key))
            continue;
        const char *value = at + strlen(key);
        while (value < end && is_blank(*value))
            value++;
        if (value == end || *value != '=')
            continue;
        value++;
        while (value < end &&
               (is_blank(*value) || *value == '"' || *value == '\''))
            value++;
        const char *stop = value;
        while (stop < end && !is_blank(*stop) && !strchr("\"';>/", *stop))
            stop++;
        return dc_charset_find(value, (size_t)(stop - value));
    }
    return NULL;
}

/* Where the construct that opens at `tag` (a '<') ends: comments, scripts and
 * styles as a whole, else the tag alone. */
static const char *skip_construct(const char *tag, const char *end) {
    static const char *const raw[][2] = {
        {"<!--", "-->"}, {"<script", "</script"}, {"<style", "</style"}};
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        if (!begins(tag, end, raw[i][0]))
            continue;
        const char *at = tag + 2;
        while (at < end && !begins(at, end, raw[i][1]))
            at++;
        return at;
    }
    const char *close = memchr(tag, '>', (size_t)(end - tag));
    return close ? close + 1 : end;
}

const char *dc_charset_declared(const char *html, size_t length) {
    const char *end =
        html + (length < DECLARATION_ROOM ? length : DECLARATION_ROOM);
    const char *at = html;
    const char *in_xml = NULL;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        const char *next = skip_construct(at, end);
        const char *found = NULL;
        if (begins(at, end, "<meta") && at + 5 < end &&
            (is_blank(at[5]) || at[5] == '/'))
            found = find_assigned(at, next, "charset");
        else if (begins(at, end, "<?xml") && !in_xml)
            in_xml = find_assigned(at, next, "encoding");
        if (found)
            return found;
        at = next;
    }
    return in_xml;
}

/* The Windows charsets keep quotes and letters where the ISO ones have
 * nothing; detectors do not look there. */
const char *dc_charset_correct(const char *charset, const char *sample,
                               size_t length) {
    bool has_c1 = false;
    for (size_t i = 0; i < length; i++)
        has_c1 |=
            (unsigned char)sample[i] >= 0x80 && (unsigned char)sample[i] < 0xA0;
    if (!has_c1 && strcmp(charset, "WINDOWS-1250") == 0)
        return "ISO-8859-2";
    if (has_c1 && strcmp(charset, "ISO-8859-15") == 0)
        return "WINDOWS-1252";
    return charset;
}

/* UTF-16 without a mark: every other byte of its mark-up is NUL. */
const char *dc_charset_utf16(const char *bytes, size_t length) {
    size_t probe = (length < UTF16_PROBE ? length : UTF16_PROBE) & ~(size_t)1;
    size_t nuls[2] = {0, 0};
    if (probe < 4 || !memchr(bytes, '\0', probe))
        return NULL;
    for (size_t i = 0; i < probe; i++)
        nuls[i & 1] += bytes[i] == '\0';
    size_t enough = probe / 2 * 3 / 10 + 1;
    if (nuls[1] >= enough && nuls[0] <= nuls[1] / 10)
        return "UTF-16LE";
    if (nuls[0] >= enough && nuls[1] <= nuls[0] / 10)
        return "UTF-16BE";
    return NULL;
}

/* ISO-2022-JP is ASCII to the eye of a UTF-8 validator. */
bool dc_charset_is_iso_2022_jp(const char *bytes, size_t length) {
    const char *end = bytes + length;
    bool shifts = false;
    for (const char *at = bytes;
         !shifts && (at = memchr(at, 0x1B, (size_t)(end - at))); at++)
        shifts = end - at > 2 && at[1] == '$' && (at[2] == 'B' || at[2] == '@');
    if (!shifts)
        return false;
    for (const char *at = bytes; at < end; at++)
        if ((unsigned char)*at >= 0x80)
            return false;
    return true;
}

static size_t find_high_byte(const char *bytes, size_t length) {
    size_t at = 0;
    while (at < length && (unsigned char)bytes[at] < 0x80)
        at++;
    return at;
}

/* Splits at tags and line ends: in every charset that contains ASCII those
 * bytes are never the second half of a character.  A long piece is cut down
 * to what follows its first non-ASCII byte. */
size_t dc_charset_sample(const char *html, size_t length, char *sample,
                         size_t room) {
    size_t used = 0, start = 0;
    for (size_t at = 0; at <= length && used < room; at++) {
        if (at < length && html[at] != '<' && html[at] != '>' &&
            html[at] != '\n')
            continue;
        size_t piece = at - start;
        size_t high = find_high_byte(html + start, piece);
        if (high < piece) {
            size_t skipped = high > LEAD_MAX ? high - LEAD_MAX : 0;
            piece -= skipped;
            if (piece > PIECE_MAX)
                piece = PIECE_MAX;
            if (piece > room - used - 1)
                piece = room - used - 1;
            memcpy(sample + used, html + start + skipped, piece);
            used += piece;
            sample[used++] = '\n';
        }
        start = at + 1;
    }
    return used;
}

/* What the characters of one word amount to. */
struct word {
    size_t ascii;   /* ASCII letters */
    size_t latin;   /* accented Latin letters */
    size_t foreign; /* letters of other alphabets */
    size_t upper;   /* of the foreign ones */
    size_t cjk;     /* Han and kana */
    size_t hangul;
    bool odd; /* shows what no right decoding has */
    bool after_letter, after_lower, after_sign;
};

static bool is_wide_word(const struct word *word) {
    return word->latin + word->foreign + word->cjk + word->hangul > 0 ||
           word->odd;
}

static bool word_is_odd(const struct word *word) {
    size_t letters = word->ascii + word->latin + word->foreign;
    size_t cjk = word->cjk + word->hangul;
    return word->odd || (word->latin >= 3 && word->latin == letters) ||
           (word->foreign && word->ascii) ||
           (word->foreign >= 3 && word->upper == word->foreign) ||
           (cjk && cjk <= 2 && word->ascii) || (word->hangul && word->cjk);
}

/* Katakana of the single bytes of Shift_JIS: what other charsets become when
 * read as that. */
static bool is_half_width(uint32_t c) {
    return c >= 0xFF61 && c < 0xFFA0;
}

static void add_letter(struct word *word, uint32_t c, unsigned class) {
    bool upper = class & DC_CLASS_UPPER;
    if (class & DC_CLASS_CJK)
        word->cjk++;
    else if (c >= 0xAC00 && c < 0xD7A4)
        word->hangul++;
    else if (c < 0x80)
        word->ascii++;
    else if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00))
        word->latin++;
    else if (c >= 0x370 && c < 0x2000) {
        word->foreign++;
        word->upper += upper;
    }
    word->odd |= is_half_width(c) || word->after_sign ||
                 (c >= 0x80 && upper && word->after_lower);
    word->after_letter = true;
    word->after_lower = !upper;
    word->after_sign = false;
}

/* Latin-1 signs that no language writes between two letters.  Not among them:
 * quotes, ordinals, degree, soft hyphen, acute used as apostrophe, and the
 * middle dot of Catalan. */
static bool is_sign(uint32_t c) {
    return c > 0xA0 && c < 0xC0 && c != 0xAA && c != 0xAB && c != 0xAD &&
           c != 0xB0 && c != 0xB4 && c != 0xB7 && c != 0xBA && c != 0xBB;
}

/* false when the character ends the word. */
static bool add_character(struct word *word, uint32_t c) {
    unsigned class = dc_class(c);
    if (class & DC_CLASS_LETTER) {
        add_letter(word, c, class);
        return true;
    }
    if (c >= 0x80 && c < 0xA0) { /* a C1 control: 1250 read as ISO-8859-2 */
        word->odd = true;
        return true;
    }
    if (is_sign(c)) {
        word->after_sign = word->after_letter;
        word->after_letter = word->after_lower = false;
        return true;
    }
    return c >= 0x300 && c < 0x2000; /* vowel signs and accents */
}

/* Kana, and the Han characters that no paragraph of Chinese goes without;
 * one multi-byte charset read as another shows rare ones only. */
static bool is_frequent(uint32_t c) {
    static const uint16_t frequent[] = {
        0x4E00, 0x4E0A, 0x4E0D, 0x4E2D, 0x4E3A, 0x4E5F, 0x4E86, 0x4EBA, 0x4ED6,
        0x4EEC, 0x4F86, 0x500B, 0x5011, 0x51FA, 0x5230, 0x548C, 0x56FD, 0x570B,
        0x5728, 0x5730, 0x5927, 0x5C31, 0x5E74, 0x6211, 0x662F, 0x6709, 0x6765,
        0x70BA, 0x7684, 0x8AAA, 0x8BF4, 0x8FD9, 0x9019};
    for (size_t i = 0; i < sizeof frequent / sizeof frequent[0]; i++)
        if (frequent[i] == c)
            return true;
    return c >= 0x3041 && c < 0x3100;
}

/* What a text amounts to. */
struct tally {
    size_t wide, lost; /* non-ASCII characters; of these, undecodable */
    size_t words, odd; /* words with non-ASCII letters */
    size_t cjk, frequent;
};

static void tally_character(struct tally *tally, uint32_t c) {
    tally->wide += c >= 0x80;
    tally->lost += c == 0xFFFD || (c >= 0xE000 && c < 0xF900);
    if (c >= 0x3041 && (dc_class(c) & DC_CLASS_CJK)) {
        tally->cjk++;
        tally->frequent += is_frequent(c);
    }
}

static void tally_word(struct tally *tally, const struct word *word) {
    if (!is_wide_word(word))
        return;
    tally->words++;
    tally->odd += word_is_odd(word);
}

double dc_charset_doubt(const char *text, size_t length) {
    struct tally tally = {0};
    struct word word = {0};
    const char *at = text;
    const char *end = text + length;
    while (at < end) {
        uint32_t c = dc_utf8_next(&at);
        tally_character(&tally, c);
        if (add_character(&word, c) && at < end)
            continue;
        tally_word(&tally, &word);
        word = (struct word){0};
    }
    double doubt = 0;
    if (tally.wide)
        doubt += LOSS_WEIGHT * (double)tally.lost / (double)tally.wide;
    if (tally.odd >= ODD_MIN || (tally.odd && tally.odd == tally.words))
        doubt += (double)tally.odd / (double)tally.words;
    if (tally.cjk >= CJK_MIN && tally.frequent * RARITY < tally.cjk)
        doubt += RARE_DOUBT;
    return doubt;
}
