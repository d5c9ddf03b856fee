/* score.c: one page's output against its gold.
 *
 * In: what the annotator wrote, and what came out.  Out: counts.  Every text
 * metric starts from the same words (dc_word_next, one word a CJK character),
 * reduced to 64-bit hashes: a bag of words is then a sorted array, and
 * comparing two bags one merge.  With 64 bits a page of a million words has a
 * chance of about 1e-7 of a single collision, far below what shows in a
 * score.  Word metrics ignore case; shingles keep it, and snippets are
 * compared as strings with white space collapsed: each as the evaluation it
 * comes from does, so that numbers can be set beside published ones.
 */
#include "score.h"

#include <stdlib.h>
#include <string.h>

#include "align.h"
#include "utf8.h"

enum { SHINGLE_WORDS = 4 };

/* The words of a text, in order. */
struct words {
    uint64_t *lowered; /* hashes of the lower-cased words */
    uint64_t *written; /* hashes of the words as they stand */
    size_t count;
};

static uint64_t hash_mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static size_t words_count(const char *text, size_t length) {
    const char *cursor = text, *word;
    size_t word_length, count = 0;
    while (dc_word_next(&cursor, text + length, &word, &word_length))
        count++;
    return count;
}

static bool words_take(const char *text, size_t length, struct words *words) {
    const char *cursor = text, *word;
    size_t word_length, at = 0;
    words->count = words_count(text, length);
    words->lowered = calloc(words->count + 1, sizeof *words->lowered);
    words->written = calloc(words->count + 1, sizeof *words->written);
    if (!words->lowered || !words->written)
        return false;
    while (dc_word_next(&cursor, text + length, &word, &word_length)) {
        uint64_t lowered = 1, written = 1;
        const char *character = word;
        while (character < word + word_length) {
            uint32_t c = dc_utf8_next(&character);
            lowered = hash_mix(lowered, dc_lower(c));
            written = hash_mix(written, c);
        }
        words->lowered[at] = lowered;
        words->written[at++] = written;
    }
    return true;
}

static void words_free(struct words *words) {
    free(words->lowered);
    free(words->written);
}

/* Turns word hashes into shingle hashes in place, and returns how many.  A
 * text shorter than a shingle is one shingle of what there is. */
static size_t shingles_make(uint64_t *hashes, size_t count) {
    size_t width = count < SHINGLE_WORDS ? count : SHINGLE_WORDS;
    if (!count)
        return 0;
    for (size_t i = 0; i + width <= count; i++) {
        uint64_t shingle = width;
        for (size_t k = 0; k < width; k++)
            shingle = hash_mix(shingle, hashes[i + k]);
        hashes[i] = shingle;
    }
    return count - width + 1;
}

static int hash_compare(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Compares two bags of hashes; sorts both. */
static struct dc_counts bags_compare(uint64_t *gold, size_t gold_count,
                                     uint64_t *found, size_t found_count) {
    struct dc_counts counts = {0, 0, 0};
    size_t g = 0, f = 0;
    qsort(gold, gold_count, sizeof *gold, hash_compare);
    qsort(found, found_count, sizeof *found, hash_compare);
    while (g < gold_count && f < found_count) {
        if (gold[g] == found[f]) {
            counts.tp++;
            g++;
            f++;
        } else if (gold[g] < found[f]) {
            g++;
        } else {
            f++;
        }
    }
    counts.fn = (uint32_t)gold_count - counts.tp;
    counts.fp = (uint32_t)found_count - counts.tp;
    return counts;
}

static bool score_words(const char *content, const char *text, size_t length,
                        struct dc_score_page *score) {
    struct words gold = {NULL, NULL, 0}, found = {NULL, NULL, 0};
    bool done = words_take(content, strlen(content), &gold) &&
                words_take(text, length, &found);
    if (done) {
        score->has_text = true;
        score->words =
            bags_compare(gold.lowered, gold.count, found.lowered, found.count);
        size_t gold_shingles = shingles_make(gold.written, gold.count);
        size_t found_shingles = shingles_make(found.written, found.count);
        score->shingles = bags_compare(gold.written, gold_shingles,
                                       found.written, found_shingles);
    }
    words_free(&gold);
    words_free(&found);
    return done;
}

/* A terminated copy with every run of white space (and NUL) one space, none
 * at either end; NULL when out of memory. */
static char *text_collapse(const char *text, size_t length) {
    char *out = malloc(length + 1), *end = out;
    const char *cursor = text;
    bool space = false;
    if (!out)
        return NULL;
    while (cursor < text + length) {
        const char *start = cursor;
        if (dc_class(dc_utf8_next(&cursor)) & DC_CLASS_SPACE) {
            space = end > out;
            continue;
        }
        if (space)
            *end++ = ' ';
        space = false;
        memcpy(end, start, (size_t)(cursor - start));
        end += cursor - start;
    }
    *end = '\0';
    return out;
}

/* Counts the snippets that the collapsed text holds, and those it lacks. */
static bool snippets_find(const char *const *snippets, size_t count,
                          const char *text, uint32_t *present,
                          uint32_t *absent) {
    for (size_t i = 0; i < count; i++) {
        char *snippet = text_collapse(snippets[i], strlen(snippets[i]));
        if (!snippet)
            return false;
        if (*snippet)
            ++*(strstr(text, snippet) ? present : absent);
        free(snippet);
    }
    return true;
}

static bool score_snippets(const struct dc_gold *gold, const char *text,
                           size_t length, struct dc_score_page *score) {
    char *collapsed = text_collapse(text, length);
    if (!collapsed)
        return false;
    bool done =
        snippets_find((const char *const *)gold->with, gold->with_count,
                      collapsed, &score->snippets.tp, &score->snippets.fn) &&
        snippets_find((const char *const *)gold->without, gold->without_count,
                      collapsed, &score->snippets.fp, &score->snippets_tn);
    score->has_snippets = true;
    free(collapsed);
    return done;
}

bool dc_score_text(const struct dc_gold *gold, const char *text, size_t length,
                   struct dc_score_page *score) {
    memset(score, 0, sizeof *score);
    if (gold->content && !score_words(gold->content, text, length, score))
        return false;
    if (gold->with_count || gold->without_count)
        return score_snippets(gold, text, length, score);
    return true;
}

void dc_score_confusion(const uint32_t *gold,
                        const struct declutter_block *blocks, size_t count,
                        struct dc_score_page *score) {
    for (size_t i = 0; i < count; i++) {
        if (gold[i] >= DC_LABELS_MAX || blocks[i].label >= DC_LABELS_MAX)
            continue;
        score->has_labels = true;
        score->confusion[gold[i]][blocks[i].label] += blocks[i].words;
    }
}

bool dc_score_labels(const struct dc_gold *gold,
                     const struct declutter_page *page,
                     const struct declutter_model *model,
                     struct dc_score_page *score) {
    const char *names[DC_LABELS_MAX];
    size_t label_count, block_count;
    if (!gold->label_count && !gold->marked_up && !gold->run_count)
        return true;
    if (!model)
        model = declutter_model_default();
    label_count = declutter_model_label_count(model);
    for (size_t i = 0; i < label_count; i++)
        names[i] = declutter_model_label_name(model, (uint32_t)i);
    const struct declutter_block *blocks =
        declutter_page_blocks(page, &block_count);
    uint32_t *labels = calloc(block_count + 1, sizeof *labels);
    bool done = labels &&
                dc_align_labels(&page->page, gold, names, label_count, labels);
    if (done)
        dc_score_confusion(labels, blocks, block_count, score);
    free(labels);
    return done;
}
