/* lexicon.c: tokens of class, id and role names, and of words -> learned
 * scores.
 *
 * Each token has one learned weight a label (a linear model over sparse
 * tokens).  A block's score is the sum of its tokens' weights over the square
 * root of their number.  Attribute tokens of all ancestors count.  They are
 * summed once an element and inherited, and an attribute value seen before on
 * the page is looked up once, so a block costs a few additions at any depth.
 * Weights are bytes and sums integers: the result does not depend on the order
 * of addition.
 */
#include "lexicon.h"

#include <math.h>

#include "lexicon_tokens.h"

/* Sum of the weights of some tokens, and how many there were. */
struct sum {
    int32_t weights[DC_LABELS_MAX];
    uint32_t count;
    uint32_t known; /* 0: not computed */
};

/* An attribute value's tokens, found once a page: where they lie in the pool,
 * their sum, and the sum with what they give near a block. */
struct value {
    uint32_t first, count;
    uint32_t salt; /* they were made with; 0: not made */
    struct sum sums[3];
};

struct scorer {
    const struct dc_layout *layout;
    const struct declutter_model *model;
    struct dc_tokens tokens; /* scratch */
    struct dc_tokens rest;   /* scratch of a look-up */
    struct dc_tokens pool;   /* of the values */
    struct value *values;    /* one a string */
    struct sum *nodes;       /* element and all above it */
    struct sum *pairs;       /* by hash of two elements' attributes */
    uint32_t *pair_keys;
    size_t pair_mask;
};

/* The first keys of a bucket side by side, one after the other from the
 * lowest bits up.  Compilers make one load of it. */
static inline uint64_t load_keys(const uint16_t *keys) {
    return (uint64_t)keys[0] | (uint64_t)keys[1] << 16 |
           (uint64_t)keys[2] << 32 | (uint64_t)keys[3] << 48;
}

/* Replaces tokens by their entries in the lexicon; returns how many have one.
 * A branch a token would be a coin toss each time: without, the machine looks
 * up many at a time.  The keys of a bucket are compared all at once: of those
 * that differ from the token's in no bit, the lowest is found by its borrow
 * (Mycroft's test for a zero byte).  Tokens of the few buckets with more
 * entries than are looked at here go to `rest`. */
static size_t find_entries(const struct dc_lexicon *lexicon, uint32_t *hashes,
                           size_t count, struct dc_tokens *rest) {
    static const uint64_t lanes = 0x0001000100010001u, none = 0;
    static const uint64_t tops[DC_KEYS_READ + 2] = {
        none, 0x8000u, 0x80008000u, 0x800080008000u, 0x8000800080008000u, none};
    const uint16_t *starts = lexicon->starts, *keys = lexicon->keys;
    size_t found = 0;
    rest->count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = hashes[i], first = starts[hash >> 16];
        uint32_t length = starts[(hash >> 16) + 1] - first;
        uint32_t many = length > DC_KEYS_READ;
        uint64_t differ = load_keys(keys + first) ^ lanes * (uint16_t)hash;
        uint64_t equal =
            (differ - lanes) & ~differ & tops[many ? DC_KEYS_READ + 1 : length];
        rest->hashes[rest->count] = hash;
        rest->count += many;
        hashes[found] =
            first + (uint32_t)__builtin_ctzll(equal | 1ull << 63) / 16;
        found += equal != 0;
    }
    return found;
}

static inline void add_weights(struct sum *sum, const int8_t *weights,
                               uint32_t labels) {
    for (uint32_t l = 0; l < labels; l++)
        sum->weights[l] += weights[l];
}

/* Adds the weights of some entries.  A number of labels known here keeps the
 * sums out of memory. */
static void add_entries(struct sum *sum, const int8_t *weights,
                        const uint32_t *entries, size_t count,
                        uint32_t labels) {
    enum { USUAL = 4 };
    if (labels != USUAL) {
        for (size_t i = 0; i < count; i++)
            add_weights(sum, weights + (size_t)entries[i] * labels, labels);
        return;
    }
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i < count; i++) {
        const int8_t *entry = weights + (size_t)entries[i] * USUAL;
        a += entry[0];
        b += entry[1];
        c += entry[2];
        d += entry[3];
    }
    sum->weights[0] += a;
    sum->weights[1] += b;
    sum->weights[2] += c;
    sum->weights[3] += d;
}

/* Adds the weights of some tokens, which are lost.  false: out of memory. */
static bool sum_tokens(struct scorer *scorer, struct sum *sum, uint32_t *hashes,
                       size_t count) {
    const struct dc_lexicon *lexicon = &scorer->model->lexicon;
    struct dc_tokens *rest = &scorer->rest;
    uint32_t labels = scorer->model->label_count;
    sum->count += (uint32_t)count;
    if (!lexicon->count)
        return true;
    rest->count = 0;
    if (!dc_tokens_reserve(rest, count + 1))
        return false;
    size_t found = find_entries(lexicon, hashes, count, rest);
    add_entries(sum, lexicon->weights, hashes, found, labels);
    for (size_t i = 0; i < rest->count; i++) {
        uint32_t entry = dc_lexicon_find(lexicon, rest->hashes[i]);
        if (entry != DC_NONE)
            add_weights(sum, lexicon->weights + (size_t)entry * labels, labels);
    }
    return true;
}

static bool sum_scratch(struct scorer *scorer, struct sum *sum) {
    return sum_tokens(scorer, sum, scorer->tokens.hashes, scorer->tokens.count);
}

static void sum_add(struct sum *sum, const struct sum *other) {
    for (uint32_t l = 0; l < DC_LABELS_MAX; l++)
        sum->weights[l] += other->weights[l];
    sum->count += other->count;
}

/* The tokens of an attribute's value; NULL: out of memory. */
static struct value *value_of(struct scorer *scorer,
                              const struct dc_attribute *attribute,
                              unsigned salt) {
    struct value *value = &scorer->values[attribute->value];
    if (value->salt == salt)
        return value;
    struct dc_text text = scorer->layout->page->strings[attribute->value];
    struct dc_tokens *pool = &scorer->pool;
    *value = (struct value){.first = (uint32_t)pool->count, .salt = salt};
    if (!dc_value_tokens(pool, salt, text))
        return NULL;
    value->count = (uint32_t)pool->count - value->first;
    return value;
}

/* Sums the tokens of a value, as they count `level` near a block. */
static bool sum_level(struct scorer *scorer, const struct value *value,
                      unsigned level, struct sum *sum) {
    struct dc_tokens *tokens = &scorer->tokens;
    tokens->count = 0;
    if (!dc_tokens_reserve(tokens, 2 * (size_t)value->count))
        return false;
    for (uint32_t i = 0; i < value->count; i++) {
        uint32_t hash = scorer->pool.hashes[value->first + i];
        dc_token_add(tokens, hash);
        if (level < 2)
            dc_token_add(tokens, dc_near_token(hash, level));
    }
    sum->known = 1;
    return sum_scratch(scorer, sum);
}

/* Adds the sum of an attribute's tokens, computed once a page. */
static bool sum_value(struct scorer *scorer, struct sum *sum,
                      const struct dc_attribute *attribute, unsigned level) {
    unsigned salt = dc_token_salt(attribute->name);
    if (!salt)
        return true;
    struct value *value = value_of(scorer, attribute, salt);
    if (!value)
        return false;
    struct sum *cached = &value->sums[level];
    if (!cached->known && !sum_level(scorer, value, level, cached))
        return false;
    sum_add(sum, cached);
    return true;
}

/* The first tokens of an element's attributes; SIZE_MAX: out of memory. */
static size_t node_first_tokens(struct scorer *scorer, uint32_t number,
                                uint32_t first[DC_PAIR_TOKENS]) {
    const struct dc_page *page = scorer->layout->page;
    const struct dc_node *node = &page->nodes[number];
    size_t count = 0;
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        unsigned salt = dc_token_salt(a->name);
        if (!salt)
            continue;
        const struct value *value = value_of(scorer, a, salt);
        if (!value)
            return SIZE_MAX;
        for (uint32_t t = 0; t < value->count && count < DC_PAIR_TOKENS; t++)
            first[count++] = scorer->pool.hashes[value->first + t];
    }
    return count;
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
        uint32_t tag = dc_tag_token(node);
        if (!sum_tokens(scorer, sum, &tag, 1))
            return false;
        for (uint32_t a = 0; a < node->attribute_count; a++)
            if (!sum_value(scorer, sum, &page->attributes[node->attributes + a],
                           dc_token_level(node)))
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
        if (dc_token_salt(a->name))
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
        uint32_t upper[DC_PAIR_TOKENS], lower[DC_PAIR_TOKENS];
        size_t uppers = node_first_tokens(scorer, above, upper);
        size_t lowers = node_first_tokens(scorer, below, lower);
        scorer->tokens.count = 0;
        if (uppers == SIZE_MAX || lowers == SIZE_MAX ||
            !dc_tokens_reserve(&scorer->tokens, uppers * lowers))
            return false;
        scorer->pair_keys[slot] = key;
        dc_pair_products(upper, uppers, lower, lowers, &scorer->tokens);
        if (!sum_scratch(scorer, cached))
            return false;
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
    dc_find_pairs(page, own, &above, &middle, &below);
    if (!sum_pair(scorer, &sum, middle, below) ||
        !sum_pair(scorer, &sum, above, middle))
        return false;
    scorer->tokens.count = 0;
    if (!dc_place_tokens(page, own, &scorer->tokens) ||
        !sum_scratch(scorer, &sum))
        return false;
    write_scores(scorer, &sum, DC_SOURCE_ATTRIBUTES, out);
    sum = (struct sum){0};
    scorer->tokens.count = 0;
    if (!dc_text_tokens(scorer->layout, block, &scorer->tokens) ||
        !sum_scratch(scorer, &sum))
        return false;
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
    scorer.pool = scorer.rest = scorer.tokens;
    scorer.tokens.capacity = scorer.rest.capacity = 1024;
    scorer.pool.capacity = 4096;
    size_t slots = 64;
    while (slots < page->block_count * 4)
        slots *= 2;
    scorer.pair_mask = slots - 1;
    scorer.pairs = dc_arena_zero(arena, slots, sizeof *scorer.pairs);
    scorer.pair_keys = dc_arena_alloc(arena, slots, sizeof(uint32_t));
    scorer.values =
        dc_arena_zero(arena, page->string_count, sizeof *scorer.values);
    scorer.nodes =
        dc_arena_alloc(arena, page->node_count, sizeof *scorer.nodes);
    scorer.tokens.hashes =
        dc_arena_alloc(arena, scorer.tokens.capacity, sizeof(uint32_t));
    scorer.rest.hashes =
        dc_arena_alloc(arena, scorer.rest.capacity, sizeof(uint32_t));
    scorer.pool.hashes =
        dc_arena_alloc(arena, scorer.pool.capacity, sizeof(uint32_t));
    if (arena->failed || !sum_nodes(&scorer))
        return false;
    size_t width = (size_t)model->label_count * DC_SOURCES;
    for (uint32_t i = 0; i < page->block_count; i++)
        if (!score_block(&scorer, i, scores + i * width))
            return false;
    return true;
}
