/* featurize_vocabulary.c: a first guess at content -> what the page's words
 * say of its blocks.
 *
 * A text uses its words again; what stands around it uses others.  For every
 * word that several blocks of the page share, the guess at those blocks tells
 * how much more often than others it stands in content, and the words of a
 * block together how well it fits in (naive Bayes, learned on the one page it
 * is used on).  A block has no say about itself.  That works in any language,
 * and where the mark-up says nothing.
 *
 * Words are counted once a block, of the first DC_WORDS_READ.  What the guess
 * is needed for is summed over the words that are shared, which are listed
 * once: a page costs linear time.
 */
#include "featurize.h"
#include "map.h"

/* A word in at most this many other blocks is rare: it has a subject. */
enum { RARE = 8 };

static const float RATIO_MAX = 999, SUM_MAX = 10;

struct dc_vocabulary {
    const struct dc_layout *layout;
    uint32_t *starts;  /* block count + 1: where its words stand in `shared` */
    uint32_t *shared;  /* numbers of words that another block has too */
    uint32_t *holders; /* one a word: blocks that have it */
    float *content;    /* one a word: sum of p over these */
    float *rows;       /* one a block: its features */
    uint32_t words;    /* distinct words of the page */
    uint32_t fresh;    /* sum of distinct words over the blocks */
};

enum { COUNT = DC_FEATURE_vocabulary_sum - DC_FEATURE_vocabulary_mean + 1 };

/* Numbers the distinct words of every block, and counts their holders. */
static bool number_words(struct dc_vocabulary *v, struct dc_arena *arena) {
    const struct dc_layout *layout = v->layout;
    size_t blocks = layout->page->block_count;
    struct dc_map map;
    if (!dc_map_init(&map, arena, layout->words_before[blocks]))
        return false;
    for (size_t b = 0; b < blocks; b++) {
        const uint32_t *words = layout->word_hash + layout->words_before[b];
        const bool *fresh = layout->word_is_new + layout->words_before[b];
        uint32_t count = layout->page->blocks[b].words;
        count = count < DC_WORDS_READ ? count : DC_WORDS_READ;
        v->starts[b] = v->fresh;
        for (uint32_t i = 0; i < count; i++) {
            if (!fresh[i])
                continue;
            uint32_t known = map.count;
            uint32_t number = dc_map_number(&map, words[i]);
            v->holders[number] = number == known ? 1 : v->holders[number] + 1;
            v->shared[v->fresh++] = number;
        }
    }
    v->starts[blocks] = v->fresh;
    v->words = map.count;
    return true;
}

/* Leaves the words out that no other block has. */
static void keep_shared(struct dc_vocabulary *v) {
    size_t blocks = v->layout->page->block_count;
    uint32_t kept = 0, first = 0;
    for (size_t b = 0; b < blocks; b++) {
        uint32_t end = v->starts[b + 1];
        v->starts[b] = kept;
        for (uint32_t i = first; i < end; i++) {
            v->shared[kept] = v->shared[i];
            kept += v->holders[v->shared[i]] > 1;
        }
        first = end;
    }
    v->starts[blocks] = kept;
}

struct dc_vocabulary *dc_vocabulary_new(const struct dc_layout *layout,
                                        struct dc_arena *arena) {
    struct dc_vocabulary *v = dc_arena_zero(arena, 1, sizeof *v);
    size_t blocks = layout->page->block_count;
    size_t words = layout->words_before[blocks];
    if (!v)
        return NULL;
    v->layout = layout;
    v->starts = dc_arena_alloc(arena, blocks + 1, sizeof *v->starts);
    v->shared = dc_arena_alloc(arena, words, sizeof *v->shared);
    v->holders = dc_arena_alloc(arena, words, sizeof *v->holders);
    v->content = dc_arena_alloc(arena, words, sizeof *v->content);
    v->rows = dc_arena_alloc(arena, blocks, COUNT * sizeof *v->rows);
    if (arena->failed || !number_words(v, arena))
        return NULL;
    keep_shared(v);
    return v;
}

static float clip(float x, float low, float high) {
    return x < low ? low : x > high ? high : x;
}

/* The features of a block, whose own guess is p; `base` is the log-odds of the
 * prior. */
static void fill_row(const struct dc_vocabulary *v, size_t block, float p,
                     float prior, float base, float *row) {
    uint32_t first = v->starts[block], end = v->starts[block + 1];
    float sum = 0, rare_sum = 0, rare = 0;
    for (uint32_t i = first; i < end; i++) {
        uint32_t number = v->shared[i];
        float others = (float)(v->holders[number] - 1);
        float inside = clip(v->content[number] - p, 0, others);
        float ratio = (inside + prior) / (others - inside + 1 - prior);
        float odds = dc_log(clip(ratio, 1 / RATIO_MAX, RATIO_MAX)) - base;
        float is_rare = others <= RARE ? 1 : 0;
        sum += odds;
        rare_sum += is_rare * odds;
        rare += is_rare;
    }
    float known = (float)(end - first);
    row[0] = sum / (known + 1);
    row[1] = rare_sum / (rare + 1);
    row[2] = dc_share(known, v->layout->distinct[block]);
    row[3] = clip(rare_sum, -SUM_MAX, SUM_MAX);
}

void dc_vocabulary_learn(struct dc_vocabulary *v, const float *p) {
    size_t blocks = v->layout->page->block_count;
    double inside = 0;
    memset(v->content, 0, v->words * sizeof *v->content);
    for (size_t b = 0; b < blocks; b++) {
        inside += (double)p[b] * v->layout->distinct[b];
        for (uint32_t i = v->starts[b]; i < v->starts[b + 1]; i++)
            v->content[v->shared[i]] += p[b];
    }
    float prior = (float)((inside + 0.5) / (v->fresh + 1.0));
    prior = clip(prior, 1 / RATIO_MAX, 1 - 1 / RATIO_MAX);
    float base = dc_log(prior / (1 - prior));
    for (size_t b = 0; b < blocks; b++)
        fill_row(v, b, p[b], prior, base, v->rows + b * COUNT);
}

void dc_vocabulary_row(const struct dc_vocabulary *v, uint32_t block,
                       float *row) {
    memcpy(row + DC_FEATURE_vocabulary_mean, v->rows + (size_t)block * COUNT,
           COUNT * sizeof *row);
}
