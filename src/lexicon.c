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

/* Makes room for `more` tokens, so that what follows need not ask again. */
static bool reserve(struct dc_tokens *tokens, size_t more) {
    while (tokens->capacity - tokens->count < more) {
        uint32_t *hashes =
            dc_arena_double(tokens->arena, tokens->hashes, tokens->count,
                            &tokens->capacity, sizeof *hashes);
        if (!hashes)
            return false;
        tokens->hashes = hashes;
    }
    return true;
}

static inline void add(struct dc_tokens *tokens, uint32_t hash) {
    tokens->hashes[tokens->count++] = hash;
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

/* Tokens of one word of a value: "navBar-2" gives "nav", "bar", "=navbar-0".
 */
static void word_tokens(struct dc_tokens *tokens, unsigned salt,
                        const char *word, size_t length) {
    uint32_t whole = 2166136261u, part = 2166136261u;
    size_t part_length = 0;
    for (size_t i = 0; i <= length; i++) {
        unsigned char c = i < length ? (unsigned char)word[i] : ' ';
        bool camel = i && is_upper(c) && !is_upper((unsigned char)word[i - 1]);
        if (!is_letter(c) || camel) {
            if (part_length >= PART_MIN && part_length <= PART_MAX)
                add(tokens, salted((enum salt)salt, part));
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
    add(tokens, salted(SALT_WHOLE, dc_hash_mix(whole, salt)));
}

/* Tokens of one attribute value, wherever its element stands. */
static bool value_tokens(struct dc_tokens *tokens, unsigned salt,
                         struct dc_text value) {
    const char *at = value.bytes;
    const char *end =
        at + (value.length < ATTRIBUTE_CHARS ? value.length : ATTRIBUTE_CHARS);
    if (!reserve(tokens, ATTRIBUTE_CHARS + ATTRIBUTE_WORDS))
        return false;
    for (int words = 0; words < ATTRIBUTE_WORDS && at < end; words++) {
        while (at < end && (unsigned char)*at <= ' ')
            at++;
        const char *word = at;
        while (at < end && (unsigned char)*at > ' ')
            at++;
        if (at > word)
            word_tokens(tokens, salt, word, (size_t)(at - word));
    }
    return true;
}

/* What a token of an element also gives when the element is near. */
static uint32_t near_token(uint32_t hash, unsigned level) {
    return salted(SALT_LEVEL, dc_hash_mix(hash, level));
}

static uint32_t tag_token(const struct dc_node *node) {
    return salted(SALT_TAG, dc_hash_mix((uint32_t)node->tag, level_of(node)));
}

/* Tokens of all attributes of an element. */
static bool node_tokens(const struct dc_page *page, uint32_t number,
                        struct dc_tokens *tokens) {
    const struct dc_node *node = &page->nodes[number];
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        unsigned salt = salt_of(a->name);
        if (salt && !value_tokens(tokens, salt, page->strings[a->value]))
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

/* The first tokens of an element; returns how many. */
static size_t first_tokens(const struct dc_tokens *tokens, size_t start,
                           uint32_t first[PAIR_TOKENS]) {
    size_t count = tokens->count - start;
    count = count < PAIR_TOKENS ? count : PAIR_TOKENS;
    for (size_t i = 0; i < count; i++)
        first[i] = tokens->hashes[start + i];
    return count;
}

/* Products of the first tokens of two elements, one above the other. */
static void pair_products(const uint32_t *upper, size_t uppers,
                          const uint32_t *lower, size_t lowers,
                          struct dc_tokens *tokens) {
    for (size_t i = 0; i < uppers; i++)
        for (size_t j = 0; j < lowers; j++)
            add(tokens, salted(SALT_PAIR, dc_hash_mix(upper[i], lower[j])));
}

static bool pair_tokens(const struct dc_page *page, uint32_t above,
                        uint32_t below, struct dc_tokens *tokens) {
    uint32_t upper[PAIR_TOKENS], lower[PAIR_TOKENS];
    size_t start = tokens->count, uppers, lowers;
    if (!node_tokens(page, above, tokens))
        return false;
    uppers = first_tokens(tokens, start, upper);
    tokens->count = start;
    if (!node_tokens(page, below, tokens))
        return false;
    lowers = first_tokens(tokens, start, lower);
    tokens->count = start;
    if (!reserve(tokens, uppers * lowers))
        return false;
    pair_products(upper, uppers, lower, lowers, tokens);
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
    enum { LONGEST = 4 };
    uint32_t path = page->nodes[number].tag, node = number;
    if (!reserve(tokens, LONGEST))
        return false;
    for (int length = 2; length <= LONGEST; length++) {
        node = page->nodes[node].parent;
        if (node == DC_NONE)
            break;
        path = dc_hash_mix(path, page->nodes[node].tag);
        add(tokens, salted(SALT_PATH, path));
    }
    add(tokens, salted(SALT_HREF, href_kind(page, number)));
    return true;
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

/* Tokens of an element over a block, with how near it is. */
static bool ancestor_tokens(const struct dc_page *page, uint32_t number,
                            struct dc_tokens *tokens) {
    const struct dc_node *node = &page->nodes[number];
    unsigned level = level_of(node);
    if (!reserve(tokens, 1))
        return false;
    add(tokens, tag_token(node));
    size_t start = tokens->count;
    if (!node_tokens(page, number, tokens))
        return false;
    size_t end = tokens->count;
    if (level > 1)
        return true;
    if (!reserve(tokens, end - start))
        return false;
    for (size_t i = end; i-- > start;) { /* each behind what it comes from */
        uint32_t hash = tokens->hashes[i];
        tokens->hashes[2 * i - start] = hash;
        tokens->hashes[2 * i - start + 1] = near_token(hash, level);
    }
    tokens->count = 2 * end - start;
    return true;
}

static bool attribute_tokens(const struct dc_layout *layout, uint32_t block,
                             struct dc_tokens *tokens) {
    const struct dc_page *page = layout->page;
    uint32_t own = page->blocks[block].node;
    for (uint32_t n = own; n != DC_NONE; n = page->nodes[n].parent)
        if (!ancestor_tokens(page, n, tokens))
            return false;
    uint32_t above, middle, below;
    find_pairs(page, own, &above, &middle, &below);
    if (middle != DC_NONE && !pair_tokens(page, middle, below, tokens))
        return false;
    if (above != DC_NONE && !pair_tokens(page, above, middle, tokens))
        return false;
    return place_tokens(page, own, tokens);
}

static void body_tokens(const struct dc_layout *layout, uint32_t block,
                        struct dc_tokens *tokens) {
    const struct dc_page *page = layout->page;
    const uint32_t *words = layout->word_hash + layout->words_before[block];
    const bool *fresh = layout->word_is_new + layout->words_before[block];
    uint32_t count = page->blocks[block].words;
    uint32_t tag = page->nodes[page->blocks[block].node].tag;
    uint32_t size = count <= 3 ? 1 : count <= SHORT_WORDS ? 2 : 3;
    uint32_t read = count < DC_WORDS_READ ? count : DC_WORDS_READ;
    for (uint32_t i = 0; i < read; i++) {
        if (!fresh[i])
            continue;
        add(tokens, salted(SALT_WORD, words[i]));
        add(tokens, salted(SALT_SIZE, dc_hash_mix(words[i], size)));
        if (count <= SHORT_WORDS)
            add(tokens, salted(SALT_TAGGED, dc_hash_mix(words[i], tag)));
    }
    for (uint32_t i = 0; i + 1 < read && i + 1 < BIGRAM_WORDS; i++)
        add(tokens, salted(SALT_BIGRAM, dc_hash_mix(words[i], words[i + 1])));
}

static void end_tokens(const uint32_t *words, uint32_t count,
                       struct dc_tokens *tokens) {
    if (!count)
        return;
    uint32_t whole = 0;
    for (uint32_t i = 0; i < count && count <= WHOLE_TEXT_WORDS; i++)
        whole = dc_hash_mix(whole, words[i]);
    add(tokens, salted(SALT_FIRST, words[0]));
    add(tokens, salted(SALT_LAST, words[count - 1]));
    if (count > 1)
        add(tokens, salted(SALT_FIRST_TWO, dc_hash_mix(words[0], words[1])));
    if (count <= WHOLE_TEXT_WORDS)
        add(tokens, salted(SALT_TEXT, whole));
}

static void heading_tokens(const struct dc_layout *layout, uint32_t heading,
                           struct dc_tokens *tokens) {
    if (heading == DC_NONE)
        return;
    const uint32_t *words = layout->word_hash + layout->words_before[heading];
    uint32_t count = layout->page->blocks[heading].words, whole = 0;
    for (uint32_t i = 0; i < count && i < HEADING_WORDS; i++)
        add(tokens, salted(SALT_HEADING, words[i]));
    for (uint32_t i = 0; i < count && i < WHOLE_TEXT_WORDS; i++)
        whole = dc_hash_mix(whole, words[i]);
    add(tokens, salted(SALT_HEADING_TEXT, whole));
}

static uint32_t log_bucket(uint32_t number) {
    uint32_t bucket = 0;
    for (; number > 1; number >>= 1)
        bucket++;
    return bucket;
}

/* First and last character of a text. */
static void character_tokens(struct dc_text text, struct dc_tokens *tokens) {
    const char *first = text.bytes, *last = text.bytes + text.length - 1;
    while (last > text.bytes && ((unsigned char)*last & 0xC0) == 0x80)
        last--;
    add(tokens, salted(SALT_FIRST_CHARACTER, dc_lower(dc_utf8_next(&first))));
    add(tokens, salted(SALT_LAST_CHARACTER, dc_utf8_next(&last)));
}

static bool text_tokens(const struct dc_layout *layout, uint32_t block,
                        struct dc_tokens *tokens) {
    enum { MOST = 3 * DC_WORDS_READ + BIGRAM_WORDS + HEADING_WORDS + 8 };
    const struct dc_page *page = layout->page;
    const struct dc_block *b = &page->blocks[block];
    const uint32_t *words = layout->word_hash + layout->words_before[block];
    if (!reserve(tokens, MOST))
        return false;
    body_tokens(layout, block, tokens);
    end_tokens(words, b->words, tokens);
    add(tokens, salted(SALT_LENGTH, log_bucket(b->chars)));
    character_tokens(dc_block_text(page, block), tokens);
    heading_tokens(layout, layout->heading[block], tokens);
    return true;
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

/* Replaces tokens by their entries in the lexicon; returns how many have one.
 * A branch a token would be a coin toss each time: without, the machine looks
 * up many at a time.  Tokens of the few buckets with more entries than are
 * looked at here go to `rest`. */
static size_t find_entries(const struct dc_lexicon *lexicon, uint32_t *hashes,
                           size_t count, struct dc_tokens *rest) {
    enum { LOOKED_AT = 3 };
    const uint16_t *keys = lexicon->keys;
    uint32_t last = lexicon->count - 1;
    size_t found = 0;
    rest->count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = hashes[i], bucket = hash >> 16;
        uint32_t first = lexicon->starts[bucket];
        uint32_t length = lexicon->starts[bucket + 1] - first;
        uint32_t second = first + 1 < last ? first + 1 : last;
        uint32_t third = first + 2 < last ? first + 2 : last;
        uint16_t key = (uint16_t)hash;
        uint32_t in_first =
            (length > 0) & (keys[first < last ? first : last] == key);
        uint32_t in_second = (length > 1) & (keys[second] == key);
        uint32_t in_third = (length > 2) & (keys[third] == key);
        uint32_t many = length > LOOKED_AT;
        rest->hashes[rest->count] = hash;
        rest->count += many;
        hashes[found] = first + in_second + 2 * in_third;
        found += (in_first | in_second | in_third) & ~many;
    }
    return found;
}

static inline void add_weights(struct sum *sum, const int8_t *weights,
                        uint32_t labels) {
    enum { USUAL = 4 }; /* a count known here saves the loop */
    if (labels == USUAL)
        for (uint32_t l = 0; l < USUAL; l++)
            sum->weights[l] += weights[l];
    else
        for (uint32_t l = 0; l < labels; l++)
            sum->weights[l] += weights[l];
}

/* Adds the weights of some tokens, which are lost.  false: out of memory. */
static bool sum_tokens(struct scorer *scorer, struct sum *sum, uint32_t *hashes,
                       size_t count) {
    const struct dc_lexicon *lexicon = &scorer->model->lexicon;
    struct dc_tokens *rest = &scorer->rest;
    size_t labels = scorer->model->label_count;
    sum->count += (uint32_t)count;
    if (!lexicon->count)
        return true;
    rest->count = 0;
    if (!reserve(rest, count + 1))
        return false;
    size_t found = find_entries(lexicon, hashes, count, rest);
    for (size_t i = 0; i < found; i++)
        add_weights(sum, lexicon->weights + hashes[i] * labels,
                    (uint32_t)labels);
    for (size_t i = 0; i < rest->count; i++) {
        uint32_t entry = dc_lexicon_find(lexicon, rest->hashes[i]);
        if (entry != DC_NONE)
            add_weights(sum, lexicon->weights + entry * labels,
                        (uint32_t)labels);
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
    if (!value_tokens(pool, salt, text))
        return NULL;
    value->count = (uint32_t)pool->count - value->first;
    return value;
}

/* Sums the tokens of a value, as they count `level` near a block. */
static bool sum_level(struct scorer *scorer, const struct value *value,
                      unsigned level, struct sum *sum) {
    struct dc_tokens *tokens = &scorer->tokens;
    tokens->count = 0;
    if (!reserve(tokens, 2 * (size_t)value->count))
        return false;
    for (uint32_t i = 0; i < value->count; i++) {
        uint32_t hash = scorer->pool.hashes[value->first + i];
        add(tokens, hash);
        if (level < 2)
            add(tokens, near_token(hash, level));
    }
    sum->known = 1;
    return sum_scratch(scorer, sum);
}

/* Adds the sum of an attribute's tokens, computed once a page. */
static bool sum_value(struct scorer *scorer, struct sum *sum,
                      const struct dc_attribute *attribute, unsigned level) {
    unsigned salt = salt_of(attribute->name);
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
                                uint32_t first[PAIR_TOKENS]) {
    const struct dc_page *page = scorer->layout->page;
    const struct dc_node *node = &page->nodes[number];
    size_t count = 0;
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        unsigned salt = salt_of(a->name);
        if (!salt)
            continue;
        const struct value *value = value_of(scorer, a, salt);
        if (!value)
            return SIZE_MAX;
        for (uint32_t t = 0; t < value->count && count < PAIR_TOKENS; t++)
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
        uint32_t tag = tag_token(node);
        if (!sum_tokens(scorer, sum, &tag, 1))
            return false;
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
        uint32_t upper[PAIR_TOKENS], lower[PAIR_TOKENS];
        size_t uppers = node_first_tokens(scorer, above, upper);
        size_t lowers = node_first_tokens(scorer, below, lower);
        scorer->tokens.count = 0;
        if (uppers == SIZE_MAX || lowers == SIZE_MAX ||
            !reserve(&scorer->tokens, uppers * lowers))
            return false;
        scorer->pair_keys[slot] = key;
        pair_products(upper, uppers, lower, lowers, &scorer->tokens);
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
    find_pairs(page, own, &above, &middle, &below);
    if (!sum_pair(scorer, &sum, middle, below) ||
        !sum_pair(scorer, &sum, above, middle))
        return false;
    scorer->tokens.count = 0;
    if (!place_tokens(page, own, &scorer->tokens) || !sum_scratch(scorer, &sum))
        return false;
    write_scores(scorer, &sum, DC_SOURCE_ATTRIBUTES, out);
    sum = (struct sum){0};
    scorer->tokens.count = 0;
    if (!text_tokens(scorer->layout, block, &scorer->tokens) ||
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
