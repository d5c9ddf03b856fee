/* lexicon_tokens.c: what stands above a block, and what it says -> tokens.
 *
 * What authors call their elements ("post-content", "sidebar", "cc-banner")
 * is the strongest sign there is, and what short blocks say ("Read more",
 * "Accept all") the second.  Both are hashed to 32 bits, so a token needs no
 * string at run time (the hashing trick of Weinberger et al. 2009, with hashes
 * wide enough not to collide).  The trainer counts the tokens of whole blocks;
 * lexicon.c asks for them piece by piece, as what it has summed up already
 * need not be made again.
 */
#include "lexicon_tokens.h"

#include <string.h>

#include "utf8.h"

enum {
    ATTRIBUTE_CHARS = 300, /* of a value that are read */
    ATTRIBUTE_WORDS = 24,
    WHOLE_WORD_CHARS = 40,
    PART_MIN = 2,
    PART_MAX = 20,
    PIECE_CHARS = 4,
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
    SALT_LEVEL,
    SALT_STEM,
    SALT_PIECE_FIRST,
    SALT_PIECE_LAST
};

static uint32_t salted(enum salt salt, uint32_t value) {
    return dc_hash_mix((uint32_t)salt * 0x85EBCA6Bu, value);
}

/* Makes room for `more` tokens, so that what follows need not ask again. */
bool dc_tokens_reserve(struct dc_tokens *tokens, size_t more) {
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

/* 0: the element holds this block alone; 1: a few; 2: many. */
unsigned dc_token_level(const struct dc_node *node) {
    uint32_t blocks = dc_node_blocks(node);
    return blocks <= 1 ? 0 : blocks <= LEVEL_SMALL ? 1 : 2;
}

unsigned dc_token_salt(unsigned attribute) {
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

static uint32_t add_letter(uint32_t hash, char c) {
    unsigned char lower = (unsigned char)c;
    lower = is_upper(lower) ? lower + 32 : lower;
    return (hash ^ lower) * DC_FNV_PRIME;
}

/* The end of the part that begins here: "navBar-2" has the parts "nav" and
 * "Bar".  Where no letter stands it is empty. */
static const char *part_end(const char *at, const char *end) {
    const char *part = at;
    for (; at < end && is_letter((unsigned char)*at); at++)
        if (at > part && is_upper((unsigned char)*at) &&
            !is_upper((unsigned char)at[-1]))
            break;
    return at;
}

static void part_token(struct dc_tokens *tokens, unsigned salt,
                       const char *part, size_t length) {
    uint32_t hash = DC_FNV_BASIS;
    if (length < PART_MIN || length > PART_MAX)
        return;
    for (size_t i = 0; i < length; i++)
        hash = add_letter(hash, part[i]);
    dc_token_add(tokens, salted((enum salt)salt, hash));
}

/* Tokens of one word of a value: "navBar-2" gives "nav", "bar", "=navbar-0".
 */
static void word_tokens(struct dc_tokens *tokens, unsigned salt,
                        const char *word, size_t length) {
    uint32_t whole = DC_FNV_BASIS;
    const char *end = word + length;
    for (const char *at = word; at < end;) {
        const char *part = at;
        at = part_end(part, end);
        part_token(tokens, salt, part, (size_t)(at - part));
        at += at == part;
    }
    for (size_t i = 0; i < length && i < WHOLE_WORD_CHARS; i++) {
        bool digit = (unsigned char)(word[i] - '0') < 10;
        whole = add_letter(whole, digit ? '0' : word[i]);
    }
    dc_token_add(tokens, salted(SALT_WHOLE, dc_hash_mix(whole, salt)));
}

/* Words run together ("sidebarright", "newstext") say by how they begin and
 * end what they do not say as a whole. */
static void piece_tokens(struct dc_tokens *tokens, unsigned salt,
                         const char *at, const char *end) {
    while (at < end) {
        const char *part = at;
        uint32_t first = DC_FNV_BASIS, last = DC_FNV_BASIS;
        at = part_end(part, end);
        size_t length = (size_t)(at - part);
        if (length > PIECE_CHARS + 1 && length <= PART_MAX) {
            for (size_t i = 0; i < PIECE_CHARS; i++) {
                first = add_letter(first, part[i]);
                last = add_letter(last, part[length - 1 - i]);
            }
            dc_token_add(tokens,
                         salted(SALT_PIECE_FIRST, dc_hash_mix(first, salt)));
            dc_token_add(tokens,
                         salted(SALT_PIECE_LAST, dc_hash_mix(last, salt)));
        }
        at += length == 0;
    }
}

/* Tokens of one attribute value, wherever its element stands. */
bool dc_value_tokens(struct dc_tokens *tokens, unsigned salt,
                     struct dc_text value) {
    /* A part of PIECE_CHARS + 2 letters is three tokens, two letters one. */
    enum { MOST = ATTRIBUTE_CHARS + ATTRIBUTE_WORDS };
    const char *at = value.bytes;
    const char *end =
        at + (value.length < ATTRIBUTE_CHARS ? value.length : ATTRIBUTE_CHARS);
    if (!dc_tokens_reserve(tokens, MOST))
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
    piece_tokens(tokens, salt, value.bytes, at);
    return true;
}

/* What a token of an element also gives when the element is near. */
uint32_t dc_near_token(uint32_t hash, unsigned level) {
    return salted(SALT_LEVEL, dc_hash_mix(hash, level));
}

uint32_t dc_tag_token(const struct dc_node *node) {
    return salted(SALT_TAG,
                  dc_hash_mix((uint32_t)node->tag, dc_token_level(node)));
}

/* Tokens of all attributes of an element. */
static bool node_tokens(const struct dc_page *page, uint32_t number,
                        struct dc_tokens *tokens) {
    const struct dc_node *node = &page->nodes[number];
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        unsigned salt = dc_token_salt(a->name);
        if (salt && !dc_value_tokens(tokens, salt, page->strings[a->value]))
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
                           uint32_t first[DC_PAIR_TOKENS]) {
    size_t count = tokens->count - start;
    count = count < DC_PAIR_TOKENS ? count : DC_PAIR_TOKENS;
    for (size_t i = 0; i < count; i++)
        first[i] = tokens->hashes[start + i];
    return count;
}

/* Products of the first tokens of two elements, one above the other. */
void dc_pair_products(const uint32_t *upper, size_t uppers,
                      const uint32_t *lower, size_t lowers,
                      struct dc_tokens *tokens) {
    for (size_t i = 0; i < uppers; i++)
        for (size_t j = 0; j < lowers; j++)
            dc_token_add(tokens,
                         salted(SALT_PAIR, dc_hash_mix(upper[i], lower[j])));
}

static bool pair_tokens(const struct dc_page *page, uint32_t above,
                        uint32_t below, struct dc_tokens *tokens) {
    uint32_t upper[DC_PAIR_TOKENS], lower[DC_PAIR_TOKENS];
    size_t start = tokens->count, uppers, lowers;
    if (!node_tokens(page, above, tokens))
        return false;
    uppers = first_tokens(tokens, start, upper);
    tokens->count = start;
    if (!node_tokens(page, below, tokens))
        return false;
    lowers = first_tokens(tokens, start, lower);
    tokens->count = start;
    if (!dc_tokens_reserve(tokens, uppers * lowers))
        return false;
    dc_pair_products(upper, uppers, lower, lowers, tokens);
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
bool dc_place_tokens(const struct dc_page *page, uint32_t number,
                     struct dc_tokens *tokens) {
    enum { LONGEST = 4 };
    uint32_t path = page->nodes[number].tag, node = number;
    if (!dc_tokens_reserve(tokens, LONGEST))
        return false;
    for (int length = 2; length <= LONGEST; length++) {
        node = page->nodes[node].parent;
        if (node == DC_NONE)
            break;
        path = dc_hash_mix(path, page->nodes[node].tag);
        dc_token_add(tokens, salted(SALT_PATH, path));
    }
    dc_token_add(tokens, salted(SALT_HREF, href_kind(page, number)));
    return true;
}

/* The two nearest pairs of elements with classes above a block: *above over
 * *middle over *below, DC_NONE where there is none. */
void dc_find_pairs(const struct dc_page *page, uint32_t number, uint32_t *above,
                   uint32_t *middle, uint32_t *below) {
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
    unsigned level = dc_token_level(node);
    if (!dc_tokens_reserve(tokens, 1))
        return false;
    dc_token_add(tokens, dc_tag_token(node));
    size_t start = tokens->count;
    if (!node_tokens(page, number, tokens))
        return false;
    size_t end = tokens->count;
    if (level > 1)
        return true;
    if (!dc_tokens_reserve(tokens, end - start))
        return false;
    for (size_t i = end; i-- > start;) { /* each behind what it comes from */
        uint32_t hash = tokens->hashes[i];
        tokens->hashes[2 * i - start] = hash;
        tokens->hashes[2 * i - start + 1] = dc_near_token(hash, level);
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
    dc_find_pairs(page, own, &above, &middle, &below);
    if (middle != DC_NONE && !pair_tokens(page, middle, below, tokens))
        return false;
    if (above != DC_NONE && !pair_tokens(page, above, middle, tokens))
        return false;
    return dc_place_tokens(page, own, tokens);
}

static void body_tokens(const struct dc_layout *layout, uint32_t block,
                        struct dc_tokens *tokens) {
    const struct dc_page *page = layout->page;
    const uint32_t *words = layout->word_hash + layout->words_before[block];
    const uint32_t *stems = layout->word_stem + layout->words_before[block];
    const bool *fresh = layout->word_is_new + layout->words_before[block];
    uint32_t count = page->blocks[block].words;
    uint32_t tag = page->nodes[page->blocks[block].node].tag;
    uint32_t size = count <= 3 ? 1 : count <= SHORT_WORDS ? 2 : 3;
    uint32_t read = count < DC_WORDS_READ ? count : DC_WORDS_READ;
    for (uint32_t i = 0; i < read; i++) {
        if (!fresh[i])
            continue;
        dc_token_add(tokens, salted(SALT_WORD, words[i]));
        dc_token_add(tokens, salted(SALT_SIZE, dc_hash_mix(words[i], size)));
        if (count <= SHORT_WORDS)
            dc_token_add(tokens,
                         salted(SALT_TAGGED, dc_hash_mix(words[i], tag)));
        if (stems[i])
            dc_token_add(tokens, salted(SALT_STEM, stems[i]));
    }
    for (uint32_t i = 0; i + 1 < read && i + 1 < BIGRAM_WORDS; i++)
        dc_token_add(tokens,
                     salted(SALT_BIGRAM, dc_hash_mix(words[i], words[i + 1])));
}

static void end_tokens(const uint32_t *words, uint32_t count,
                       struct dc_tokens *tokens) {
    if (!count)
        return;
    uint32_t whole = 0;
    for (uint32_t i = 0; i < count && count <= WHOLE_TEXT_WORDS; i++)
        whole = dc_hash_mix(whole, words[i]);
    dc_token_add(tokens, salted(SALT_FIRST, words[0]));
    dc_token_add(tokens, salted(SALT_LAST, words[count - 1]));
    if (count > 1)
        dc_token_add(tokens,
                     salted(SALT_FIRST_TWO, dc_hash_mix(words[0], words[1])));
    if (count <= WHOLE_TEXT_WORDS)
        dc_token_add(tokens, salted(SALT_TEXT, whole));
}

static void heading_tokens(const struct dc_layout *layout, uint32_t heading,
                           struct dc_tokens *tokens) {
    if (heading == DC_NONE)
        return;
    const uint32_t *words = layout->word_hash + layout->words_before[heading];
    uint32_t count = layout->page->blocks[heading].words, whole = 0;
    for (uint32_t i = 0; i < count && i < HEADING_WORDS; i++)
        dc_token_add(tokens, salted(SALT_HEADING, words[i]));
    for (uint32_t i = 0; i < count && i < WHOLE_TEXT_WORDS; i++)
        whole = dc_hash_mix(whole, words[i]);
    dc_token_add(tokens, salted(SALT_HEADING_TEXT, whole));
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
    dc_token_add(tokens,
                 salted(SALT_FIRST_CHARACTER, dc_lower(dc_utf8_next(&first))));
    dc_token_add(tokens, salted(SALT_LAST_CHARACTER, dc_utf8_next(&last)));
}

bool dc_text_tokens(const struct dc_layout *layout, uint32_t block,
                    struct dc_tokens *tokens) {
    enum { MOST = 4 * DC_WORDS_READ + BIGRAM_WORDS + HEADING_WORDS + 8 };
    const struct dc_page *page = layout->page;
    const struct dc_block *b = &page->blocks[block];
    const uint32_t *words = layout->word_hash + layout->words_before[block];
    if (!dc_tokens_reserve(tokens, MOST))
        return false;
    body_tokens(layout, block, tokens);
    end_tokens(words, b->words, tokens);
    dc_token_add(tokens, salted(SALT_LENGTH, log_bucket(b->chars)));
    character_tokens(dc_block_text(page, block), tokens);
    heading_tokens(layout, layout->heading[block], tokens);
    return true;
}

bool dc_lexicon_tokens(const struct dc_layout *layout, uint32_t block,
                       enum dc_token_source source, struct dc_tokens *tokens) {
    return source == DC_SOURCE_ATTRIBUTES
               ? attribute_tokens(layout, block, tokens)
               : dc_text_tokens(layout, block, tokens);
}
