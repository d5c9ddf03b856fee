/* classify.c: feature rows -> labels and scores of a page.
 *
 * SVMs, one a label, read the features with the lexicon's first guess around
 * each block; a second stage reads them again with the better guesses of the
 * first around it (stacking, Wolpert 1992), and its calibrated probabilities
 * count.  Content is decided for the page as a whole: the blocks to print are
 * those that maximise the expected F1 of the output, given the probabilities
 * (Lewis 1995; the optimum is always a cut of the ranking), which moves the
 * threshold with the page: a page full of doubtful blocks keeps more of them
 * than a page with a clear article.
 * A <pre> is one piece however many elements its lines are: they share the
 * mean of their probabilities, so that no program loses its braces.
 * Long blocks that repeat (mobile and desktop copies) are printed once.  A
 * page expected to hold almost no content prints nothing.
 *
 * What is not content takes the likeliest other label.
 */
#include "classify.h"

#include <math.h>
#include <string.h>

#include "context.h"
#include "svm.h"

/* Rows of pages up to this many blocks are kept between the stages; those of
 * larger ones are computed again, so that memory stays in bounds. */
enum { KEPT_ROWS = 4096 };

struct scoring {
    struct dc_features *features;
    const struct declutter_model *model;
    float *rows; /* features of their own of all blocks, or NULL */
    float *p;    /* label x block: probabilities of the stage before */
};

/* A block's own features; what pads the row is read, but never counts. */
static void own_row(const struct scoring *scoring, uint32_t block, float *row) {
    dc_features_own(scoring->features, block, row);
    memset(row + DC_FEATURE_COUNT, 0,
           (DC_ROW - DC_FEATURE_COUNT) * sizeof *row);
}

static bool scoring_start(struct scoring *scoring, struct dc_page *page,
                          const struct declutter_model *model) {
    size_t count = page->block_count;
    scoring->model = model;
    scoring->features = dc_features_new(page, model);
    if (!scoring->features)
        return false;
    scoring->p = scoring->features->guess;
    if (count > KEPT_ROWS)
        return true;
    scoring->rows = dc_arena_alloc(&page->arena, count, DC_ROW * sizeof(float));
    if (!scoring->rows)
        return false;
    for (uint32_t i = 0; i < count; i++)
        own_row(scoring, i, scoring->rows + (size_t)i * DC_ROW);
    return true;
}

static bool has_stage(const struct declutter_model *model, uint32_t stage) {
    for (uint32_t i = 0; i < model->svm_count; i++)
        if (model->svms[i].stage == stage)
            return true;
    return false;
}

/* Full rows of up to DC_BATCH blocks from `first` on, one behind the other;
 * `scratch` has room for them where rows are not kept. */
static const float *batch_rows(const struct scoring *scoring, uint32_t first,
                               uint32_t count, float *scratch) {
    float *rows = scratch;
    if (scoring->rows)
        rows = scoring->rows + (size_t)first * DC_ROW;
    for (uint32_t b = 0; b < count; b++) {
        float *row = rows + (size_t)b * DC_ROW;
        if (!scoring->rows)
            own_row(scoring, first + b, row);
        dc_features_context(scoring->features, first + b, row);
    }
    return rows;
}

/* SVMs of a stage in groups that scale their inputs alike. */
struct stage {
    const struct dc_svm *svms[DC_SVMS_MAX];
    size_t group_ends[DC_SVMS_MAX];
    size_t count, groups;
};

static struct stage find_stage(const struct declutter_model *model,
                               uint32_t number) {
    struct stage stage = {.count = 0};
    for (uint32_t i = 0; i < model->svm_count; i++) {
        const struct dc_svm *svm = &model->svms[i];
        if (svm->stage != number)
            continue;
        if (!stage.count ||
            !dc_svm_same_scale(stage.svms[stage.count - 1], svm))
            stage.groups++;
        stage.svms[stage.count++] = svm;
        stage.group_ends[stage.groups - 1] = stage.count;
    }
    return stage;
}

/* Probabilities of the blocks from `first` on. */
static void score_rows(struct scoring *scoring, const struct stage *stage,
                       const float *rows, uint32_t first, uint32_t some) {
    size_t blocks = scoring->features->page->block_count, s = 0;
    float values[DC_SVMS_MAX][DC_BATCH];
    for (size_t group = 0; group < stage->groups; group++) {
        size_t end = stage->group_ends[group];
        dc_svm_values(stage->svms + s, end - s, rows, some, values + s);
        for (; s < end; s++) {
            const struct dc_svm *svm = stage->svms[s];
            float *p = scoring->p + svm->label * blocks + first;
            for (uint32_t b = 0; b < some; b++)
                p[b] = dc_svm_probability(svm, values[s][b]);
        }
    }
}

/* Replaces the probabilities by those of a stage's SVMs; a label without one
 * keeps what it had. */
static void score_stage(struct scoring *scoring, uint32_t number) {
    struct stage stage = find_stage(scoring->model, number);
    uint32_t count = (uint32_t)scoring->features->page->block_count;
    float scratch[DC_BATCH * DC_ROW];
    for (uint32_t first = 0; first < count; first += DC_BATCH) {
        if (dc_deadline_step(scoring->features->page->deadline))
            return;
        uint32_t some = count - first < DC_BATCH ? count - first : DC_BATCH;
        score_rows(scoring, &stage, batch_rows(scoring, first, some, scratch),
                   first, some);
    }
}

/* Runs the first stage, where a second one follows. */
static bool refine(struct scoring *scoring, struct dc_page *page) {
    score_stage(scoring, 1);
    if (dc_deadline_check(page->deadline))
        return false;
    return dc_features_refine(scoring->features, &page->arena, scoring->p);
}

struct dc_features *dc_classify_features(struct dc_page *page,
                                         const struct declutter_model *model) {
    struct scoring scoring = {0};
    if (!scoring_start(&scoring, page, model))
        return NULL;
    if (has_stage(model, 1) && !refine(&scoring, page))
        return NULL;
    return scoring.features;
}

/* Probabilities of all labels for all blocks.  NULL: out of memory. */
static const struct dc_layout *score_page(struct dc_page *page) {
    const struct declutter_model *model = page->model;
    struct scoring scoring = {0};
    bool two = has_stage(model, 2);
    if (!scoring_start(&scoring, page, model))
        return NULL;
    if (two && !refine(&scoring, page))
        return NULL;
    score_stage(&scoring, two ? 2 : 1);
    if (dc_deadline_check(page->deadline))
        return NULL;
    size_t count = page->block_count;
    for (size_t i = 0; i < count; i++)
        for (uint32_t l = 0; l < model->label_count; l++)
            page->scores[i * model->label_count + l] = scoring.p[l * count + i];
    return scoring.features->layout;
}

/* Makes the scores of a block one distribution: content as it is, the others
 * share what is left. */
static void normalise(float *scores, uint32_t labels) {
    float rest = 1 - scores[0], sum = 0;
    for (uint32_t l = 1; l < labels; l++)
        sum += scores[l];
    for (uint32_t l = 1; l < labels; l++)
        scores[l] =
            sum > 0 ? rest * scores[l] / sum : rest / (float)(labels - 1);
}

static uint32_t best_other(const float *scores, uint32_t labels) {
    uint32_t best = labels > 1 ? 1 : 0;
    for (uint32_t l = 2; l < labels; l++)
        if (scores[l] > scores[best])
            best = l;
    return best;
}

/* Probability of content of every block, with the bias. */
static void read_content(struct dc_page *page, float bias, float *p) {
    uint32_t labels = page->model->label_count;
    for (size_t i = 0; i < page->block_count; i++) {
        float *scores = page->scores + i * labels;
        float odds = dc_log_odds(scores[0]) + bias;
        p[i] = scores[0] = 1 / (1 + expf(-odds));
    }
}

/* Gives all blocks of an element their mean probability, by words. */
static void unite_blocks(const struct dc_page *page, const struct dc_node *node,
                         float *p) {
    double sum = 0, words = 0;
    for (uint32_t i = node->first_block; i < node->block_end; i++) {
        sum += (double)p[i] * page->blocks[i].words;
        words += page->blocks[i].words;
    }
    for (uint32_t i = node->first_block; words > 0 && i < node->block_end; i++)
        p[i] = (float)(sum / words);
}

static void unite_programs(const struct dc_page *page, float *p) {
    uint32_t done = 0; /* blocks: a <pre> may stand in another */
    for (uint32_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        if (node->tag != DC_TAG_pre || node->first_block < done)
            continue;
        unite_blocks(page, node, p);
        done = node->block_end;
    }
}

/* Hides all but one of the copies of a long block: the first, unless a later
 * one is clearly more likely to be content.  `kept` maps a first copy to the
 * one that stays. */
static void hide_repeats(struct dc_page *page, const struct dc_layout *layout,
                         const float *p, uint32_t *kept) {
    const float *parameters = page->model->parameters;
    float words = parameters[DC_PARAMETER_repeat_words];
    float margin = parameters[DC_PARAMETER_repeat_margin];
    for (uint32_t i = 0; i < page->block_count; i++) {
        uint32_t first = layout->first_copy[i];
        page->hidden[i] = false;
        kept[i] = i;
        if ((float)page->blocks[i].words < words || first == i)
            continue;
        uint32_t rival = kept[first];
        bool better = p[i] > p[rival] + margin;
        page->hidden[better ? rival : i] = true;
        if (better)
            kept[first] = i;
    }
}

/* Marks the content of a page: the cut of best expected F1. */
static bool decide(struct dc_page *page, const struct dc_layout *layout,
                   float *p, const uint32_t *kept) {
    struct dc_arena *arena = &page->arena;
    uint32_t count = (uint32_t)page->block_count;
    float *s = dc_arena_alloc(arena, count, sizeof *s);
    uint32_t *order = dc_arena_alloc(arena, count, sizeof *order);
    if (!s || !order)
        return false;
    double total = 0, inside = 0, words = 0, best = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (page->hidden[i])
            p[i] = 0;
        s[i] = dc_log_odds(p[i]);
        total += (double)p[i] * page->blocks[i].words;
    }
    if (!dc_order_blocks(arena, s, 1, count, order))
        return false;
    uint32_t cut = 0;
    for (uint32_t r = 0; r < count; r++) {
        double w = page->blocks[order[r]].words;
        inside += p[order[r]] * w;
        words += w;
        double f1 = words + total > 0 ? 2 * inside / (words + total) : 0;
        if (f1 > best) {
            best = f1;
            cut = r + 1;
        }
    }
    /* Little is expected, and not because the page is small. */
    if (total < page->model->parameters[DC_PARAMETER_empty_words] &&
        total * 2 < words)
        cut = 0;
    for (uint32_t r = 0; r < cut; r++)
        if (!page->hidden[order[r]])
            page->labels[order[r]] = 0;
    for (uint32_t i = 0; i < count; i++)
        if (page->hidden[i] && page->labels[kept[layout->first_copy[i]]] == 0)
            page->labels[i] = 0;
    return true;
}

static bool label_blocks(struct dc_page *page, const struct dc_layout *layout,
                         double bias) {
    uint32_t labels = page->model->label_count;
    size_t count = page->block_count;
    float *p = dc_arena_alloc(&page->arena, count, sizeof *p);
    uint32_t *kept = dc_arena_alloc(&page->arena, count, sizeof *kept);
    if (!p || !kept)
        return false;
    read_content(
        page, (float)bias + page->model->parameters[DC_PARAMETER_content_bias],
        p);
    for (size_t i = 0; i < count; i++) {
        normalise(page->scores + i * labels, labels);
        page->labels[i] = best_other(page->scores + i * labels, labels);
    }
    unite_programs(page, p);
    hide_repeats(page, layout, p, kept);
    return decide(page, layout, p, kept);
}

enum declutter_status dc_classify(struct dc_page *page,
                                  const struct declutter_model *model,
                                  double bias, struct declutter_error *error) {
    struct dc_arena *arena = &page->arena;
    size_t count = page->block_count;
    page->model = model;
    page->labels = dc_arena_zero(arena, count, sizeof *page->labels);
    page->scores =
        dc_arena_zero(arena, count * model->label_count, sizeof(float));
    page->hidden = dc_arena_zero(arena, count, sizeof *page->hidden);
    const struct dc_layout *layout = arena->failed ? NULL : score_page(page);
    if (!layout || !label_blocks(page, layout, bias)) {
        page->model = NULL;
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    }
    return DECLUTTER_OK;
}
