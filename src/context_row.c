/* context_row.c: sums of a guess -> the context_ and view_ features of a
 * block.
 *
 * Means are weighted by words and shrunk towards 1/3, so a neighbourhood of
 * few words says little.  The content label has the full set of features
 * (context_), each other label some of them (view_).  Means that all labels
 * have are made for two labels at a time.
 */
#include <string.h>

#include "context.h"

enum {
    AROUND = 5,    /* enclosing elements content looks at... */
    AROUND_F1 = 3, /* ...whose expected F1 it is told... */
    AROUND_ALL = 3 /* ...and that all labels look at */
};

static const float OUTSIDE = -4;

/* A block, with what its features are read from. */
struct place {
    const struct dc_context *context;
    uint32_t block, count;     /* of the page */
    double words;              /* of the block */
    double own[DC_LABELS_MAX]; /* p * words of the block, a label */
};

/* Two labels side by side, as GCC and clang spell it. */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));
typedef int64_t pair_mask __attribute__((vector_size(2 * sizeof(int64_t))));

static inline pair load(const double *from) {
    pair two;
    memcpy(&two, from, sizeof two);
    return two;
}

static inline pair positive(pair x) {
    return (pair)((pair_mask)x & (pair_mask)(x > 0));
}

static inline double positive_one(double x) {
    return x > 0 ? x : 0;
}

/* Means of all labels over blocks [first, end), without the block itself where
 * it is said to lie there. */
static inline void means_of(const struct place *place, uint32_t first,
                            uint32_t end, bool holds, double *means) {
    const struct dc_context *c = place->context;
    const double *before = c->weighted + (size_t)first * c->stride;
    const double *after = c->weighted + (size_t)end * c->stride;
    double words = c->words[end] - c->words[first];
    if (holds)
        words = positive_one(words - place->words);
    for (uint32_t l = 0; l < c->stride; l += 2) {
        pair sum = load(after + l) - load(before + l);
        if (holds)
            sum -= load(place->own + l);
        pair mean = (positive(sum) + DC_PRIOR) / (words + DC_SHRINK);
        memcpy(means + l, &mean, sizeof mean);
    }
}

/* The same for content alone. */
static inline float mean_of(const struct place *place, uint32_t first,
                            uint32_t end, bool holds) {
    const struct dc_context *c = place->context;
    double sum = c->weighted[(size_t)end * c->stride] -
                 c->weighted[(size_t)first * c->stride];
    double words = c->words[end] - c->words[first];
    if (holds) {
        sum -= place->own[0];
        words -= place->words;
    }
    return (float)dc_shrunk_mean(positive_one(sum), positive_one(words));
}

/* Blocks `before` and `behind` this one, as far as the page goes. */
static inline uint32_t back(const struct place *place, uint32_t before) {
    return place->block > before ? place->block - before : 0;
}

static inline uint32_t on(const struct place *place, uint32_t behind) {
    return place->count - place->block > behind ? place->block + behind
                                                : place->count;
}

static inline float score_at(const struct place *place, long offset,
                             uint32_t label) {
    const struct dc_context *c = place->context;
    long block = (long)place->block + offset;
    return block >= 0 && block < (long)place->count
               ? c->s[(size_t)block * c->stride + label]
               : OUTSIDE;
}

#define AT(name) row[DC_FEATURE_context_##name]
#define VIEW(l, name) row[DC_FEATURE_view1_##name + ((l)-1) * DC_VIEW_COUNT]

/* Writes a mean of every label but content into its view. */
static inline void set_views(const struct place *place, const double *means,
                             float *view1) {
    for (uint32_t l = 1; l < place->context->labels; l++)
        view1[(l - 1) * DC_VIEW_COUNT] = (float)means[l];
}

static void set_window(const struct place *place, float *row) {
    static const uint32_t widths[4] = {2, 5, 12, 30};
    const struct dc_context *c = place->context;
    uint32_t at = place->block;
    double means[DC_LABELS_MAX];
    AT(guess) = score_at(place, 0, 0);
    AT(before3) = score_at(place, -3, 0);
    AT(before2) = score_at(place, -2, 0);
    AT(before1) = score_at(place, -1, 0);
    AT(after1) = score_at(place, 1, 0);
    AT(after2) = score_at(place, 2, 0);
    AT(after3) = score_at(place, 3, 0);
    for (int i = 0; i < 4; i++)
        (&AT(mean2))[i] = mean_of(place, back(place, widths[i]),
                                  on(place, widths[i] + 1), true);
    AT(left3) = mean_of(place, back(place, 3), at, false);
    AT(right3) = mean_of(place, at + 1, on(place, 4), false);
    AT(left10) = mean_of(place, back(place, 10), at, false);
    AT(right10) = mean_of(place, at + 1, on(place, 11), false);
    for (uint32_t l = 1; l < c->labels; l++) {
        VIEW(l, guess) = score_at(place, 0, l);
        VIEW(l, before1) = score_at(place, -1, l);
        VIEW(l, after1) = score_at(place, 1, l);
        VIEW(l, page) = c->page[l];
    }
    means_of(place, back(place, 3), on(place, 4), true, means);
    set_views(place, means, &VIEW(1, mean3));
    means_of(place, back(place, 10), on(place, 11), true, means);
    set_views(place, means, &VIEW(1, mean10));
}

/* First enclosing element that holds more than the block. */
static uint32_t first_around(const struct dc_layout *layout, uint32_t block) {
    uint32_t node = layout->page->blocks[block].node;
    if (dc_node_blocks(&layout->page->nodes[node]) <= 1 &&
        layout->wider[node] != DC_NONE)
        node = layout->wider[node];
    return node;
}

static void set_around(const struct place *place, float *row) {
    const struct dc_context *c = place->context;
    const struct dc_layout *layout = c->layout;
    uint32_t number = first_around(layout, place->block);
    double means[DC_LABELS_MAX];
    for (int level = 0; level < AROUND; level++) {
        const struct dc_node *node = &layout->page->nodes[number];
        uint32_t first = node->first_block, end = node->block_end;
        double sum = c->weighted[(size_t)end * c->stride] -
                     c->weighted[(size_t)first * c->stride];
        float *out = &AT(around1_mean) + 2 * level;
        if (level < AROUND_ALL) {
            means_of(place, first, end, true, means);
            /* There is a first mean, as every model has "content".
               NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
            out[0] = (float)means[0];
            set_views(place, means, &VIEW(1, around1) + level);
        } else {
            out[0] = mean_of(place, first, end, true);
        }
        out[1] = dc_share(sum, c->total);
        if (level < AROUND_F1)
            (&AT(around1_f1))[level] =
                (float)(dc_expected_f1(sum, c->words[end] - c->words[first],
                                       c->total) /
                        c->best_f1);
        if (layout->wider[number] != DC_NONE)
            number = layout->wider[number];
    }
}

/* Mean of a label over a group of which sums are kept. */
static inline float group_mean(const struct dc_context *c, const float *sums,
                               const float *words, uint32_t group,
                               uint32_t label) {
    return (float)dc_shrunk_mean(sums[group * (size_t)c->stride + label],
                                 words[group]);
}

static void set_record(const struct dc_context *c, uint32_t record,
                       float *out) {
    out[0] = (float)dc_shrunk_mean(0, 0);
    out[1] = 0;
    if (record == DC_NONE)
        return;
    uint32_t group = c->layout->siblings[record];
    out[0] = group_mean(c, c->siblings, c->sibling_words, group, 0);
    out[1] = dc_share(c->siblings[group * (size_t)c->stride], c->total);
}

/* Mean over a group without the block. */
static float mean_without(const struct place *place, float sum, float words) {
    return (float)dc_shrunk_mean(positive_one(sum - place->own[0]),
                                 positive_one(words - place->words));
}

static void set_groups(const struct place *place, float *row) {
    const struct dc_context *c = place->context;
    const struct dc_layout *layout = c->layout;
    uint32_t node = layout->page->blocks[place->block].node;
    uint32_t near = layout->near_record[node];
    uint32_t tag = layout->tag_group[place->block];
    uint32_t class = layout->class_group[place->block];
    float tags = c->tags[tag * (size_t)c->stride];
    float classes = c->classes[class * (size_t)c->stride];
    set_record(c, near, &AT(near_mean));
    set_record(c, layout->far_record[node], &AT(far_mean));
    AT(tag_mean) = mean_without(place, tags, c->tag_words[tag]);
    AT(tag_max) = c->tag_max[tag];
    AT(tag_share) = dc_share(tags, c->total);
    AT(class_mean) = mean_without(place, classes, c->class_words[class]);
    AT(class_max) = c->class_max[class];
    AT(class_share) = dc_share(classes, c->total);
    for (uint32_t l = 1; l < c->labels; l++) {
        VIEW(l, near) = near == DC_NONE
                            ? (float)dc_shrunk_mean(0, 0)
                            : group_mean(c, c->siblings, c->sibling_words,
                                         layout->siblings[near], l);
        VIEW(l, tag) = group_mean(c, c->tags, c->tag_words, tag, l);
        VIEW(l, class) = group_mean(c, c->classes, c->class_words, class, l);
    }
}

static void set_section(const struct place *place, float *row) {
    const struct dc_context *c = place->context;
    const struct dc_layout *layout = c->layout;
    uint32_t block = place->block, heading = layout->heading[block];
    uint32_t end = layout->section_end[block];
    bool none = heading == DC_NONE;
    double means[DC_LABELS_MAX];
    AT(sure_before) = dc_log1(c->sure_before[block]);
    AT(sure_after) = dc_log1(c->sure_after[block]);
    AT(section_past) = mean_of(place, none ? 0 : heading, block, false);
    AT(cumulated) = dc_share(c->weighted[(size_t)block * c->stride], c->total);
    means_of(place, block + 1 < end ? block + 1 : end, end, false, means);
    AT(section_rest) = (float)means[0];
    set_views(place, means, &VIEW(1, rest));
    const float *scores = c->s + (none ? 0 : heading) * (size_t)c->stride;
    AT(heading) = none ? OUTSIDE : scores[0];
    for (uint32_t l = 1; l < c->labels; l++)
        VIEW(l, heading) = none ? OUTSIDE : scores[l];
}

static void set_page(const struct place *place, float *row) {
    const struct dc_context *c = place->context;
    const struct dc_node *best = &c->layout->page->nodes[c->best];
    uint32_t block = place->block;
    double words = c->words[place->count];
    AT(in_best) = block >= best->first_block && block < best->block_end;
    AT(best_f1) = (float)c->best_f1;
    AT(total) = dc_log1((uint32_t)c->total);
    AT(total_share) = dc_share(c->total, words);
    AT(cut_f1) = (float)c->cut_f1;
    AT(cut) = c->cut;
    for (int i = 0; i < 4; i++)
        (&AT(quantile75))[i] = c->quantiles[i];
    AT(maximum) = c->maximum;
    AT(rank) = dc_share(c->rank[block], place->count);
    AT(word_rank) = dc_share(c->word_rank[block], words);
    AT(margin) = c->s[block * (size_t)c->stride] - c->cut;
    AT(entropy) = c->entropy;
}

void dc_context_row(const struct dc_context *context, uint32_t block,
                    float *row) {
    const struct dc_page *page = context->layout->page;
    struct place place = {.context = context,
                          .block = block,
                          .count = (uint32_t)page->block_count,
                          .words = page->blocks[block].words};
    const float *p = context->p + (size_t)block * context->stride;
    for (uint32_t l = 0; l < context->stride; l++)
        place.own[l] = p[l] * place.words;
    set_window(&place, row);
    set_around(&place, row);
    set_groups(&place, row);
    set_section(&place, row);
    set_page(&place, row);
}
