/* layout.c: blocks and nodes -> the structure over them.
 *
 * Which ancestors enclose more than this block, which siblings are records of
 * one list, which blocks share a path of tags or classes, which heading a
 * block stands under, which blocks say the same: features and contexts of all
 * kinds ask these questions for every block.  Each is answered for all blocks
 * at once by a loop over nodes (parents stand before their children) or over
 * blocks, with hash tables for the groups, so the whole is linear.
 */
#include "layout.h"

#include <string.h>

#include "map.h"
#include "utf8.h"

enum { HASH_SEED = 0x2545F491 };

/* Hash of a class value without its digits: "post-123" is "post-124". */
static uint32_t class_signature(struct dc_text value) {
    uint32_t hash = HASH_SEED;
    for (uint32_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.bytes[i];
        if (c < '0' || c > '9')
            hash = (hash ^ c) * DC_FNV_PRIME;
    }
    return hash ^ hash >> 13;
}

static bool find_signatures(struct dc_layout *layout, struct dc_arena *arena) {
    const struct dc_page *page = layout->page;
    uint32_t *of_string =
        dc_arena_zero(arena, page->string_count, sizeof *of_string);
    if (!of_string)
        return false;
    for (size_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        layout->signature[i] = 0;
        for (uint32_t a = 0; a < node->attribute_count; a++) {
            const struct dc_attribute *attribute =
                &page->attributes[node->attributes + a];
            if (attribute->name != DC_ATTRIBUTE_class)
                continue;
            uint32_t *signature = &of_string[attribute->value];
            if (!*signature)
                *signature = class_signature(page->strings[attribute->value]);
            layout->signature[i] = *signature;
        }
    }
    return true;
}

static void group_add(const struct dc_layout *layout, struct dc_group *group,
                      uint32_t first, uint32_t end) {
    group->members++;
    group->blocks += end - first;
    group->chars += layout->chars_before[end] - layout->chars_before[first];
    group->link_chars +=
        layout->link_chars_before[end] - layout->link_chars_before[first];
    group->long_chars += layout->long_before[end] - layout->long_before[first];
}

/* Siblings of one tag and signature that hold text; few make no group. */
static bool find_siblings(struct dc_layout *layout, struct dc_arena *arena) {
    const struct dc_page *page = layout->page;
    struct dc_map map;
    if (!dc_map_init(&map, arena, page->node_count))
        return false;
    for (size_t i = 1; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        layout->siblings[i] = DC_NONE;
        if (!dc_node_blocks(node))
            continue;
        uint32_t key = dc_hash_mix(node->parent, node->tag);
        layout->siblings[i] =
            dc_map_number(&map, dc_hash_mix(key, layout->signature[i]));
    }
    layout->siblings[0] = DC_NONE;
    layout->sibling_group_count = map.count;
    layout->sibling_groups =
        dc_arena_zero(arena, map.count, sizeof *layout->sibling_groups);
    if (!layout->sibling_groups)
        return false;
    for (size_t i = 1; i < page->node_count; i++)
        if (layout->siblings[i] != DC_NONE)
            group_add(layout, &layout->sibling_groups[layout->siblings[i]],
                      page->nodes[i].first_block, page->nodes[i].block_end);
    return true;
}

/* What a node takes over from its parent. */
static void inherit(struct dc_layout *layout) {
    const struct dc_page *page = layout->page;
    for (size_t i = 0; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        uint32_t parent = node->parent;
        bool root = parent == DC_NONE;
        uint32_t tags = root ? HASH_SEED : layout->tag_path[parent];
        uint32_t classes = root ? HASH_SEED : layout->class_path[parent];
        layout->tag_path[i] = dc_hash_mix(tags, node->tag);
        layout->class_path[i] =
            dc_hash_mix(dc_hash_mix(classes, node->tag), layout->signature[i]);
        layout->wider[i] = DC_NONE;
        if (!root)
            layout->wider[i] =
                dc_node_blocks(&page->nodes[parent]) > dc_node_blocks(node)
                    ? parent
                    : layout->wider[parent];
        uint32_t group = layout->siblings[i];
        bool record = group != DC_NONE &&
                      layout->sibling_groups[group].members >= DC_REPEATS;
        uint32_t far = root ? DC_NONE : layout->far_record[parent];
        layout->near_record[i] = record ? (uint32_t)i
                                 : root ? DC_NONE
                                        : layout->near_record[parent];
        layout->far_record[i] = far != DC_NONE ? far
                                : record       ? (uint32_t)i
                                               : DC_NONE;
    }
}

static bool find_path_groups(struct dc_layout *layout, struct dc_arena *arena) {
    const struct dc_page *page = layout->page;
    struct dc_map tags, classes;
    if (!dc_map_init(&tags, arena, page->block_count) ||
        !dc_map_init(&classes, arena, page->block_count))
        return false;
    for (size_t i = 0; i < page->block_count; i++) {
        uint32_t node = page->blocks[i].node;
        layout->tag_group[i] = dc_map_number(&tags, layout->tag_path[node]);
        layout->class_group[i] =
            dc_map_number(&classes, layout->class_path[node]);
    }
    layout->tag_group_count = tags.count;
    layout->class_group_count = classes.count;
    layout->tag_groups =
        dc_arena_zero(arena, tags.count, sizeof *layout->tag_groups);
    layout->class_groups =
        dc_arena_zero(arena, classes.count, sizeof *layout->class_groups);
    if (!layout->tag_groups || !layout->class_groups)
        return false;
    for (uint32_t i = 0; i < page->block_count; i++) {
        group_add(layout, &layout->tag_groups[layout->tag_group[i]], i, i + 1);
        group_add(layout, &layout->class_groups[layout->class_group[i]], i,
                  i + 1);
    }
    return true;
}

static void sum_blocks(struct dc_layout *layout) {
    const struct dc_page *page = layout->page;
    uint32_t chars = 0, links = 0, longs = 0, words = 0, long_blocks = 0;
    for (size_t i = 0; i <= page->block_count; i++) {
        layout->chars_before[i] = chars;
        layout->link_chars_before[i] = links;
        layout->long_before[i] = longs;
        layout->words_before[i] = words;
        layout->long_blocks_before[i] = long_blocks;
        if (i == page->block_count)
            break;
        const struct dc_block *block = &page->blocks[i];
        chars += block->chars;
        links += block->link_chars;
        words += block->words;
        if (dc_block_is_long(block)) {
            longs += block->chars;
            long_blocks++;
        }
    }
}

/* A block is a heading when it lies in an element h1 to h6: the text of a
 * heading is one block, and few elements stand between. */
static bool is_heading(const struct dc_page *page, uint32_t block) {
    uint32_t node = page->blocks[block].node;
    for (int level = 0; level < 4 && node != DC_NONE; level++) {
        if (dc_tag_flags(page->nodes[node].tag) & DC_HEADING)
            return true;
        node = page->nodes[node].parent;
    }
    return false;
}

static void find_headings(struct dc_layout *layout) {
    const struct dc_page *page = layout->page;
    uint32_t count = (uint32_t)page->block_count, last = DC_NONE, start = 0;
    for (uint32_t i = 0; i < count; i++) {
        layout->heading[i] = last;
        if (!is_heading(page, i))
            continue;
        for (; start <= i; start++)
            layout->section_end[start] = i;
        start = i;
        last = i;
    }
    for (; start < count; start++)
        layout->section_end[start] = count;
}

/* The hash of a word, made character by character: lower-cased, digits as 0. */
static inline uint32_t add_character(uint32_t hash, uint32_t c) {
    return (hash ^ (c - '0' < 10 ? '0' : dc_lower(c))) * DC_FNV_PRIME;
}

static inline uint32_t finish_hash(uint32_t hash) {
    return hash ^ hash >> 15;
}

uint32_t dc_word_hash(const char *word, size_t length) {
    uint32_t hash = DC_FNV_BASIS;
    for (const char *at = word; at < word + length;)
        hash = add_character(hash, dc_utf8_next(&at));
    return finish_hash(hash);
}

/* The words of a block on their way into their place of word_hash. */
struct hasher {
    uint32_t *out, *stems;
    uint32_t count, limit; /* words written, and to be written */
    uint32_t hash;   /* of the word so far; DC_FNV_BASIS outside of words */
    uint32_t stem;   /* hash of its first DC_STEM_CHARS characters */
    uint32_t length; /* its characters; 0 outside of words */
    uint32_t digits; /* hash of all digits as they are written */
};

/* All bits where `condition` holds: compilers make branches of `?`. */
static inline uint32_t mask_of(bool condition) {
    return 0u - (uint32_t)condition;
}

static inline void write_word(struct hasher *h) {
    h->out[h->count] = finish_hash(h->hash);
    h->stems[h->count] = h->stem & mask_of(h->length > DC_STEM_CHARS);
}

static inline void add_to_word(struct hasher *h, uint32_t c) {
    h->hash = add_character(h->hash, c);
    h->length++;
    h->stem ^= (h->stem ^ h->hash) & mask_of(h->length == DC_STEM_CHARS);
}

static void end_word(struct hasher *h) {
    if (h->length && h->count < h->limit) {
        write_word(h);
        h->count++;
    }
    h->hash = DC_FNV_BASIS;
    h->length = 0;
}

/* Reads ASCII characters; returns their end.  Where words end nobody can
 * foresee: a word is written after every character, and counts when the next
 * is none of it. */
static const char *hash_ascii(struct hasher *hasher, const char *at,
                              const char *end) {
    struct hasher h = *hasher;
    for (; at < end && (unsigned char)*at < 128; at++) {
        uint32_t c = (unsigned char)*at;
        unsigned class = dc_ascii_class[c];
        uint32_t word = mask_of(class & DC_CLASS_WORD);
        write_word(&h);
        h.count += (h.length != 0) & ~word & (h.count < h.limit);
        add_to_word(&h, c);
        h.hash = DC_FNV_BASIS ^ ((h.hash ^ DC_FNV_BASIS) & word);
        h.length &= word;
        h.digits = class & DC_CLASS_DIGIT ? h.digits * 31 + c : h.digits;
    }
    *hasher = h;
    return at;
}

static void hash_wide(struct hasher *h, uint32_t c) {
    unsigned class = dc_class_wide(c);
    if (class & DC_CLASS_CJK || !(class & DC_CLASS_WORD))
        end_word(h);
    if (class & (DC_CLASS_CJK | DC_CLASS_WORD))
        add_to_word(h, c);
    if (class & DC_CLASS_CJK)
        end_word(h);
}

/* Hashes the words of a block, as dc_word_next() finds them, into its place of
 * word_hash; returns the hash of them all, digits as written. */
static uint32_t hash_words(struct dc_layout *layout, uint32_t block) {
    struct dc_text text = dc_block_text(layout->page, block);
    const char *at = text.bytes, *end = at + text.length;
    uint32_t first = layout->words_before[block];
    struct hasher h = {.out = layout->word_hash + first,
                       .stems = layout->word_stem + first,
                       .limit = layout->words_before[block + 1] - first,
                       .hash = DC_FNV_BASIS,
                       .digits = HASH_SEED};
    while (at < end) {
        if ((unsigned char)*at < 128)
            at = hash_ascii(&h, at, end);
        else
            hash_wide(&h, dc_utf8_next(&at));
    }
    end_word(&h);
    for (; h.count < h.limit; h.count++) /* never, unless counts differ */
        h.out[h.count] = h.stems[h.count] = 0;
    uint32_t all = h.digits;
    for (uint32_t i = 0; i < h.limit; i++)
        all = dc_hash_mix(all, h.out[i]);
    return all;
}

/* Distinct ones among the first words of a block. */
static uint32_t count_distinct(const struct dc_layout *layout, uint32_t block) {
    enum { SLOTS = 512 };
    uint32_t slots[SLOTS] = {0};
    uint32_t first = layout->words_before[block], distinct = 0;
    uint32_t last = layout->words_before[block + 1];
    if (last - first <= 1) {
        if (last > first)
            layout->word_is_new[first] = true;
        return last - first;
    }
    if (last > first + DC_WORDS_READ)
        last = first + DC_WORDS_READ;
    for (uint32_t i = first; i < last; i++) {
        uint32_t hash = layout->word_hash[i] | 1;
        size_t slot = hash >> 3 & (SLOTS - 1);
        while (slots[slot] && slots[slot] != hash)
            slot = (slot + 1) & (SLOTS - 1);
        layout->word_is_new[i] = slots[slot] == 0;
        distinct += slots[slot] == 0;
        slots[slot] = hash;
    }
    return distinct;
}

static bool find_copies(struct dc_layout *layout, struct dc_arena *arena) {
    const struct dc_page *page = layout->page;
    struct dc_map map;
    if (!dc_map_init(&map, arena, page->block_count))
        return false;
    uint32_t *first = dc_arena_alloc(arena, page->block_count, sizeof *first);
    uint32_t *count = dc_arena_zero(arena, page->block_count, sizeof *count);
    if (!first || !count)
        return false;
    for (uint32_t i = 0; i < page->block_count; i++) {
        uint32_t known = map.count;
        uint32_t number = dc_map_number(&map, hash_words(layout, i));
        layout->distinct[i] = count_distinct(layout, i);
        if (number == known)
            first[number] = i;
        count[number]++;
        layout->first_copy[i] = first[number];
        layout->copies[i] = number;
    }
    for (uint32_t i = 0; i < page->block_count; i++)
        layout->copies[i] = count[layout->copies[i]];
    return true;
}

/* Smallest subtree with at least `share` of all long characters: going down,
 * children in page order, as long as one of them has that much. */
static uint32_t find_main(const struct dc_layout *layout, double share) {
    const struct dc_page *page = layout->page;
    double need = share * layout->long_before[page->block_count];
    uint32_t best = 0;
    if (need <= 0)
        return DC_NONE;
    for (uint32_t i = 1; i < page->node_count; i++) {
        const struct dc_node *node = &page->nodes[i];
        uint32_t held = layout->long_before[node->block_end] -
                        layout->long_before[node->first_block];
        if (held >= need &&
            dc_node_blocks(node) <= dc_node_blocks(&page->nodes[best]))
            best = i;
    }
    return best;
}

static bool allocate(struct dc_layout *layout, struct dc_arena *arena) {
    size_t nodes = layout->page->node_count;
    size_t blocks = layout->page->block_count;
    uint32_t **of_nodes[] = {&layout->wider,      &layout->signature,
                             &layout->siblings,   &layout->near_record,
                             &layout->far_record, &layout->tag_path,
                             &layout->class_path};
    uint32_t **of_blocks[] = {&layout->tag_group,
                              &layout->class_group,
                              &layout->heading,
                              &layout->section_end,
                              &layout->copies,
                              &layout->first_copy,
                              &layout->chars_before,
                              &layout->long_before,
                              &layout->words_before,
                              &layout->link_chars_before,
                              &layout->long_blocks_before,
                              &layout->distinct};
    for (size_t i = 0; i < sizeof of_nodes / sizeof *of_nodes; i++)
        *of_nodes[i] = dc_arena_alloc(arena, nodes, sizeof(uint32_t));
    for (size_t i = 0; i < sizeof of_blocks / sizeof *of_blocks; i++)
        *of_blocks[i] = dc_arena_alloc(arena, blocks + 1, sizeof(uint32_t));
    return !arena->failed;
}

struct dc_layout *dc_layout_new(struct dc_page *page) {
    struct dc_arena *arena = &page->arena;
    struct dc_layout *layout = dc_arena_zero(arena, 1, sizeof *layout);
    if (!layout)
        return NULL;
    layout->page = page;
    if (!allocate(layout, arena))
        return NULL;
    sum_blocks(layout);
    size_t words = layout->words_before[page->block_count];
    /* One more, since hashes are also written in vain. */
    layout->word_hash = dc_arena_alloc(arena, words + 1, sizeof(uint32_t));
    layout->word_stem = dc_arena_alloc(arena, words + 1, sizeof(uint32_t));
    layout->word_is_new = dc_arena_alloc(arena, words, sizeof(bool));
    if (arena->failed)
        return NULL;
    if (!find_signatures(layout, arena) || !find_siblings(layout, arena))
        return NULL;
    inherit(layout);
    if (!find_path_groups(layout, arena) || !find_copies(layout, arena))
        return NULL;
    find_headings(layout);
    layout->half_node = find_main(layout, 0.5);
    layout->most_node = find_main(layout, 0.8);
    return layout;
}
