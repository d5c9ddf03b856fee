/* featurize_page.c: features of the page as a whole, and of how a block
 * relates to what the page says of itself (its title and description).
 *
 * The title block anchors a page: what stands above it is rarely content.
 * It is the block most like <title> or og:title, with a bonus inside <h1>,
 * else the first <h1>.
 */
#include "featurize.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { TITLE_WORDS_MAX = 64, TITLE_BLOCK_WORDS = 60 };

/* A set of word hashes, sorted; `seen` has a bit for each, and lets most
 * words that are not in it be told at once. */
struct words {
    uint32_t *hashes;
    uint32_t count;
    uint64_t seen[DC_SEEN];
};

static inline uint64_t *seen_place(struct words *set, uint32_t hash) {
    return &set->seen[hash / 64 % DC_SEEN];
}

static inline bool was_seen(const struct words *set, uint32_t hash) {
    return set->seen[hash / 64 % DC_SEEN] >> (hash % 64) & 1;
}

static int compare_hashes(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static struct words words_of(struct dc_arena *arena, struct dc_text text) {
    struct words set = {0};
    set.hashes = dc_arena_alloc(arena, TITLE_WORDS_MAX, sizeof(uint32_t));
    const char *at = text.bytes ? text.bytes : "", *word;
    const char *end = at + text.length;
    size_t length;
    while (set.hashes && set.count < TITLE_WORDS_MAX &&
           dc_word_next(&at, end, &word, &length))
        set.hashes[set.count++] = dc_word_hash(word, length);
    if (set.count)
        qsort(set.hashes, set.count, sizeof *set.hashes, compare_hashes);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < set.count; i++)
        if (i == 0 || set.hashes[i] != set.hashes[i - 1])
            set.hashes[kept++] = set.hashes[i];
    set.count = kept;
    for (uint32_t i = 0; i < kept; i++)
        *seen_place(&set, set.hashes[i]) |= UINT64_C(1) << (set.hashes[i] % 64);
    return set;
}

static bool words_find(const struct words *set, uint32_t hash) {
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (set->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->hashes[low] == hash;
}

static inline bool words_hold(const struct words *set, uint32_t hash) {
    return was_seen(set, hash) && words_find(set, hash);
}

/* The page's statements about itself. */
struct statements {
    struct dc_text title, og_title, og_type, description;
};

static bool text_is(struct dc_text text, const char *name) {
    return text.length == strlen(name) &&
           strncasecmp(text.bytes, name, text.length) == 0;
}

static void read_meta(const struct dc_page *page, uint32_t node,
                      struct statements *found) {
    struct dc_text name = dc_attribute_text(page, node, DC_ATTRIBUTE_property);
    if (!name.bytes)
        name = dc_attribute_text(page, node, DC_ATTRIBUTE_name);
    struct dc_text content =
        dc_attribute_text(page, node, DC_ATTRIBUTE_content);
    if (!name.bytes || !content.bytes)
        return;
    if (text_is(name, "og:title"))
        found->og_title = content;
    else if (text_is(name, "og:type"))
        found->og_type = content;
    else if (text_is(name, "description") ||
             (!found->description.bytes && text_is(name, "og:description")))
        found->description = content;
}

static struct statements read_statements(const struct dc_page *page) {
    struct statements found = {0};
    for (uint32_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        if (node->tag == DC_TAG_meta) {
            read_meta(page, i, &found);
        } else if (node->tag == DC_TAG_title && !found.title.bytes &&
                   node->last_event > node->first_event + 1) {
            const struct dc_event *event = &page->events[node->first_event + 1];
            if (event->kind == DC_CHARACTERS)
                found.title =
                    (struct dc_text){page->text + event->offset, event->length};
        }
    }
    return found;
}

/* Does any "@type" of the JSON-LD end in this word? */
static bool json_ld_says(const struct dc_page *page, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i < page->json_ld_count; i++) {
        const char *s = page->json_ld[i].bytes;
        const char *end = s + page->json_ld[i].length;
        while (s < end && (s = memchr(s, '@', (size_t)(end - s)))) {
            const char *stop = end - s > 80 ? s + 80 : end;
            bool type = stop - s > 6 && !memcmp(s, "@type\"", 6);
            s++;
            for (const char *c = s + 5; type && c + length < stop; c++)
                if (*c == ',' || *c == '}')
                    break;
                else if (!memcmp(c, word, length) && c[length] == '"')
                    return true;
        }
    }
    return false;
}

#define SET(name, value) facts->row[DC_FEATURE_page_##name] = (float)(value)

/* Distinct attribute values that may name an element: how much the mark-up
 * of the page says at all. */
static uint32_t count_names(const struct dc_page *page) {
    uint32_t highest = 0, count = 0;
    for (size_t n = 0; n < page->node_count; n++) {
        const struct dc_node *node = &page->nodes[n];
        for (uint32_t i = 0; i < node->attribute_count; i++) {
            const struct dc_attribute *a =
                &page->attributes[node->attributes + i];
            bool first = a->value >= highest;
            highest = first ? a->value + 1 : highest;
            count += first && (a->name == DC_ATTRIBUTE_class ||
                               a->name == DC_ATTRIBUTE_id ||
                               a->name == DC_ATTRIBUTE_role);
        }
    }
    return count;
}

static void count_elements(const struct dc_features *features,
                           struct dc_page_facts *facts) {
    const struct dc_page *page = features->page;
    uint32_t of[DC_TAG_COUNT] = {0}, paragraphs = 0, controls = 0;
    for (size_t i = 0; i < page->node_count; i++)
        of[page->nodes[i].tag]++;
    uint32_t longest = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        const struct dc_block *block = &page->blocks[i];
        paragraphs +=
            page->nodes[block->node].tag == DC_TAG_p && dc_block_is_long(block);
        controls += block->controls;
        longest = block->chars > longest ? block->chars : longest;
    }
    SET(names, dc_log1(count_names(page)) / 6);
    SET(paragraphs, dc_log1(paragraphs));
    SET(articles, dc_log1(of[DC_TAG_article]));
    SET(mains, of[DC_TAG_main] > 0);
    SET(tables, dc_log1(of[DC_TAG_table]));
    SET(pres, dc_log1(of[DC_TAG_pre]));
    SET(times, dc_log1(of[DC_TAG_time]));
    SET(headings, dc_log1(of[DC_TAG_h2] + of[DC_TAG_h3]));
    SET(items, dc_log1(of[DC_TAG_li]));
    SET(longest, dc_log1(longest) / 10);
    SET(forms, dc_log1(controls));
}

static void measure_page(const struct dc_features *features,
                         struct dc_page_facts *facts,
                         const struct statements *found) {
    const struct dc_page *page = features->page;
    const struct dc_layout *layout = features->layout;
    size_t count = page->block_count;
    uint32_t chars = layout->chars_before[count];
    uint32_t prose = layout->long_before[count];
    SET(blocks, dc_log1((uint32_t)count) / 8);
    SET(chars, dc_log1(chars) / 12);
    SET(link_density, dc_share(layout->link_chars_before[count], chars));
    SET(long_share, dc_share(prose, chars));
    SET(long_chars, dc_log1(prose) / 12);
    SET(markup, dc_log1((uint32_t)(page->html.length / (chars + 1.0))) / 5);
    SET(og_article, text_is(found->og_type, "article"));
    SET(og_product, text_is(found->og_type, "product") ||
                        text_is(found->og_type, "og:product"));
    SET(ld_article,
        json_ld_says(page, "Article") || json_ld_says(page, "BlogPosting"));
    SET(ld_product, json_ld_says(page, "Product"));
    SET(ld_forum, json_ld_says(page, "DiscussionForumPosting") ||
                      json_ld_says(page, "QAPage"));
    count_elements(features, facts);
}

/* Word overlap of a block with a set: shared / united (Jaccard). */
static double overlap(const struct words *set, const uint32_t *words,
                      uint32_t count, uint32_t *shared) {
    uint32_t both = 0;
    for (uint32_t i = 0; i < count; i++)
        both += words_hold(set, words[i]);
    *shared = both;
    uint32_t all = set->count + count;
    return both >= all ? 1 : dc_share(both, all - (both < all ? both : 0));
}

static void compare_titles(struct dc_features *features,
                           const struct words *title,
                           const struct words *og_title) {
    const struct dc_page *page = features->page;
    const struct dc_layout *layout = features->layout;
    struct dc_page_facts *facts = &features->facts;
    double best = 0.45; /* less alike is no title */
    uint32_t first_h1 = DC_NONE;
    for (uint32_t i = 0; i < page->block_count; i++) {
        const uint32_t *words = layout->word_hash + layout->words_before[i];
        uint32_t count = page->blocks[i].words, shared;
        facts->title_similarity[i] = 0;
        if (!count || count > TITLE_BLOCK_WORDS)
            continue;
        double similar = overlap(title, words, count, &shared);
        double og = overlap(og_title, words, count, &shared);
        double inside =
            dc_share(shared, count) *
            (count < og_title->count ? dc_share(count, og_title->count) : 1);
        similar = similar > og ? similar : og;
        similar = similar > inside ? similar : inside;
        facts->title_similarity[i] = (float)(similar < 1 ? similar : 1);
        uint32_t node = page->blocks[i].node;
        bool h1 = page->nodes[node].tag == DC_TAG_h1 ||
                  (page->nodes[node].parent != DC_NONE &&
                   page->nodes[page->nodes[node].parent].tag == DC_TAG_h1);
        if (h1 && first_h1 == DC_NONE)
            first_h1 = i;
        if (count >= 2 && similar + (h1 ? 0.3 : 0) > best) {
            best = similar + (h1 ? 0.3 : 0);
            facts->title_block = i;
        }
    }
    if (facts->title_block == DC_NONE)
        facts->title_block = first_h1;
}

bool dc_facts_prepare(struct dc_features *features, struct dc_arena *arena) {
    struct dc_page_facts *facts = &features->facts;
    struct statements found = read_statements(features->page);
    struct words title = words_of(arena, found.title);
    struct words og_title = words_of(arena, found.og_title);
    struct words description = words_of(arena, found.description);
    facts->title_similarity =
        dc_arena_alloc(arena, features->page->block_count, sizeof(float));
    if (arena->failed)
        return false;
    facts->description_words = description.hashes;
    facts->description_count = description.count;
    memcpy(facts->description_seen, description.seen, sizeof description.seen);
    facts->title_block = DC_NONE;
    compare_titles(features, &title, &og_title);
    measure_page(features, facts, &found);
    return true;
}

/* Innermost common ancestor; the walk is short because it stops at the first
 * ancestor whose blocks reach the other block. */
static uint32_t common_ancestor(const struct dc_layout *layout, uint32_t node,
                                uint32_t block) {
    const struct dc_page *page = layout->page;
    for (int level = 0; level < 64 && node != DC_NONE; level++) {
        if (block >= page->nodes[node].first_block &&
            block < page->nodes[node].block_end)
            return node;
        node = layout->wider[node];
    }
    return 0;
}

static float signed_log(double number) {
    double size = number < 0 ? -number : number;
    float log = dc_log1((uint32_t)size);
    return number < 0 ? -log : log;
}

static void set_title(const struct dc_features *features, uint32_t block,
                      float *row) {
    const struct dc_page *page = features->page;
    const struct dc_layout *layout = features->layout;
    uint32_t title = features->facts.title_block;
    if (title == DC_NONE)
        return;
    uint32_t node = page->blocks[block].node;
    uint32_t common = common_ancestor(layout, node, title);
    uint32_t levels = page->nodes[node].depth - page->nodes[common].depth;
    row[DC_FEATURE_title_found] = 1;
    row[DC_FEATURE_title_is] = block == title;
    row[DC_FEATURE_title_after] = block > title;
    row[DC_FEATURE_title_distance] =
        signed_log((double)block - (double)title) / 6;
    row[DC_FEATURE_title_span] = dc_log1(dc_node_blocks(&page->nodes[common]));
    row[DC_FEATURE_title_levels] = levels < 30 ? (float)levels / 10 : 3;
    row[DC_FEATURE_title_chars] =
        signed_log((double)layout->chars_before[block] -
                   (double)layout->chars_before[title]) /
        10;
}

void dc_facts_row(const struct dc_features *features, uint32_t block,
                  float *row) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page_facts *facts = &features->facts;
    for (int i = DC_FEATURE_page_blocks; i <= DC_FEATURE_page_names; i++)
        row[i] = facts->row[i];
    row[DC_FEATURE_title_similarity] = facts->title_similarity[block];
    struct words description = {.hashes = facts->description_words,
                                .count = facts->description_count};
    memcpy(description.seen, facts->description_seen, sizeof description.seen);
    uint32_t first = layout->words_before[block];
    uint32_t count = features->page->blocks[block].words, held = 0;
    count = count < DC_WORDS_READ ? count : DC_WORDS_READ;
    for (uint32_t i = 0; description.count && i < count; i++)
        held += words_hold(&description, layout->word_hash[first + i]);
    row[DC_FEATURE_title_description_share] = dc_share(held, count);
    set_title(features, block, row);
}
