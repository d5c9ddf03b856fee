/* featurize_text.c: the text_ features of a block, from its own characters.
 *
 * One pass over the block's text counts classes of characters; the counts
 * become shares and logarithms, so a tweet and a chapter stay comparable.
 * Nothing here knows a language: no stop words, and the marks of sentences
 * and clauses are those of all scripts.
 */
#include "featurize.h"

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
    return c == ',' || c == 0x3001 || c == 0xFF0C || c == 0x060C || c == ';' ||
           c == 0xFF1B;
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
    return c == '$' || (c >= 0xA2 && c <= 0xA5) ||
           (c >= 0x20A0 && c <= 0x20BF) || c == 0xFFE5;
}

static void count_mark(struct counts *n, uint32_t c) {
    n->marks++;
    n->commas += is_comma(c);
    n->bar |= c == '|' || c == 0xB7 || c == 0x2022;
    n->copyright |= c == 0xA9;
    n->currency |= is_currency(c);
    n->at_sign |= c == '@';
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

/* Counts a run of small ASCII letters, `word` letters into a word: most of
 * most texts.  Returns its end. */
static const char *count_small(struct counts *n, const char *at,
                               const char *end, uint32_t *word) {
    const char *start = at;
    while (at < end && (unsigned char)(*at - 'a') < 26)
        at++;
    uint32_t length = (uint32_t)(at - start);
    n->characters += length;
    n->letters += length;
    n->words += *word == 0;
    *word += length;
    n->long_word |= *word > LONG_WORD;
    return at;
}

static void count(struct counts *n, struct dc_text text) {
    const char *at = text.bytes, *end = at + text.length;
    uint32_t word = 0, run = 0, value = 0, run_before = 0, mark = 0;
    uint32_t previous = 0;
    if (at < end) {
        const char *first = at;
        n->first = dc_utf8_next(&first);
    }
    while (at < end) {
        if (!run && (unsigned char)(*at - 'a') < 26) {
            at = count_small(n, at, end, &word);
            previous = (unsigned char)at[-1];
            continue;
        }
        uint32_t c = dc_utf8_next(&at);
        unsigned class = dc_class(c);
        n->characters++;
        n->wide += c >= 128;
        if (is_stop(previous) && (class & DC_CLASS_SPACE))
            n->sentences++;
        if (class & DC_CLASS_DIGIT) {
            value = run < 6 ? value * 10 + (c & 15) % 10 : value;
            run++;
            n->digits++;
        } else if (run) {
            find_date(n, run, value, mark, run_before);
            run_before = run;
            mark = c;
            run = value = 0;
        }
        n->letters += (class & DC_CLASS_LETTER) != 0;
        if (class & DC_CLASS_UPPER) {
            n->upper++;
            n->capitalised += word == 0;
        }
        if (class & DC_CLASS_WORD) {
            n->words += word == 0 || (class & DC_CLASS_CJK);
            n->long_word |= ++word > LONG_WORD && !(class & DC_CLASS_CJK);
        } else {
            word = 0;
            if (!(class & DC_CLASS_SPACE)) {
                count_mark(n, c);
                n->sentences += is_wide_stop(c);
            }
        }
        previous = c;
    }
    if (run)
        find_date(n, run, value, mark, run_before);
    n->sentences += is_stop(previous);
    n->last = previous;
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
