/* check_words.c: is every printed word one of the page's?
 *
 * In: the plain text of a page without links and images, and the page.  Out:
 * abort() at a word the page does not have.  The words a page has are those of
 * its blocks, those of its formulas (TeX stands in no block), and, when the
 * text is taken from JSON-LD, those of that text instead.
 *
 * Two things make a printed word differ from a block's: line numbers inside
 * code are dropped, which joins what stood around them, and brackets around
 * the mark of a footnote, or a formula, part what stood together.  So a word
 * that no block has must at least stand in the blocks' text letter by letter,
 * in order, behind the ones before it.  Numbers of list entries, and those
 * in brackets that refer to footnotes, are the filter's own.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "outline.h"
#include "utf8.h"

/* Words of the page; a hash table, empty slots have no bytes. */
struct words {
    struct dc_text *slots;
    size_t count, mask;
};

typedef void (*visitor)(struct words *words, struct dc_text source);

/* -- Where words may come from ------------------------------------------- */

static bool is_formula_image(const struct dc_page *page, uint32_t node) {
    struct dc_text class = dc_attribute_text(page, node, DC_ATTRIBUTE_class);
    return page->nodes[node].tag == DC_TAG_img && class.length;
}

/* TeX: what is made of MathML (whose commands stand nowhere else),
 * annotations, which are texts inside of <math>, and attributes. */
static void visit_formulas(struct words *words, const struct dc_page *page,
                           visitor visit) {
    bool *in_math = calloc(page->node_count + 1, sizeof *in_math);
    check(in_math != NULL, "(out of memory)");
    for (uint32_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        in_math[i] = node->tag == DC_TAG_math ||
                     (node->parent != DC_NONE && in_math[node->parent]);
        bool display;
        if (node->tag == DC_TAG_math)
            visit(words, dc_math_tex(page, i, &display));
        if (is_formula_image(page, i))
            visit(words, dc_attribute_text(page, i, DC_ATTRIBUTE_alt));
    }
    for (size_t i = 0; i < page->formula_count; i++)
        visit(words, page->formulas[i].tex);
    for (size_t i = 0; i < page->event_count; i++) {
        const struct dc_event *event = &page->events[i];
        struct dc_text text = {page->text + event->offset, event->length};
        if (event->kind == DC_CHARACTERS && in_math[event->node])
            visit(words, text);
    }
    free(in_math);
}

static void visit_sources(struct words *words, const struct dc_page *page,
                          uint32_t keep, visitor visit) {
    if (page->body.length && (keep & 1)) {
        visit(words, page->body);
        return;
    }
    for (size_t i = 0; i < page->block_count; i++)
        visit(words, dc_block_text(page, i));
    visit_formulas(words, page, visit);
}

/* -- The set ------------------------------------------------------------- */

static bool next_word(struct dc_text *rest, struct dc_text *word) {
    const char *at = rest->bytes, *end = rest->bytes, *bytes;
    size_t length;
    if (!rest->length)
        return false;
    end += rest->length;
    if (!dc_word_next(&at, end, &bytes, &length))
        return false;
    *word = (struct dc_text){bytes, (uint32_t)length};
    *rest = (struct dc_text){at, (uint32_t)(end - at)};
    return true;
}

static struct dc_text *find_slot(const struct words *words,
                                 struct dc_text word) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < word.length; i++)
        hash = (hash ^ (unsigned char)word.bytes[i]) * 16777619u;
    size_t slot = (hash ^ hash >> 15) & words->mask;
    while (words->slots[slot].bytes &&
           (words->slots[slot].length != word.length ||
            memcmp(words->slots[slot].bytes, word.bytes, word.length) != 0))
        slot = (slot + 1) & words->mask;
    return &words->slots[slot];
}

static void count_words(struct words *words, struct dc_text source) {
    struct dc_text word;
    while (next_word(&source, &word))
        words->count++;
}

static void add_words(struct words *words, struct dc_text source) {
    struct dc_text word;
    while (next_word(&source, &word))
        *find_slot(words, word) = word;
}

/* -- The check ----------------------------------------------------------- */

/* Markers of list entries, and the blanks before them. */
static size_t marker_length(const char *line, size_t length) {
    size_t at = 0;
    for (;;) {
        size_t stop = at;
        while (stop < length && line[stop] >= '0' && line[stop] <= '9')
            stop++;
        if (stop > at && length - stop >= 2 && !memcmp(line + stop, ". ", 2))
            at = stop + 2;
        else if (stop < length && (line[stop] == ' ' || line[stop] == '-'))
            at = stop + 1;
        else
            return at;
    }
}

static void check_letters(struct dc_text *rest, struct dc_text word) {
    while (word.length && rest->length) {
        if (*rest->bytes == *word.bytes) {
            word.bytes++;
            word.length--;
        }
        rest->bytes++;
        rest->length--;
    }
    check(!word.length, "every word printed stands in the page");
}

/* Is a word of a line the label of a footnote? */
static bool is_label(struct dc_text word, const char *line,
                     const struct dc_text *behind) {
    for (uint32_t i = 0; i < word.length; i++)
        if (word.bytes[i] < '0' || word.bytes[i] > '9')
            return false;
    return word.bytes > line && word.bytes[-1] == '[' && behind->length &&
           *behind->bytes == ']';
}

static void check_line(const struct words *words, struct dc_text line,
                       struct dc_text *rest) {
    const char *start = line.bytes;
    struct dc_text word;
    while (next_word(&line, &word))
        if (!find_slot(words, word)->bytes && !is_label(word, start, &line))
            check_letters(rest, word);
}

void check_words(const struct text *plain, const struct dc_page *page,
                 uint32_t keep) {
    struct words words = {0};
    visit_sources(&words, page, keep ? keep : 1, count_words);
    size_t slots = 1;
    while (slots < words.count * 2 + 2)
        slots *= 2;
    words.mask = slots - 1;
    words.slots = calloc(slots, sizeof *words.slots);
    check(words.slots != NULL, "(out of memory)");
    visit_sources(&words, page, keep ? keep : 1, add_words);
    struct dc_text rest = {page->block_text, (uint32_t)page->block_text_length};
    for (size_t at = 0, length; at < plain->length; at += length + 1) {
        const char *line = plain->bytes + at;
        const char *stop = memchr(line, '\n', plain->length - at);
        length = stop ? (size_t)(stop - line) : plain->length - at;
        size_t marker = marker_length(line, length);
        check_line(&words,
                   (struct dc_text){line + marker, (uint32_t)(length - marker)},
                   &rest);
    }
    free(words.slots);
}
