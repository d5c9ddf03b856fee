/* classify.c: feature rows -> labels and scores of a page.
 *
 * One SVM a label gives calibrated probabilities.  Content is decided for the
 * page as a whole: the blocks to print are those that maximise the expected
 * F1 of the output, given the probabilities (Lewis 1995; the optimum is always
 * a cut of the ranking), which moves the threshold with the page: a page full
 * of doubtful blocks keeps more of them than a page with a clear article.
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

void dc_classify_row(const struct declutter_model *model, const float *row,
                     const float *guess, float *probabilities) {
    for (uint32_t l = 0; l < model->label_count; l++)
        probabilities[l] = guess[l];
    for (uint32_t i = 0; i < model->svm_count; i++) {
        const struct dc_svm *svm = &model->svms[i];
        if (svm->stage == 1)
            probabilities[svm->label] =
                dc_svm_probability(svm, dc_svm_value(svm, row));
    }
}

/* Probabilities of all blocks, block by block: one row at a time keeps the
 * memory of a page with a million blocks small. */
static void score_blocks(struct dc_page *page,
                         const struct dc_features *features) {
    uint32_t labels = page->model->label_count;
    size_t count = page->block_count;
    float row[DC_FEATURE_COUNT], guess[DC_LABELS_MAX] = {0};
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t l = 0; l < labels; l++)
            guess[l] = features->guess[l * count + i];
        dc_features_row(features, i, row);
        dc_classify_row(page->model, row, guess,
                        page->scores + (size_t)i * labels);
    }
}

/* Makes the scores of a block one distribution: content as it is, the others
 * share what is left. */
static void normalise(float *scores, uint32_t labels) {
    float rest = 1 - scores[0], sum = 0;
    for (uint32_t l = 1; l < labels; l++)
        sum += scores[l];
    for (uint32_t l = 1; l < labels; l++)
        scores[l] = sum > 0 ? rest * scores[l] / sum
                            : rest / (float)(labels - 1);
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
    if (!dc_order_blocks(arena, s, count, order))
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
    if (total < page->model->parameters[DC_PARAMETER_empty_words])
        cut = 0;
    for (uint32_t r = 0; r < cut; r++)
        if (!page->hidden[order[r]])
            page->labels[order[r]] = 0;
    for (uint32_t i = 0; i < count; i++)
        if (page->hidden[i] &&
            page->labels[kept[layout->first_copy[i]]] == 0)
            page->labels[i] = 0;
    return true;
}

static bool label_blocks(struct dc_page *page,
                         const struct dc_layout *layout, double bias) {
    uint32_t labels = page->model->label_count;
    size_t count = page->block_count;
    float *p = dc_arena_alloc(&page->arena, count, sizeof *p);
    uint32_t *kept = dc_arena_alloc(&page->arena, count, sizeof *kept);
    if (!p || !kept)
        return false;
    read_content(
        page,
        (float)bias + page->model->parameters[DC_PARAMETER_content_bias], p);
    for (size_t i = 0; i < count; i++) {
        normalise(page->scores + i * labels, labels);
        page->labels[i] = best_other(page->scores + i * labels, labels);
    }
    hide_repeats(page, layout, p, kept);
    return decide(page, layout, p, kept);
}

enum declutter_status dc_classify(struct dc_page *page,
                                  const struct declutter_model *model,
                                  double bias,
                                  struct declutter_error *error) {
    struct dc_arena *arena = &page->arena;
    size_t count = page->block_count;
    page->model = model;
    page->labels = dc_arena_zero(arena, count, sizeof *page->labels);
    page->scores =
        dc_arena_zero(arena, count * model->label_count, sizeof(float));
    page->hidden = dc_arena_zero(arena, count, sizeof *page->hidden);
    struct dc_features *features =
        arena->failed ? NULL : dc_features_new(page, model);
    if (features)
        score_blocks(page, features);
    if (!features || !label_blocks(page, features->layout, bias)) {
        page->model = NULL;
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    }
    return DECLUTTER_OK;
}
