/* context.c: a guess at every block -> sums of it over all that a block may
 * stand in.
 *
 * A block is content when its surroundings are: the same first guess, summed
 * over neighbours, enclosing elements, records of the same list and blocks of
 * the same path, brings as much as all other features together.  Expected F1
 * (of taking an element whole, of the best cut by score) tells how good a
 * candidate for the page's main text is.
 *
 * Sums over blocks are prefix sums; a page costs linear time.  All labels are
 * summed in one pass, side by side: where a sum is found and by how many words
 * it is divided is the same for all of them.  context_row.c reads the sums.
 */
#include "context.h"

#include <math.h>
#include <string.h>

enum { STEPS = 4096, SURE_WORDS = 5 };

static const float SURE = 0.7f, LOWEST = -4, CLIP = 0.001f;

static float clip(float p) {
    return p < CLIP ? CLIP : p > 1 - CLIP ? 1 - CLIP : p;
}

float dc_log_odds(float p) {
    p = clip(p);
    return logf(p / (1 - p));
}

bool dc_order_blocks(struct dc_arena *arena, const float *s, size_t stride,
                     uint32_t count, uint32_t *order) {
    uint32_t *starts = dc_arena_zero(arena, STEPS + 1, sizeof *starts);
    uint16_t *steps = dc_arena_alloc(arena, count, sizeof *steps);
    if (!starts || !steps)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        float place = (7 - s[i * stride]) * (STEPS / 14.0f);
        int step = place < 0 ? 0 : place > STEPS - 1 ? STEPS - 1 : (int)place;
        steps[i] = (uint16_t)step;
        starts[step + 1]++;
    }
    for (uint32_t i = 0; i < STEPS; i++)
        starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < count; i++)
        order[starts[steps[i]]++] = i;
    return true;
}

static double weight(const struct dc_context *c, uint32_t block) {
    return c->layout->page->blocks[block].words;
}

static void sum_blocks(struct dc_context *c, const float *p) {
    size_t count = c->layout->page->block_count, stride = c->stride;
    double sums[DC_LABELS_MAX] = {0}, words = 0, entropy = 0;
    c->maximum = LOWEST;
    for (size_t i = 0; i < count; i++) {
        double w = weight(c, (uint32_t)i);
        for (uint32_t l = 0; l < c->labels; l++) {
            float q = clip(p[l * count + i]);
            c->p[i * stride + l] = q;
            c->s[i * stride + l] = logf(q / (1 - q));
            c->weighted[i * stride + l] = sums[l];
            sums[l] += q * w;
        }
        c->words[i] = words;
        words += w;
        float q = c->p[i * stride], s = c->s[i * stride];
        entropy += w * (4.0 * q * (1 - q)); /* as curved as entropy */
        c->maximum = s > c->maximum ? s : c->maximum;
    }
    c->words[count] = words;
    for (uint32_t l = 0; l < c->labels; l++) {
        c->weighted[count * stride + l] = sums[l];
        c->page[l] = (float)dc_shrunk_mean(sums[l], words);
    }
    c->total = sums[0];
    c->entropy = dc_share(entropy, words);
}

static void sum_siblings(struct dc_context *c) {
    const struct dc_layout *layout = c->layout;
    const struct dc_page *page = layout->page;
    size_t stride = c->stride;
    for (size_t i = 0; i < page->node_count; i++) {
        uint32_t group = layout->siblings[i];
        const struct dc_node *node = &page->nodes[i];
        if (group == DC_NONE)
            continue;
        const double *after = c->weighted + node->block_end * stride;
        const double *before = c->weighted + node->first_block * stride;
        for (uint32_t l = 0; l < c->labels; l++)
            c->siblings[group * stride + l] += (float)(after[l] - before[l]);
        c->sibling_words[group] +=
            (float)(c->words[node->block_end] - c->words[node->first_block]);
    }
}

static void sum_paths(struct dc_context *c) {
    const struct dc_layout *layout = c->layout;
    size_t stride = c->stride;
    for (size_t i = 0; i < layout->tag_group_count; i++)
        c->tag_max[i] = -8;
    for (size_t i = 0; i < layout->class_group_count; i++)
        c->class_max[i] = -8;
    for (uint32_t i = 0; i < layout->page->block_count; i++) {
        uint32_t tag = layout->tag_group[i], class = layout->class_group[i];
        float w = (float)weight(c, i), s = c->s[i * stride];
        const float *p = c->p + i * stride;
        for (uint32_t l = 0; l < c->labels; l++) {
            c->tags[tag * stride + l] += p[l] * w;
            c->classes[class * stride + l] += p[l] * w;
        }
        c->tag_words[tag] += w;
        c->class_words[class] += w;
        c->tag_max[tag] = s > c->tag_max[tag] ? s : c->tag_max[tag];
        c->class_max[class] = s > c->class_max[class] ? s : c->class_max[class];
    }
}

static void find_best_node(struct dc_context *c) {
    const struct dc_page *page = c->layout->page;
    size_t stride = c->stride;
    c->best_f1 = 1e-9;
    for (uint32_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        if (!dc_node_blocks(node))
            continue;
        double value = dc_expected_f1(
            c->weighted[node->block_end * stride] -
                c->weighted[node->first_block * stride],
            c->words[node->block_end] - c->words[node->first_block], c->total);
        if (value > c->best_f1) {
            c->best_f1 = value;
            c->best = i;
        }
    }
}

static bool is_sure(const struct dc_context *c, uint32_t block) {
    return c->p[block * (size_t)c->stride] > SURE &&
           c->layout->page->blocks[block].words >= SURE_WORDS;
}

static void find_sure(struct dc_context *c) {
    uint32_t count = (uint32_t)c->layout->page->block_count;
    uint32_t far = 300, distance = far;
    for (uint32_t i = 0; i < count; i++) {
        c->sure_before[i] = distance;
        distance = is_sure(c, i) ? 1 : distance < far ? distance + 1 : far;
    }
    distance = far;
    for (uint32_t i = count; i-- > 0;) {
        c->sure_after[i] = distance;
        distance = is_sure(c, i) ? 1 : distance < far ? distance + 1 : far;
    }
}

/* Ranks by score, the cut of best expected F1, and quantiles by words. */
static bool rank_blocks(struct dc_context *c, struct dc_arena *arena) {
    static const double shares[4] = {0.75, 0.5, 0.25, 0.1};
    uint32_t count = (uint32_t)c->layout->page->block_count;
    size_t stride = c->stride;
    uint32_t *order = dc_arena_alloc(arena, count, sizeof *order);
    if (!order || !dc_order_blocks(arena, c->s, stride, count, order))
        return false;
    double inside = 0, words = 0, all = c->words[count];
    c->cut = 0;
    for (uint32_t r = 0; r < count; r++) {
        uint32_t i = order[r];
        c->rank[i] = r;
        c->word_rank[i] = (uint32_t)words;
        double before = words, w = weight(c, i);
        inside += c->p[i * stride] * w;
        words += w;
        double value = dc_expected_f1(inside, words, c->total);
        if (value > c->cut_f1) {
            c->cut_f1 = value;
            c->cut = c->s[i * stride];
        }
        for (int q = 0; q < 4; q++)
            if (before <= shares[q] * all && words >= shares[q] * all)
                c->quantiles[q] = c->s[i * stride];
    }
    return true;
}

static bool allocate(struct dc_context *c, struct dc_arena *arena) {
    const struct dc_layout *layout = c->layout;
    size_t count = layout->page->block_count, stride = c->stride;
    size_t siblings = layout->sibling_group_count;
    size_t tags = layout->tag_group_count;
    size_t classes = layout->class_group_count;
    c->p = dc_arena_zero(arena, count * stride, sizeof(float));
    c->s = dc_arena_zero(arena, count * stride, sizeof(float));
    c->weighted = dc_arena_zero(arena, (count + 1) * stride, sizeof(double));
    c->words = dc_arena_alloc(arena, count + 1, sizeof(double));
    c->siblings = dc_arena_zero(arena, siblings * stride, sizeof(float));
    c->sibling_words = dc_arena_zero(arena, siblings, sizeof(float));
    c->tags = dc_arena_zero(arena, tags * stride, sizeof(float));
    c->tag_words = dc_arena_zero(arena, tags, sizeof(float));
    c->tag_max = dc_arena_alloc(arena, tags, sizeof(float));
    c->classes = dc_arena_zero(arena, classes * stride, sizeof(float));
    c->class_words = dc_arena_zero(arena, classes, sizeof(float));
    c->class_max = dc_arena_alloc(arena, classes, sizeof(float));
    c->sure_before = dc_arena_alloc(arena, count, sizeof(uint32_t));
    c->sure_after = dc_arena_alloc(arena, count, sizeof(uint32_t));
    c->rank = dc_arena_alloc(arena, count, sizeof(uint32_t));
    c->word_rank = dc_arena_alloc(arena, count, sizeof(uint32_t));
    return !arena->failed;
}

struct dc_context *dc_context_new(const struct dc_layout *layout,
                                  struct dc_arena *arena, const float *p,
                                  uint32_t labels) {
    struct dc_context *c = dc_arena_zero(arena, 1, sizeof *c);
    if (!c)
        return NULL;
    c->layout = layout;
    c->labels = labels;
    c->stride = (labels + 1) & ~UINT32_C(1);
    if (!allocate(c, arena))
        return NULL;
    sum_blocks(c, p);
    sum_siblings(c);
    sum_paths(c);
    find_best_node(c);
    find_sure(c);
    return rank_blocks(c, arena) ? c : NULL;
}
