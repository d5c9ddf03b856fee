/* lexicon.c: words of class, id and role names, and words of the text, to
 * learned scores.
 *
 * What authors call their elements ("post-content", "sidebar", "cc-banner")
 * is the strongest sign there is, and what short blocks say ("Read more",
 * "Accept all") the second.  Both are hashed to 32 bits, so a token needs no
 * string at run time, and each has one learned weight a label (a linear model
 * over sparse tokens; the hashing trick of Weinberger et al. 2009 with hashes
 * wide enough not to collide).  A block's score is the sum of its tokens'
 * weights over the square root of their number.
 *
 * Attribute tokens of all ancestors count.  They are summed once an element
 * and inherited, and an attribute value seen before on the page is looked up
 * once, so a block costs a few additions at any depth.  Weights are bytes and
 * sums integers: the result does not depend on the order of addition.
 */
#include "lexicon.h"

#include <math.h>
#include <string.h>

#include "utf8.h"

enum {
    ATTRIBUTE_CHARS = 300, /* of a value that are read */
    ATTRIBUTE_WORDS = 24,
    WHOLE_WORD_CHARS = 40,
    PART_MIN = 2,
    PART_MAX = 20,
    PAIR_TOKENS = 6, /* of an element that meet those of its parent */
    BIGRAM_WORDS = 60,
    SHORT_WORDS = 12, /* a block this short joins its tag and words */
    WHOLE_TEXT_WORDS = 6,
    HEADING_WORDS = 12,
    LEVEL_SMALL = 12 /* an element with this few blocks is near */
};

/* Kinds of token; each salts its hashes. */
enum salt {
    SALT_CLASS = 1,
    SALT_ROLE,
    SALT_ITEMPROP,
    SALT_LABEL,
    SALT_DATA,
    SALT_ITEMTYPE,
    SALT_WHOLE,
    SALT_TAG,
    SALT_PATH,
    SALT_HREF,
    SALT_PAIR,
    SALT_WORD,
    SALT_SIZE,
    SALT_TAGGED,
    SALT_BIGRAM,
    SALT_FIRST,
    SALT_FIRST_TWO,
    SALT_LAST,
    SALT_TEXT,
    SALT_LENGTH,
    SALT_FIRST_CHARACTER,
    SALT_LAST_CHARACTER,
    SALT_HEADING,
    SALT_HEADING_TEXT,
    SALT_LEVEL
};

static uint32_t salted(enum salt salt, uint32_t value) {
    return dc_hash_mix((uint32_t)salt * 0x85EBCA6Bu, value);
}

static bool add(struct dc_tokens *tokens, uint32_t hash) {
    uint32_t *hashes =
        dc_arena_grow(tokens->arena, tokens->hashes, tokens->count,
                      &tokens->capacity, sizeof *hashes);
    if (!hashes)
        return false;
    tokens->hashes = hashes;
    hashes[tokens->count++] = hash;
    return true;
}

/* A token of an element, and again with how near the element is. */
static bool add_near(struct dc_tokens *tokens, uint32_t hash, unsigned level) {
    return add(tokens, hash) &&
           (level > 1 ||
            add(tokens, salted(SALT_LEVEL, dc_hash_mix(hash, level))));
}

/* 0: the element holds this block alone; 1: a few; 2: many. */
static unsigned level_of(const struct dc_node *node) {
    uint32_t blocks = dc_node_blocks(node);
    return blocks <= 1 ? 0 : blocks <= LEVEL_SMALL ? 1 : 2;
}

static unsigned salt_of(unsigned attribute) {
    switch (attribute) {
    case DC_ATTRIBUTE_class:
    case DC_ATTRIBUTE_id:
        return SALT_CLASS;
    case DC_ATTRIBUTE_role:
        return SALT_ROLE;
    case DC_ATTRIBUTE_itemprop:
        return SALT_ITEMPROP;
    case DC_ATTRIBUTE_aria_label:
        return SALT_LABEL;
    case DC_ATTRIBUTE_data_component:
    case DC_ATTRIBUTE_data_module:
    case DC_ATTRIBUTE_data_testid:
        return SALT_DATA;
    case DC_ATTRIBUTE_itemtype:
        return SALT_ITEMTYPE;
    default:
        return 0;
    }
}

static bool is_upper(unsigned char c) {
    return (unsigned char)(c - 'A') < 26;
}

static bool is_letter(unsigned char c) {
    return (unsigned char)((c | 32) - 'a') < 26 || c >= 0x80;
}

/* Tokens of one word of a value: "navBar-2" gives "=navbar-0", "nav", "bar".
 */
static bool word_tokens(struct dc_tokens *tokens, unsigned salt,
                        const char *word, size_t length, unsigned level) {
    uint32_t whole = 2166136261u, part = 2166136261u;
    size_t part_length = 0;
    for (size_t i = 0; i <= length; i++) {
        unsigned char c = i < length ? (unsigned char)word[i] : ' ';
        bool camel = i && is_upper(c) && !is_upper((unsigned char)word[i - 1]);
        if (!is_letter(c) || camel) {
            if (part_length >= PART_MIN && part_length <= PART_MAX &&
                !add_near(tokens, salted((enum salt)salt, part), level))
                return false;
            part = 2166136261u;
            part_length = 0;
        }
        unsigned char lower = is_upper(c) ? c + 32 : c;
        if (is_letter(c)) {
            part = (part ^ lower) * 16777619u;
            part_length++;
        }
        if (i < length && i < WHOLE_WORD_CHARS)
            whole = (whole ^ ((unsigned char)(c - '0') < 10 ? '0' : lower)) *
                    16777619u;
    }
    return add_near(tokens, salted(SALT_WHOLE, dc_hash_mix(whole, salt)),
                    level);
}

/* Tokens of one attribute value. */
static bool value_tokens(struct dc_tokens *tokens, unsigned salt,
                         struct dc_text value, unsigned level) {
    const char *at = value.bytes;
    const char *end =
        at + (value.length < ATTRIBUTE_CHARS ? value.length : ATTRIBUTE_CHARS);
    for (int words = 0; words < ATTRIBUTE_WORDS && at < end; words++) {
        while (at < end && (unsigned char)*at <= ' ')
            at++;
        const char *word = at;
        while (at < end && (unsigned char)*at > ' ')
            at++;
        if (at > word &&
            !word_tokens(tokens, salt, word, (size_t)(at - word), level))
            return false;
    }
    return true;
}

static uint32_t tag_token(const struct dc_node *node) {
    return salted(SALT_TAG, dc_hash_mix((uint32_t)node->tag, level_of(node)));
}

/* Tokens of all attributes of an element. */
static bool node_tokens(const struct dc_page *page, uint32_t number,
                        struct dc_tokens *tokens, unsigned level) {
    const struct dc_node *node = &page->nodes[number];
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        unsigned salt = salt_of(a->name);
        if (salt && !value_tokens(tokens, salt, page->strings[a->value], level))
            return false;
    }
    return true;
}

static bool bears_words(const struct dc_page *page, uint32_t number) {
    const struct dc_node *node = &page->nodes[number];
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        unsigned name = page->attributes[node->attributes + i].name;
        if (name == DC_ATTRIBUTE_class || name == DC_ATTRIBUTE_id)
            return true;
    }
    return false;
}

/* The next element up, from `number` on, that has a class or id. */
static uint32_t bearing(const struct dc_page *page, uint32_t number) {
    enum { REACH = 12 };
    for (int i = 0; i < REACH && number != DC_NONE; i++) {
        if (bears_words(page, number))
            return number;
        number = page->nodes[number].parent;
    }
    return DC_NONE;
}

/* Products of the first tokens of two elements, one above the other. */
static bool pair_tokens(const struct dc_page *page, uint32_t above,
                        uint32_t below, struct dc_tokens *tokens) {
    uint32_t upper[PAIR_TOKENS], lower[PAIR_TOKENS];
    size_t start = tokens->count, uppers, lowers;
    if (!node_tokens(page, above, tokens, 2))
        return false;
    uppers = tokens->count - start;
    uppers = uppers < PAIR_TOKENS ? uppers : PAIR_TOKENS;
    for (size_t i = 0; i < uppers; i++)
        upper[i] = tokens->hashes[start + i];
    tokens->count = start;
    if (!node_tokens(page, below, tokens, 2))
        return false;
    lowers = tokens->count - start;
    lowers = lowers < PAIR_TOKENS ? lowers : PAIR_TOKENS;
    for (size_t i = 0; i < lowers; i++)
        lower[i] = tokens->hashes[start + i];
    tokens->count = start;
    for (size_t i = 0; i < uppers; i++)
        for (size_t j = 0; j < lowers; j++)
            if (!add(tokens,
                     salted(SALT_PAIR, dc_hash_mix(upper[i], lower[j]))))
                return false;
    return true;
}

/* Where a link goes: kind of the href of the nearest <a>. */
static uint32_t href_kind(const struct dc_page *page, uint32_t number) {
    for (int i = 0; i < 4 && number != DC_NONE; i++) {
        if (page->nodes[number].tag == DC_TAG_a) {
            struct dc_text href =
                dc_attribute_text(page, number, DC_ATTRIBUTE_href);
            if (!href.bytes || !href.length)
                return 1;
            char c = href.bytes[0];
            return c == '#'   ? 2
                   : c == 'j' ? 3
                   : c == 'm' ? 4
                   : c == 'h' ? 5
                              : 6;
        }
        number = page->nodes[number].parent;
    }
    return 0;
}

/* Tokens of the block's own place: tag paths, kind of link. */
static bool place_tokens(const struct dc_page *page, uint32_t number,
                         struct dc_tokens *tokens) {
    uint32_t path = page->nodes[number].tag, node = number;
    for (int length = 2; length <= 4; length++) {
        node = page->nodes[node].parent;
        if (node == DC_NONE)
            break;
        path = dc_hash_mix(path, page->nodes[node].tag);
        if (!add(tokens, salted(SALT_PATH, path)))
            return false;
    }
    return add(tokens, salted(SALT_HREF, href_kind(page, number)));
}

/* The two nearest pairs of elements with classes above a block: *above over
 * *middle over *below, DC_NONE where there is none. */
static void find_pairs(const struct dc_page *page, uint32_t number,
                       uint32_t *above, uint32_t *middle, uint32_t *below) {
    *above = *middle = DC_NONE;
    *below = bearing(page, number);
    if (*below != DC_NONE)
        *middle = bearing(page, page->nodes[*below].parent);
    if (*middle != DC_NONE)
        *above = bearing(page, page->nodes[*middle].parent);
}

static bool attribute_tokens(const struct dc_layout *layout, uint32_t block,
                             struct dc_tokens *tokens) {
    const struct dc_page *page = layout->page;
    uint32_t own = page->blocks[block].node;
    for (uint32_t n = own; n != DC_NONE; n = page->nodes[n].parent)
        if (!add(tokens, tag_token(&page->nodes[n])) ||
            !node_tokens(page, n, tokens, level_of(&page->nodes[n])))
            return false;
    uint32_t above, middle, below;
    find_pairs(page, own, &above, &middle, &below);
    if (middle != DC_NONE && !pair_tokens(page, middle, below, tokens))
        return false;
    if (above != DC_NONE && !pair_tokens(page, above, middle, tokens))
        return false;
    return place_tokens(page, own, tokens);
}

/* Marks a hash as seen in a small table; false if it was seen before. */
enum { SEEN_SLOTS = 512 };
static bool seen_add(uint32_t *slots, uint32_t hash) {
    hash |= 1;
    size_t slot = hash >> 3 & (SEEN_SLOTS - 1);
    while (slots[slot]) {
        if (slots[slot] == hash)
            return false;
        slot = (slot + 1) & (SEEN_SLOTS - 1);
    }
    slots[slot] = hash;
    return true;
}

static bool body_tokens(const uint32_t *words, uint32_t count, uint32_t tag,
                        struct dc_tokens *tokens) {
    uint32_t slots[SEEN_SLOTS];
    uint32_t size = count <= 3 ? 1 : count <= SHORT_WORDS ? 2 : 3;
    uint32_t read = count < DC_WORDS_READ ? count : DC_WORDS_READ;
    bool ok = true;
    if (read > 1)
        memset(slots, 0, sizeof slots);
    for (uint32_t i = 0; ok && i < read; i++) {
        if (read > 1 && !seen_add(slots, words[i]))
            continue;
        ok = add(tokens, salted(SALT_WORD, words[i])) &&
             add(tokens, salted(SALT_SIZE, dc_hash_mix(words[i], size))) &&
             (count > SHORT_WORDS ||
              add(tokens, salted(SALT_TAGGED, dc_hash_mix(words[i], tag))));
    }
    for (uint32_t i = 0; ok && i + 1 < read && i + 1 < BIGRAM_WORDS; i++)
        ok = add(tokens,
                 salted(SALT_BIGRAM, dc_hash_mix(words[i], words[i + 1])));
    return ok;
}

static bool end_tokens(const uint32_t *words, uint32_t count,
                       struct dc_tokens *tokens) {
    if (!count)
        return true;
    uint32_t whole = 0;
    for (uint32_t i = 0; i < count && count <= WHOLE_TEXT_WORDS; i++)
        whole = dc_hash_mix(whole, words[i]);
    return add(tokens, salted(SALT_FIRST, words[0])) &&
           add(tokens, salted(SALT_LAST, words[count - 1])) &&
           (count < 2 ||
            add(tokens,
                salted(SALT_FIRST_TWO, dc_hash_mix(words[0], words[1])))) &&
           (count > WHOLE_TEXT_WORDS || add(tokens, salted(SALT_TEXT, whole)));
}

static bool heading_tokens(const struct dc_layout *layout, uint32_t heading,
                           struct dc_tokens *tokens) {
    if (heading == DC_NONE)
        return true;
    const uint32_t *words = layout->word_hash + layout->words_before[heading];
    uint32_t count = layout->page->blocks[heading].words, whole = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < count && i < HEADING_WORDS; i++)
        ok = add(tokens, salted(SALT_HEADING, words[i]));
    for (uint32_t i = 0; i < count && i < WHOLE_TEXT_WORDS; i++)
        whole = dc_hash_mix(whole, words[i]);
    return ok && add(tokens, salted(SALT_HEADING_TEXT, whole));
}

static uint32_t log_bucket(uint32_t number) {
    uint32_t bucket = 0;
    for (; number > 1; number >>= 1)
        bucket++;
    return bucket;
}

/* First and last character of a text. */
static bool character_tokens(struct dc_text text, struct dc_tokens *tokens) {
    const char *first = text.bytes, *last = text.bytes + text.length - 1;
    while (last > text.bytes && ((unsigned char)*last & 0xC0) == 0x80)
        last--;
    return add(tokens,
               salted(SALT_FIRST_CHARACTER, dc_lower(dc_utf8_next(&first)))) &&
           add(tokens, salted(SALT_LAST_CHARACTER, dc_utf8_next(&last)));
}

static bool text_tokens(const struct dc_layout *layout, uint32_t block,
                        struct dc_tokens *tokens) {
    const struct dc_page *page = layout->page;
    const struct dc_block *b = &page->blocks[block];
    const uint32_t *words = layout->word_hash + layout->words_before[block];
    return body_tokens(words, b->words, page->nodes[b->node].tag, tokens) &&
           end_tokens(words, b->words, tokens) &&
           add(tokens, salted(SALT_LENGTH, log_bucket(b->chars))) &&
           character_tokens(dc_block_text(page, block), tokens) &&
           heading_tokens(layout, layout->heading[block], tokens);
}

bool dc_lexicon_tokens(const struct dc_layout *layout, uint32_t block,
                       enum dc_token_source source, struct dc_tokens *tokens) {
    return source == DC_SOURCE_ATTRIBUTES
               ? attribute_tokens(layout, block, tokens)
               : text_tokens(layout, block, tokens);
}

/* -- scoring ------------------------------------------------------------ */

/* Sum of the weights of some tokens, and how many there were. */
struct sum {
    int32_t weights[DC_LABELS_MAX];
    uint32_t count;
    uint32_t known; /* 0: not computed; else the salt it was made with */
};

struct scorer {
    const struct dc_layout *layout;
    const struct declutter_model *model;
    struct dc_tokens tokens; /* scratch */
    struct sum *values;      /* string x 3 levels */
    struct sum *nodes;       /* element and all above it */
    struct sum *pairs;       /* by hash of two elements' attributes */
    uint32_t *pair_keys;
    size_t pair_mask;
};

static void sum_tokens(const struct scorer *scorer, struct sum *sum) {
    const struct dc_lexicon *lexicon = &scorer->model->lexicon;
    uint32_t labels = scorer->model->label_count;
    for (size_t i = 0; i < scorer->tokens.count; i++) {
        uint32_t entry = dc_lexicon_find(lexicon, scorer->tokens.hashes[i]);
        if (entry == DC_NONE)
            continue;
        const int8_t *weights = lexicon->weights + (size_t)entry * labels;
        for (uint32_t l = 0; l < labels; l++)
            sum->weights[l] += weights[l];
    }
    sum->count += (uint32_t)scorer->tokens.count;
}

static void sum_add(struct sum *sum, const struct sum *other) {
    for (uint32_t l = 0; l < DC_LABELS_MAX; l++)
        sum->weights[l] += other->weights[l];
    sum->count += other->count;
}

/* Adds the sum of an attribute's tokens, computed once a page. */
static bool sum_value(struct scorer *scorer, struct sum *sum,
                      const struct dc_attribute *attribute, unsigned level) {
    unsigned salt = salt_of(attribute->name);
    if (!salt)
        return true;
    struct sum *cached = &scorer->values[(size_t)attribute->value * 3 + level];
    if (cached->known != salt) {
        *cached = (struct sum){.known = salt};
        scorer->tokens.count = 0;
        if (!value_tokens(&scorer->tokens, salt,
                          scorer->layout->page->strings[attribute->value],
                          level))
            return false;
        sum_tokens(scorer, cached);
    }
    sum_add(sum, cached);
    return true;
}

static bool sum_nodes(struct scorer *scorer) {
    const struct dc_page *page = scorer->layout->page;
    for (size_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        if (!dc_node_blocks(node))
            continue;
        struct sum *sum = &scorer->nodes[i];
        if (node->parent != DC_NONE)
            *sum = scorer->nodes[node->parent];
        else
            *sum = (struct sum){0};
        scorer->tokens.count = 0;
        if (!add(&scorer->tokens, tag_token(node)))
            return false;
        sum_tokens(scorer, sum);
        for (uint32_t a = 0; a < node->attribute_count; a++)
            if (!sum_value(scorer, sum, &page->attributes[node->attributes + a],
                           level_of(node)))
                return false;
    }
    return true;
}

/* Identifies the attributes of an element that make tokens. */
static uint32_t attributes_key(const struct dc_page *page, uint32_t number) {
    const struct dc_node *node = &page->nodes[number];
    uint32_t key = 0;
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        if (salt_of(a->name))
            key = dc_hash_mix(dc_hash_mix(key, a->name), a->value);
    }
    return key;
}

static bool sum_pair(struct scorer *scorer, struct sum *sum, uint32_t above,
                     uint32_t below) {
    const struct dc_page *page = scorer->layout->page;
    if (above == DC_NONE)
        return true;
    uint32_t key = dc_hash_mix(1, attributes_key(page, above));
    key = dc_hash_mix(key, attributes_key(page, below));
    size_t slot = key & scorer->pair_mask;
    while (scorer->pairs[slot].known && scorer->pair_keys[slot] != key)
        slot = (slot + 1) & scorer->pair_mask;
    struct sum *cached = &scorer->pairs[slot];
    if (!cached->known) {
        scorer->pair_keys[slot] = key;
        scorer->tokens.count = 0;
        if (!pair_tokens(page, above, below, &scorer->tokens))
            return false;
        sum_tokens(scorer, cached);
        cached->known = 1;
    }
    sum_add(sum, cached);
    return true;
}

static void write_scores(const struct scorer *scorer, const struct sum *sum,
                         enum dc_token_source source, float *out) {
    const struct dc_lexicon *lexicon = &scorer->model->lexicon;
    float scale = sum->count ? 1 / sqrtf((float)sum->count) : 0;
    for (uint32_t l = 0; l < scorer->model->label_count; l++)
        out[l] = lexicon->bias[source][l] +
                 lexicon->unit[source][l] * (float)sum->weights[l] * scale;
}

static bool score_block(struct scorer *scorer, uint32_t block, float *out) {
    const struct dc_page *page = scorer->layout->page;
    uint32_t own = page->blocks[block].node, above, middle, below;
    struct sum sum = scorer->nodes[own];
    find_pairs(page, own, &above, &middle, &below);
    if (!sum_pair(scorer, &sum, middle, below) ||
        !sum_pair(scorer, &sum, above, middle))
        return false;
    scorer->tokens.count = 0;
    if (!place_tokens(page, own, &scorer->tokens))
        return false;
    sum_tokens(scorer, &sum);
    write_scores(scorer, &sum, DC_SOURCE_ATTRIBUTES, out);
    sum = (struct sum){0};
    scorer->tokens.count = 0;
    if (!text_tokens(scorer->layout, block, &scorer->tokens))
        return false;
    sum_tokens(scorer, &sum);
    write_scores(scorer, &sum, DC_SOURCE_TEXT,
                 out + scorer->model->label_count);
    return true;
}

bool dc_lexicon_score(const struct dc_layout *layout,
                      const struct declutter_model *model,
                      struct dc_arena *arena, float *scores) {
    const struct dc_page *page = layout->page;
    struct scorer scorer = {.layout = layout, .model = model};
    scorer.tokens.arena = arena;
    scorer.tokens.capacity = 1024;
    size_t slots = 64;
    while (slots < page->block_count * 4)
        slots *= 2;
    scorer.pair_mask = slots - 1;
    scorer.pairs = dc_arena_zero(arena, slots, sizeof *scorer.pairs);
    scorer.pair_keys = dc_arena_alloc(arena, slots, sizeof(uint32_t));
    scorer.values =
        dc_arena_zero(arena, page->string_count * 3, sizeof *scorer.values);
    scorer.nodes =
        dc_arena_alloc(arena, page->node_count, sizeof *scorer.nodes);
    scorer.tokens.hashes =
        dc_arena_alloc(arena, scorer.tokens.capacity, sizeof(uint32_t));
    if (arena->failed || !sum_nodes(&scorer))
        return false;
    size_t width = (size_t)model->label_count * DC_SOURCES;
    for (uint32_t i = 0; i < page->block_count; i++)
        if (!score_block(&scorer, i, scores + i * width))
            return false;
    return true;
}
