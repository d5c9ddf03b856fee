/* sample.c: a labelled page -> targets and tokens of its blocks.
 *
 * In: a page as a manifest describes it.  Out: for every block how much of it
 * is gold, which label it has, what the lexicon is to learn from.  Corpora
 * know different things: some the main text (every block has a share of it),
 * some the label of every block, some a few snippets that must or must not be
 * printed (those blocks alone are known).  What is unknown stays so; nothing
 * is learned from it.
 */
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"
#include "label_file.h"
#include "lexicon.h"

/* A block a snippet marks is sure, and the only thing its page teaches. */
static const float SNIPPET_WEIGHT = 3, WEIGHT_MAX = 25;
/* A stripped page is a second look at a page, and an unusual one. */
static const float STRIPPED_WEIGHT = 0.5f;
static const float WEIGHT_POWER = 0.75f, BLOCKS_A_PAGE = 250;

/* Elements that say what they hold. */
static bool is_landmark(unsigned tag) {
    return tag == DC_TAG_article || tag == DC_TAG_main || tag == DC_TAG_nav ||
           tag == DC_TAG_header || tag == DC_TAG_footer ||
           tag == DC_TAG_aside || tag == DC_TAG_section ||
           tag == DC_TAG_dialog || tag == DC_TAG_figure;
}

static bool is_telling(unsigned attribute) {
    return attribute != DC_ATTRIBUTE_href && attribute != DC_ATTRIBUTE_src &&
           attribute != DC_ATTRIBUTE_content &&
           attribute != DC_ATTRIBUTE_name &&
           attribute != DC_ATTRIBUTE_property &&
           attribute != DC_ATTRIBUTE_data_declutter;
}

static void strip(struct dc_page *page) {
    for (size_t i = 0; i < page->node_count; i++) {
        struct dc_node *node = &page->nodes[i];
        struct dc_attribute *attributes = page->attributes + node->attributes;
        uint16_t kept = 0;
        if (is_landmark(node->tag))
            node->tag = DC_TAG_div;
        for (uint32_t a = 0; a < node->attribute_count; a++)
            if (!is_telling(attributes[a].name))
                attributes[kept++] = attributes[a];
        node->attribute_count = kept;
    }
}

enum declutter_status dc_sample_read(const struct dc_sample *sample,
                                     struct declutter_page *page,
                                     struct declutter_error *error) {
    struct declutter_input input;
    const struct declutter_options options = {.max_bytes =
                                                  DECLUTTER_MAX_BYTES_LIMIT};
    enum declutter_status status = declutter_input_read(
        sample->gold->path, options.max_bytes, &input, error);
    if (status != DECLUTTER_OK)
        return status;
    status =
        declutter_page_read(page, input.bytes, input.length, &options, error);
    declutter_input_free(&input);
    if (status == DECLUTTER_OK && sample->stripped)
        strip(&page->page);
    return status;
}

static bool allocate(struct dc_sample *item, size_t count) {
    item->words = malloc((count + 1) * sizeof *item->words);
    item->content = malloc((count + 1) * sizeof *item->content);
    item->labels = malloc((count + 1) * sizeof *item->labels);
    item->weights = malloc((count + 1) * sizeof *item->weights);
    bool ok = item->words && item->content && item->labels && item->weights;
    for (int s = 0; s < DC_SOURCES; s++) {
        item->starts[s] = malloc((count + 1) * sizeof *item->starts[s]);
        item->counts[s] = malloc((count + 1) * sizeof *item->counts[s]);
        ok = ok && item->starts[s] && item->counts[s];
    }
    return ok;
}

static bool is_labelled(const struct dc_gold *gold) {
    return gold->label_count || gold->marked_up;
}

/* The label of every block the gold knows one of; of what is labelled, how
 * much is content follows. */
static bool find_labels(const struct dc_samples *samples,
                        const struct dc_page *page, struct dc_sample *item) {
    const struct dc_gold *gold = item->gold;
    const char *names[DC_LABELS_MAX];
    for (uint32_t l = 0; l < samples->label_count; l++)
        names[l] = samples->labels[l];
    for (size_t i = 0; i < page->block_count; i++) {
        item->content[i] = -1;
        item->labels[i] = DC_NONE;
    }
    if ((is_labelled(gold) || gold->run_count) &&
        !dc_align_labels(page, gold, names, samples->label_count, item->labels))
        return false;
    if (gold->labels_only)
        return true;
    for (size_t i = 0; i < page->block_count; i++)
        if (item->labels[i] != DC_NONE)
            item->content[i] = item->labels[i] == 0;
    return true;
}

/* Labels that come with a page win over its gold text, which leaves repeats
 * and headlines out; what a label file adds says nothing new of content where
 * there is a gold text, and less than a snippet. */
static bool find_targets(const struct dc_samples *samples,
                         const struct dc_page *page, struct dc_sample *item) {
    const struct dc_gold *gold = item->gold;
    if (!find_labels(samples, page, item))
        return false;
    if (is_labelled(gold))
        return true;
    if (gold->content)
        return dc_align_text(page, gold->content, item->content);
    signed char *sides = malloc(page->block_count + 1);
    bool ok = sides && dc_align_snippets(page, gold, sides);
    for (size_t i = 0; ok && i < page->block_count; i++)
        if (sides[i])
            item->content[i] = sides[i] > 0;
    free(sides);
    return ok;
}

/* Every page weighs the same, its blocks by their words. */
static void find_weights(const struct dc_page *page, struct dc_sample *item) {
    const struct dc_gold *gold = item->gold;
    bool snippets = !gold->content && !is_labelled(gold) && !gold->run_count;
    double sum = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        item->words[i] = page->blocks[i].words;
        item->weights[i] = powf((float)item->words[i], WEIGHT_POWER);
        sum += item->weights[i];
    }
    for (size_t i = 0; i < page->block_count; i++) {
        double weight = sum > 0 ? item->weights[i] / sum * BLOCKS_A_PAGE : 0;
        item->weights[i] = snippets              ? SNIPPET_WEIGHT
                           : weight > WEIGHT_MAX ? WEIGHT_MAX
                                                 : (float)weight;
        if (item->stripped)
            item->weights[i] *= STRIPPED_WEIGHT;
    }
}

static bool find_tokens(struct dc_page *page, struct dc_sample *item) {
    struct dc_layout *layout = dc_layout_new(page);
    if (!layout)
        return false;
    for (int s = 0; s < DC_SOURCES; s++) {
        struct dc_tokens tokens = {.arena = &page->arena};
        for (uint32_t i = 0; i < page->block_count; i++) {
            item->starts[s][i] = (uint32_t)tokens.count;
            if (!dc_lexicon_tokens(layout, i, (enum dc_token_source)s, &tokens))
                return false;
            item->counts[s][i] = (uint32_t)tokens.count - item->starts[s][i];
        }
        item->starts[s][page->block_count] = (uint32_t)tokens.count;
        item->tokens[s] = malloc((tokens.count + 1) * sizeof(uint32_t));
        if (!item->tokens[s])
            return false;
        if (tokens.count)
            memcpy(item->tokens[s], tokens.hashes,
                   tokens.count * sizeof(uint32_t));
    }
    return true;
}

enum declutter_status dc_sample_make(const struct dc_samples *samples,
                                     struct dc_sample *item,
                                     struct declutter_page *opaque,
                                     struct declutter_error *error) {
    struct dc_page *page = &opaque->page;
    enum declutter_status status = dc_sample_read(item, opaque, error);
    if (status != DECLUTTER_OK)
        return status;
    item->block_count = (uint32_t)page->block_count;
    if (item->gold->run_count &&
        (status = dc_runs_check(item->gold, page, error)) != DECLUTTER_OK)
        return status;
    if (!allocate(item, page->block_count) ||
        !find_targets(samples, page, item) || !find_tokens(page, item))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    find_weights(page, item);
    return DECLUTTER_OK;
}

void dc_sample_free(struct dc_sample *sample) {
    free(sample->words);
    free(sample->content);
    free(sample->labels);
    free(sample->weights);
    for (int s = 0; s < DC_SOURCES; s++) {
        free(sample->tokens[s]);
        free(sample->starts[s]);
        free(sample->counts[s]);
    }
}
