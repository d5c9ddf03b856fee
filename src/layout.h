/* layout.h: the structure over a page's blocks, found once, used by every
 * feature and every context.
 *
 * "Range" is the run of blocks an element has text in.  All arrays live in
 * the page's arena.
 */
#ifndef DC_LAYOUT_H
#define DC_LAYOUT_H

#include "page.h"

enum {
    DC_LONG_CHARS = 80,  /* a block this long with few links is prose */
    DC_WORDS_READ = 150, /* a block's words beyond these say nothing new */
    DC_STEM_CHARS = 5,   /* characters that inflected forms of a word share */
    DC_REPEATS = 3       /* siblings alike that make a group of records */
};

/* What members of a group (siblings alike, blocks of one path) hold. */
struct dc_group {
    uint32_t members;
    uint32_t chars, link_chars, long_chars;
    uint32_t blocks;
};

struct dc_layout {
    const struct dc_page *page;
    /* one a node */
    uint32_t *wider;       /* nearest ancestor with a larger range */
    uint32_t *signature;   /* hash of class without digits */
    uint32_t *siblings;    /* group of siblings alike, or DC_NONE */
    uint32_t *near_record; /* nearest self-or-ancestor in such a group */
    uint32_t *far_record;  /* farthest one */
    uint32_t *tag_path;    /* hash of the tags from the root */
    uint32_t *class_path;  /* and of the signatures */
    /* groups */
    struct dc_group *sibling_groups;
    size_t sibling_group_count;
    struct dc_group *tag_groups, *class_groups;
    size_t tag_group_count, class_group_count;
    /* one a block */
    uint32_t *tag_group, *class_group;
    uint32_t *heading;     /* last heading block before, or DC_NONE */
    uint32_t *section_end; /* next heading block, or block count */
    uint32_t *copies;      /* blocks with the same words, itself included */
    uint32_t *first_copy;  /* the first of them */
    /* words of all blocks in order; those of block b are words_before[b] to
     * words_before[b + 1]: hash of the lower-cased word with digits as 0, the
     * same of its stem, and whether it is the first of its kind in the block,
     * of those read */
    uint32_t *word_hash;
    uint32_t *word_stem; /* 0: the word is no longer than a stem */
    bool *word_is_new;
    uint32_t *distinct; /* one a block: distinct among its first words */
    /* block count + 1: sums over the blocks before */
    uint32_t *chars_before, *link_chars_before, *long_before, *words_before;
    uint32_t *long_blocks_before;
    /* page */
    uint32_t half_node; /* smallest subtree with half of the long chars */
    uint32_t most_node; /* with four fifths of them */
};

/* Is the block prose by length and links? */
static inline bool dc_block_is_long(const struct dc_block *block) {
    return block->chars >= DC_LONG_CHARS &&
           block->link_chars * 5 < block->chars * 2;
}

/* NULL: out of memory. */
struct dc_layout *dc_layout_new(struct dc_page *page);

static inline uint32_t dc_node_blocks(const struct dc_node *node) {
    return node->block_end - node->first_block;
}

/* Hash of a word, lower-cased, digits as 0. */
uint32_t dc_word_hash(const char *word, size_t length);

/* Hashes made byte by byte (Fowler, Noll and Vo): start, and what each step
 * multiplies with. */
#define DC_FNV_BASIS 2166136261u
#define DC_FNV_PRIME 16777619u

/* Mixes a number into a hash. */
static inline uint32_t dc_hash_mix(uint32_t hash, uint32_t number) {
    hash = (hash ^ number) * 0x9E3779B1u;
    return hash ^ hash >> 15;
}

#endif
