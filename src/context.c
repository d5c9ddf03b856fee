/* context.c: a guess at every block -> what that guess looks like around each.
 *
 * A block is content when its surroundings are: the same first guess, summed
 * over neighbours, enclosing elements, records of the same list and blocks of
 * the same path, brings as much as all other features together.  Expected F1
 * (of taking an element whole, of the best cut by score) tells how good a
 * candidate for the page's main text is.
 *
 * All means are weighted by words and shrunk towards 1/3, so a neighbourhood
 * of few words says little.  Sums over blocks are prefix sums; a page costs
 * linear time.
 */
#include "context.h"

#include <math.h>
#include <string.h>

enum { STEPS = 4096, AROUND = 5, AROUND_F1 = 3, SURE_WORDS = 5 };

static const double SHRINK = 0.15, PRIOR = 0.05;
static const float SURE = 0.7f, OUTSIDE = -4, CLIP = 0.001f;

float dc_log_odds(float p) {
    p = p < CLIP ? CLIP : p > 1 - CLIP ? 1 - CLIP : p;
    return logf(p / (1 - p));
}

static float mean(double sum, double words) {
    return (float)((sum + PRIOR) / (words + SHRINK));
}

static double f1(double inside, double words, double total) {
    return words + total > 0 ? 2 * inside / (words + total) : 0;
}

bool dc_order_blocks(struct dc_arena *arena, const float *s, uint32_t count,
                     uint32_t *order) {
    uint32_t *starts = dc_arena_zero(arena, STEPS + 1, sizeof *starts);
    uint16_t *steps = dc_arena_alloc(arena, count, sizeof *steps);
    if (!starts || !steps)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        float place = (7 - s[i]) * (STEPS / 14.0f);
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

/* Words a block stands for; one without any still counts a little. */
static double weight(const struct dc_layout *layout, uint32_t block) {
    return layout->page->blocks[block].words;
}

static void sum_blocks(struct dc_context *c, const float *p) {
    uint32_t count = (uint32_t)c->layout->page->block_count;
    double weighted = 0, words = 0, entropy = 0;
    c->maximum = OUTSIDE;
    for (uint32_t i = 0; i < count; i++) {
        float q = p[i] < CLIP ? CLIP : p[i] > 1 - CLIP ? 1 - CLIP : p[i];
        double w = weight(c->layout, i);
        c->p[i] = q;
        c->s[i] = dc_log_odds(q);
        c->weighted[i] = weighted;
        c->words[i] = words;
        weighted += q * w;
        words += w;
        entropy += w * (4.0 * q * (1 - q)); /* as curved as entropy */
        c->maximum = c->s[i] > c->maximum ? c->s[i] : c->maximum;
    }
    c->weighted[count] = weighted;
    c->words[count] = words;
    c->total = weighted;
    c->entropy = dc_share(entropy, words);
}

static void sum_groups(struct dc_context *c) {
    const struct dc_layout *layout = c->layout;
    const struct dc_page *page = layout->page;
    for (size_t i = 0; i < page->node_count; i++) {
        uint32_t group = layout->siblings[i];
        const struct dc_node *node = &page->nodes[i];
        if (group == DC_NONE)
            continue;
        c->siblings[group] += (float)(c->weighted[node->block_end] -
                                      c->weighted[node->first_block]);
        c->sibling_words[group] +=
            (float)(c->words[node->block_end] - c->words[node->first_block]);
    }
    for (size_t i = 0; i < layout->tag_group_count; i++)
        c->tag_max[i] = -8;
    for (size_t i = 0; i < layout->class_group_count; i++)
        c->class_max[i] = -8;
    for (uint32_t i = 0; i < page->block_count; i++) {
        uint32_t tag = layout->tag_group[i], class = layout->class_group[i];
        float w = (float)weight(layout, i), pw = c->p[i] * w, s = c->s[i];
        c->tags[tag] += pw;
        c->tag_words[tag] += w;
        c->classes[class] += pw;
        c->class_words[class] += w;
        c->tag_max[tag] = s > c->tag_max[tag] ? s : c->tag_max[tag];
        c->class_max[class] = s > c->class_max[class] ? s : c->class_max[class];
    }
}

static void find_best_node(struct dc_context *c) {
    const struct dc_page *page = c->layout->page;
    c->best_f1 = 1e-9;
    for (uint32_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        if (!dc_node_blocks(node))
            continue;
        double value = f1(
            c->weighted[node->block_end] - c->weighted[node->first_block],
            c->words[node->block_end] - c->words[node->first_block], c->total);
        if (value > c->best_f1) {
            c->best_f1 = value;
            c->best = i;
        }
    }
}

static void find_sure(struct dc_context *c) {
    const struct dc_page *page = c->layout->page;
    uint32_t count = (uint32_t)page->block_count, far = 300, distance = far;
    for (uint32_t i = 0; i < count; i++) {
        c->sure_before[i] = distance;
        bool sure = c->p[i] > SURE && page->blocks[i].words >= SURE_WORDS;
        distance = sure ? 1 : distance < far ? distance + 1 : far;
    }
    distance = far;
    for (uint32_t i = count; i-- > 0;) {
        c->sure_after[i] = distance;
        bool sure = c->p[i] > SURE && page->blocks[i].words >= SURE_WORDS;
        distance = sure ? 1 : distance < far ? distance + 1 : far;
    }
}

/* Ranks by score, the cut of best expected F1, and quantiles by words. */
static bool rank_blocks(struct dc_context *c, struct dc_arena *arena) {
    static const double shares[4] = {0.75, 0.5, 0.25, 0.1};
    uint32_t count = (uint32_t)c->layout->page->block_count;
    uint32_t *order = dc_arena_alloc(arena, count, sizeof *order);
    c->rank = dc_arena_alloc(arena, count, sizeof(uint32_t));
    c->word_rank = dc_arena_alloc(arena, count, sizeof(uint32_t));
    if (!order || !c->rank || !c->word_rank ||
        !dc_order_blocks(arena, c->s, count, order))
        return false;
    double inside = 0, words = 0, all = c->words[count];
    c->cut = 0;
    for (uint32_t r = 0; r < count; r++) {
        uint32_t i = order[r];
        c->rank[i] = r;
        c->word_rank[i] = (uint32_t)words;
        double before = words, w = weight(c->layout, i);
        inside += c->p[i] * w;
        words += w;
        double value = f1(inside, words, c->total);
        if (value > c->cut_f1) {
            c->cut_f1 = value;
            c->cut = c->s[i];
        }
        for (int q = 0; q < 4; q++)
            if (before <= shares[q] * all && words >= shares[q] * all)
                c->quantiles[q] = c->s[i];
    }
    return true;
}

struct dc_context *dc_context_new(const struct dc_layout *layout,
                                  struct dc_arena *arena, const float *p,
                                  bool full) {
    struct dc_context *c = dc_arena_zero(arena, 1, sizeof *c);
    size_t count = layout->page->block_count;
    size_t tags = layout->tag_group_count;
    size_t classes = layout->class_group_count;
    size_t siblings = layout->sibling_group_count;
    if (!c)
        return NULL;
    c->layout = layout;
    c->p = dc_arena_alloc(arena, count, sizeof(float));
    c->s = dc_arena_alloc(arena, count, sizeof(float));
    c->weighted = dc_arena_alloc(arena, count + 1, sizeof(double));
    c->words = dc_arena_alloc(arena, count + 1, sizeof(double));
    c->siblings = dc_arena_zero(arena, siblings, sizeof(float));
    c->sibling_words = dc_arena_zero(arena, siblings, sizeof(float));
    c->tags = dc_arena_zero(arena, tags, sizeof(float));
    c->tag_words = dc_arena_zero(arena, tags, sizeof(float));
    c->tag_max = dc_arena_zero(arena, tags, sizeof(float));
    c->classes = dc_arena_zero(arena, classes, sizeof(float));
    c->class_words = dc_arena_zero(arena, classes, sizeof(float));
    c->class_max = dc_arena_zero(arena, classes, sizeof(float));
    c->sure_before = dc_arena_alloc(arena, count, sizeof(uint32_t));
    c->sure_after = dc_arena_alloc(arena, count, sizeof(uint32_t));
    if (arena->failed)
        return NULL;
    sum_blocks(c, p);
    sum_groups(c);
    if (!full)
        return c;
    find_best_node(c);
    find_sure(c);
    return rank_blocks(c, arena) ? c : NULL;
}

/* Mean over blocks [first, end), without block `own` if it lies there. */
static float mean_range(const struct dc_context *c, long first, long end,
                        long own) {
    long count = (long)c->layout->page->block_count;
    first = first < 0 ? 0 : first;
    end = end > count ? count : end;
    if (first >= end)
        return mean(0, 0);
    double sum = c->weighted[end] - c->weighted[first];
    double words = c->words[end] - c->words[first];
    if (own >= first && own < end) {
        double w = weight(c->layout, (uint32_t)own);
        sum -= c->p[own] * w;
        words -= w;
    }
    return mean(sum > 0 ? sum : 0, words > 0 ? words : 0);
}

static float score_at(const struct dc_context *c, long block) {
    bool inside = block >= 0 && block < (long)c->layout->page->block_count;
    return inside ? c->s[block] : OUTSIDE;
}

/* First enclosing element that holds more than the block. */
static uint32_t first_around(const struct dc_layout *layout, uint32_t block) {
    uint32_t node = layout->page->blocks[block].node;
    if (dc_node_blocks(&layout->page->nodes[node]) <= 1 &&
        layout->wider[node] != DC_NONE)
        node = layout->wider[node];
    return node;
}

#define AT(name) out[DC_FEATURE_context_##name - DC_FEATURE_context_guess]

static void set_around(const struct dc_context *c, uint32_t block, float *out) {
    const struct dc_layout *layout = c->layout;
    uint32_t number = first_around(layout, block);
    for (int level = 0; level < AROUND; level++) {
        const struct dc_node *node = &layout->page->nodes[number];
        double sum =
            c->weighted[node->block_end] - c->weighted[node->first_block];
        double words = c->words[node->block_end] - c->words[node->first_block];
        float *pair = &AT(around1_mean) + 2 * level;
        pair[0] = mean_range(c, node->first_block, node->block_end, block);
        pair[1] = dc_share(sum, c->total);
        if (level < AROUND_F1)
            (&AT(around1_f1))[level] =
                (float)(f1(sum, words, c->total) / c->best_f1);
        if (layout->wider[number] != DC_NONE)
            number = layout->wider[number];
    }
}

static void set_record(const struct dc_context *c, uint32_t record,
                       float *out) {
    out[0] = mean(0, 0);
    out[1] = 0;
    if (record == DC_NONE)
        return;
    uint32_t group = c->layout->siblings[record];
    out[0] = mean(c->siblings[group], c->sibling_words[group]);
    out[1] = dc_share(c->siblings[group], c->total);
}

static float mean_without(float sum, float words, double p, double w) {
    double rest = sum - p * w, rest_words = words - w;
    return mean(rest > 0 ? rest : 0, rest_words > 0 ? rest_words : 0);
}

static void set_groups(const struct dc_context *c, uint32_t block, float *out) {
    const struct dc_layout *layout = c->layout;
    uint32_t node = layout->page->blocks[block].node;
    uint32_t tag = layout->tag_group[block];
    uint32_t class = layout->class_group[block];
    double p = c->p[block], w = weight(layout, block);
    set_record(c, layout->near_record[node], &AT(near_mean));
    set_record(c, layout->far_record[node], &AT(far_mean));
    AT(tag_mean) = mean_without(c->tags[tag], c->tag_words[tag], p, w);
    AT(tag_max) = c->tag_max[tag];
    AT(tag_share) = dc_share(c->tags[tag], c->total);
    AT(class_mean) =
        mean_without(c->classes[class], c->class_words[class], p, w);
    AT(class_max) = c->class_max[class];
    AT(class_share) = dc_share(c->classes[class], c->total);
}

static void set_window(const struct dc_context *c, uint32_t block, float *out) {
    static const long widths[4] = {2, 5, 12, 30};
    long at = (long)block;
    AT(guess) = c->s[block];
    AT(before3) = score_at(c, at - 3);
    AT(before2) = score_at(c, at - 2);
    AT(before1) = score_at(c, at - 1);
    AT(after1) = score_at(c, at + 1);
    AT(after2) = score_at(c, at + 2);
    AT(after3) = score_at(c, at + 3);
    for (int i = 0; i < 4; i++)
        (&AT(mean2))[i] = mean_range(c, at - widths[i], at + widths[i] + 1, at);
    AT(left3) = mean_range(c, at - 3, at, at);
    AT(right3) = mean_range(c, at + 1, at + 4, at);
    AT(left10) = mean_range(c, at - 10, at, at);
    AT(right10) = mean_range(c, at + 1, at + 11, at);
}

static void set_section(const struct dc_context *c, uint32_t block,
                        float *out) {
    const struct dc_layout *layout = c->layout;
    uint32_t heading = layout->heading[block];
    uint32_t end = layout->section_end[block];
    AT(sure_before) = dc_log1(c->sure_before[block]);
    AT(sure_after) = dc_log1(c->sure_after[block]);
    AT(heading) = heading == DC_NONE ? OUTSIDE : c->s[heading];
    AT(section_rest) = mean_range(c, block + 1L, end, -1);
    AT(section_past) =
        mean_range(c, heading == DC_NONE ? 0 : (long)heading, block, -1);
    AT(cumulated) = dc_share(c->weighted[block], c->total);
}

static void set_page(const struct dc_context *c, uint32_t block, float *out) {
    uint32_t count = (uint32_t)c->layout->page->block_count;
    AT(total) = dc_log1((uint32_t)c->total);
    AT(total_share) = dc_share(c->total, c->words[count]);
    AT(cut_f1) = (float)c->cut_f1;
    AT(cut) = c->cut;
    for (int i = 0; i < 4; i++)
        (&AT(quantile75))[i] = c->quantiles[i];
    AT(maximum) = c->maximum;
    AT(rank) = dc_share(c->rank[block], count);
    AT(word_rank) = dc_share(c->word_rank[block], c->words[count]);
    AT(margin) = c->s[block] - c->cut;
    AT(entropy) = c->entropy;
}

void dc_context_row(const struct dc_context *c, uint32_t block, float *out) {
    const struct dc_node *best = &c->layout->page->nodes[c->best];
    set_window(c, block, out);
    set_around(c, block, out);
    set_groups(c, block, out);
    AT(in_best) = block >= best->first_block && block < best->block_end;
    AT(best_f1) = (float)c->best_f1;
    set_section(c, block, out);
    set_page(c, block, out);
}
#undef AT

#define AT(name) out[DC_FEATURE_view1_##name - DC_FEATURE_view1_guess]

void dc_view_row(const struct dc_context *c, uint32_t block, float *out) {
    const struct dc_layout *layout = c->layout;
    const struct dc_page *page = layout->page;
    long at = (long)block;
    uint32_t number = first_around(layout, block);
    uint32_t record = layout->near_record[page->blocks[block].node];
    uint32_t tag = layout->tag_group[block];
    uint32_t class = layout->class_group[block];
    uint32_t heading = layout->heading[block];
    float group[2];
    AT(guess) = c->s[block];
    AT(before1) = score_at(c, at - 1);
    AT(after1) = score_at(c, at + 1);
    AT(mean3) = mean_range(c, at - 3, at + 4, at);
    AT(mean10) = mean_range(c, at - 10, at + 11, at);
    for (int level = 0; level < 3; level++) {
        const struct dc_node *node = &page->nodes[number];
        (&AT(around1))[level] =
            mean_range(c, node->first_block, node->block_end, at);
        if (layout->wider[number] != DC_NONE)
            number = layout->wider[number];
    }
    set_record(c, record, group);
    AT(near) = group[0];
    AT(tag) = mean(c->tags[tag], c->tag_words[tag]);
    AT(class) = mean(c->classes[class], c->class_words[class]);
    AT(heading) = heading == DC_NONE ? OUTSIDE : c->s[heading];
    AT(rest) = mean_range(c, at + 1, layout->section_end[block], -1);
    AT(page) = mean(c->total, c->words[page->block_count]);
}
