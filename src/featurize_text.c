/* featurize_text.c: the text_ features of a block, from its own characters.
 *
 * One pass over the block's text counts classes of characters; the counts
 * become shares and logarithms, so a tweet and a chapter stay comparable.
 * Nothing here knows a language: no stop words, and the marks of sentences
 * and clauses are those of all scripts.
 */
#include "featurize.h"

#include "chunk.h"
#include "utf8.h"

enum { LONG_WORD = 30, PROSE_CHARS = 80 };

/* Where features without a natural end stop: beyond lies only noise. */
enum { LETTERS_MAX = 3, TEXT_PER_LINK_MAX = 50 };

struct counts {
    uint32_t characters, letters, upper, digits, wide, marks;
    uint32_t commas, sentences, words, capitalised;
    uint32_t first, last; /* first and last character */
    bool long_word, bar, copyright, currency, at_sign, date;
};

static bool is_comma(uint32_t c) {
    return c == 0x3001 || c == 0xFF0C || c == 0x060C || c == 0xFF1B;
}

/* Ends a sentence when a space or the end follows; the CJK ones always do. */
static bool is_stop(uint32_t c) {
    return c == '.' || c == '!' || c == '?' || c == 0x0964 || c == 0x06D4 ||
           c == 0x061F || c == 0x2026;
}

static bool is_wide_stop(uint32_t c) {
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1F;
}

static bool is_currency(uint32_t c) {
    return (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20BF) ||
           c == 0xFFE5;
}

/* Of a character beyond ASCII. */
static void count_mark(struct counts *n, uint32_t c) {
    n->marks++;
    n->commas += is_comma(c);
    n->bar |= c == 0xB7 || c == 0x2022;
    n->copyright |= c == 0xA9;
    n->currency |= is_currency(c);
}

/* Two digits, a mark, two digits (a time, a date), or a year. */
static void find_date(struct counts *n, uint32_t run, uint32_t value,
                      uint32_t before, uint32_t run_before) {
    if (run == 4 && value >= 1900 && value < 2100)
        n->date = true;
    if (run >= 1 && run <= 2 && run_before >= 1 && run_before <= 2 &&
        (before == ':' || before == '.' || before == '/' || before == '-'))
        n->date = true;
}

/* What a byte of ASCII is, a lane of eight bits each, none of them a space:
 * sums of up to 255 are counts of all of it at once. */
enum lane { LETTER, UPPER, DIGIT, COMMA, MARK, RARE, WORD, STOP };

#define IN(lane) (UINT64_C(1) << (8 * (lane)))

static const uint64_t of_ascii[128] = {
#define S 0
#define M IN(MARK)
#define R (IN(MARK) | IN(RARE))
#define C (IN(MARK) | IN(COMMA))
#define P (IN(MARK) | IN(STOP))
#define D (IN(DIGIT) | IN(WORD))
#define U (IN(LETTER) | IN(UPPER) | IN(WORD))
#define L (IN(LETTER) | IN(WORD))
#define W IN(WORD)
    S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, /* controls */
    S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, /* controls */
    S, P, M, M, R, M, M, M, M, M, M, M, C, M, P, M, /*  !"#$%&'()*+,-./ */
    D, D, D, D, D, D, D, D, D, D, M, C, M, M, M, P, /* 0123456789:;<=>? */
    R, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* @ABCDEFGHIJKLMNO */
    U, U, U, U, U, U, U, U, U, U, U, M, M, M, M, W, /* PQRSTUVWXYZ[\]^_ */
    M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* `abcdefghijklmno */
    L, L, L, L, L, L, L, L, L, L, L, M, R, M, M, S, /* pqrstuvwxyz{|}~  */
#undef S
#undef M
#undef R
#undef C
#undef P
#undef D
#undef U
#undef L
#undef W
};

/* What counting knows of the characters before. */
struct scan {
    uint32_t word;       /* letters of the word so far */
    uint32_t longest;    /* of all words but CJK ones */
    uint32_t run, value; /* digits so far, and their number */
    uint32_t run_before; /* digits of the run before... */
    uint32_t mark;       /* ...and the character behind it */
    uint32_t previous;   /* character */
};

/* Digits, and what follows them. */
static void count_digits(struct counts *n, struct scan *scan, uint32_t c,
                         bool digit) {
    if (digit) {
        if (scan->run < 6)
            scan->value = scan->value * 10 + (c & 15) % 10;
        scan->run++;
        return;
    }
    find_date(n, scan->run, scan->value, scan->mark, scan->run_before);
    scan->run_before = scan->run;
    scan->mark = c;
    scan->run = scan->value = 0;
}

static inline uint32_t in_lane(uint64_t sums, enum lane lane) {
    return (uint32_t)(sums >> (8 * lane)) & 255;
}

static void find_rare(struct counts *n, const char *bytes, size_t length) {
    n->bar |= memchr(bytes, '|', length) != NULL;
    n->currency |= memchr(bytes, '$', length) != NULL;
    n->at_sign |= memchr(bytes, '@', length) != NULL;
}

/* Counts of chunks, a byte each: a mask is -1 where it is true, so that 255
 * of them can be counted. */
struct tally {
    dc_chunk letters, uppers, words, capitals, marks, commas, sentences;
};

/* false: it holds a digit, or what is rare, or all of it is a word. */
static inline bool tally_chunk(struct tally *tally, dc_chunk now,
                               dc_chunk before) {
    dc_chunk upper = dc_chunk_in(now, 'A', 26);
    dc_chunk letter = dc_chunk_letter(now);
    dc_chunk word = letter | dc_chunk_is(now, '_');
    dc_chunk starts = word & ~dc_chunk_word(before);
    dc_chunk space = dc_chunk_is(now, ' ');
    dc_chunk stop = dc_chunk_is(before, '.') | dc_chunk_is(before, '!') |
                    dc_chunk_is(before, '?');
    dc_chunk odd = ~dc_chunk_in(now, ' ', 127 - ' ') |
                   dc_chunk_in(now, '0', 10) | dc_chunk_is(now, '|') |
                   dc_chunk_is(now, '$') | dc_chunk_is(now, '@');
    if (dc_chunk_any(odd) || !dc_chunk_any(~word))
        return false;
    tally->letters -= letter;
    tally->uppers -= upper;
    tally->words -= starts;
    tally->capitals -= starts & upper;
    tally->marks -= ~(word | space);
    tally->commas -= dc_chunk_is(now, ',') | dc_chunk_is(now, ';');
    tally->sentences -= stop & space;
    return true;
}

/* Counts ASCII characters behind another, a chunk at a time, as long as no
 * word gets long; returns where they end. */
static const char *count_chunks(struct counts *n, struct scan *scan,
                                const char *at, const char *end) {
    const char *start = at;
    struct tally tally = {0};
    if (end - at > 255 * DC_CHUNK)
        end = at + 255 * DC_CHUNK;
    while (end - at >= DC_CHUNK &&
           tally_chunk(&tally, dc_chunk_load(at), dc_chunk_load(at - 1)))
        at += DC_CHUNK;
    if (at == start)
        return at;
    n->characters += (uint32_t)(at - start);
    n->letters += dc_chunk_sum(tally.letters);
    n->upper += dc_chunk_sum(tally.uppers);
    n->words += dc_chunk_sum(tally.words);
    n->capitalised += dc_chunk_sum(tally.capitals);
    n->marks += dc_chunk_sum(tally.marks);
    n->commas += dc_chunk_sum(tally.commas);
    n->sentences += dc_chunk_sum(tally.sentences);
    scan->previous = (unsigned char)at[-1];
    scan->word = 0;
    for (const char *c = at; of_ascii[(unsigned char)c[-1]] & IN(WORD); c--)
        scan->word++;
    return at;
}

/* Counts at most 255 ASCII characters; returns where they end.  Where words
 * begin and end nobody can foresee: no branch here asks for it. */
static const char *count_ascii(struct counts *n, struct scan *scan,
                               const char *at, const char *end) {
    const char *start = at;
    uint64_t sums = 0;
    uint32_t word = scan->word, longest = scan->longest;
    uint32_t words = 0, capitalised = 0, sentences = 0;
    uint32_t stop = is_stop(scan->previous);
    for (; at < end && (unsigned char)*at < 128; at++) {
        uint64_t is = of_ascii[(unsigned char)*at];
        uint32_t starts = in_lane(is, WORD) & (word == 0);
        sums += is;
        words += starts;
        capitalised += starts & in_lane(is, UPPER);
        sentences += stop & (is == 0);
        stop = in_lane(is, STOP);
        word = (word + 1) & (0 - in_lane(is, WORD));
        longest = word > longest ? word : longest;
        if (in_lane(is, DIGIT) | scan->run)
            count_digits(n, scan, (unsigned char)*at, in_lane(is, DIGIT));
    }
    n->words += words;
    n->capitalised += capitalised;
    n->sentences += sentences;
    n->characters += (uint32_t)(at - start);
    n->letters += in_lane(sums, LETTER);
    n->upper += in_lane(sums, UPPER);
    n->digits += in_lane(sums, DIGIT);
    n->commas += in_lane(sums, COMMA);
    n->marks += in_lane(sums, MARK);
    if (in_lane(sums, RARE))
        find_rare(n, start, (size_t)(at - start));
    scan->word = word;
    scan->longest = longest;
    scan->previous = (unsigned char)at[-1];
    return at;
}

/* Counts a run of ASCII characters, most of most texts; returns its end. */
static const char *count_run(struct counts *n, struct scan *scan,
                             const char *at, const char *end) {
    ptrdiff_t alone = 1; /* characters to go one by one */
    while (at < end && (unsigned char)*at < 128) {
        bool more = end - at >= alone + DC_CHUNK;
        const char *some = end - at > 255 ? at + 255 : end;
        at = count_ascii(n, scan, at, more ? at + alone : some);
        const char *chunks = at;
        if (more && !scan->run && scan->word < LONG_WORD - DC_CHUNK)
            at = count_chunks(n, scan, at, end);
        alone = at == chunks ? DC_CHUNK : 1;
    }
    return at;
}

static void count_wide(struct counts *n, struct scan *scan, uint32_t c) {
    unsigned class = dc_class_wide(c);
    bool cjk = class & DC_CLASS_CJK;
    n->characters++;
    n->wide++;
    n->sentences += is_stop(scan->previous) && (class & DC_CLASS_SPACE);
    if (class & DC_CLASS_DIGIT || scan->run)
        count_digits(n, scan, c, class & DC_CLASS_DIGIT);
    n->digits += (class & DC_CLASS_DIGIT) != 0;
    n->letters += (class & DC_CLASS_LETTER) != 0;
    n->upper += (class & DC_CLASS_UPPER) != 0;
    n->capitalised += (class & DC_CLASS_UPPER) && scan->word == 0;
    if (class & DC_CLASS_WORD) {
        n->words += scan->word == 0 || cjk;
        scan->word++;
        if (!cjk && scan->word > scan->longest)
            scan->longest = scan->word;
    } else {
        scan->word = 0;
        if (!(class & DC_CLASS_SPACE)) {
            count_mark(n, c);
            n->sentences += is_wide_stop(c);
        }
    }
    scan->previous = c;
}

static void count(struct counts *n, struct dc_text text) {
    const char *at = text.bytes, *end = at + text.length;
    struct scan scan = {0};
    if (at < end) {
        const char *first = at;
        n->first = dc_utf8_next(&first);
    }
    while (at < end) {
        if ((unsigned char)*at < 128)
            at = count_run(n, &scan, at, end);
        else
            count_wide(n, &scan, dc_utf8_next(&at));
    }
    if (scan.run)
        find_date(n, scan.run, scan.value, scan.mark, scan.run_before);
    n->sentences += is_stop(scan.previous);
    n->long_word = scan.longest > LONG_WORD;
    n->last = scan.previous;
}

static float at_most(float value, float limit) {
    return value < limit ? value : limit;
}

#define SET(name, value) row[DC_FEATURE_text_##name] = (float)(value)

static void set_ends(const struct counts *n, float *row) {
    uint32_t last = n->last;
    SET(ends_sentence, is_stop(last) || is_wide_stop(last));
    SET(ends_colon, last == ':' || last == 0xFF1A);
    SET(ends_word, (dc_class(last) & (DC_CLASS_LETTER | DC_CLASS_DIGIT)) != 0);
    SET(ends_more, last == 0x2026 || last == 0xBB || last == 0x203A ||
                       last == 0x2192 || last == '>');
    SET(starts_upper, (dc_class(n->first) & DC_CLASS_UPPER) != 0);
    SET(starts_digit, (dc_class(n->first) & DC_CLASS_DIGIT) != 0);
}

void dc_text_row(const struct dc_features *features, uint32_t block,
                 float *row) {
    const struct dc_block *b = &features->page->blocks[block];
    struct counts n = {0};
    count(&n, dc_block_text(features->page, block));
    uint32_t read = b->words < DC_WORDS_READ ? b->words : DC_WORDS_READ;
    SET(chars, dc_log1(b->chars));
    SET(words, dc_log1(b->words));
    SET(letters_per_word,
        at_most(dc_share(n.letters, n.words) / 20, LETTERS_MAX));
    SET(link_density, dc_share(b->link_chars, b->chars));
    SET(links, dc_log1(b->links));
    SET(commas_per_word, at_most(dc_share(n.commas, n.words), 1));
    SET(commas, dc_log1(n.commas));
    SET(sentences, dc_log1(n.sentences));
    SET(upper_share, dc_share(n.upper, n.letters));
    SET(digit_share, dc_share(n.digits, n.characters));
    SET(capitalised_share, dc_share(n.capitalised, n.words));
    SET(has_bar, n.bar);
    SET(has_copyright, n.copyright);
    SET(has_currency, n.currency);
    SET(has_at, n.at_sign);
    SET(has_date, n.date);
    SET(non_ascii_share, dc_share(n.wide, n.characters));
    SET(emphasis_share, dc_share(b->emphasis_chars, b->chars));
    SET(images_before, dc_log1(b->images));
    SET(controls_before, dc_log1(b->controls));
    SET(breaks, dc_log1(b->breaks));
    SET(distinct_share, dc_share(features->layout->distinct[block], read));
    SET(is_prose, b->chars >= PROSE_CHARS && b->link_chars * 10 < b->chars * 3);
    SET(punctuation_share, dc_share(n.marks, n.characters));
    SET(has_long_word, n.long_word);
    SET(text_per_link,
        at_most(dc_share(b->chars - b->link_chars, (1 + b->links) * 100.0),
                TEXT_PER_LINK_MAX));
    set_ends(&n, row);
}
