/* page.h: the data every stage reads; what one page is.
 *
 * decode fills `html`, parse the tape (events, nodes, attributes, text),
 * segment the blocks, layout the structure over them, classify the labels.
 * Everything hangs off one arena and is addressed by 32-bit index: half the
 * memory of pointers, and nothing dangles when an array grows.
 */
#ifndef DC_PAGE_H
#define DC_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "deadline.h"
#include "declutter.h"

#define DC_NONE UINT32_MAX
enum { DC_WARNINGS_MAX = 8, DC_LABELS_MAX = 8 };

/* A slice of text: not terminated, owned by the arena. */
struct dc_text {
    const char *bytes;
    uint32_t length;
};

/* Elements we know by name (tags.def); DC_TAG_OTHER for the rest. */
enum dc_tag {
    DC_TAG_OTHER,
#define TAG(name, flags) DC_TAG_##name,
#include "tags.def"
#undef TAG
    DC_TAG_COUNT
};

enum dc_tag_flag {
    DC_INLINE = 1,   /* does not break a block */
    DC_SKIP = 2,     /* its text is not shown, or not prose */
    DC_HEADING = 4,  /* h1..h6 */
    DC_EMPHASIS = 8, /* bold or italic */
    DC_MATHML = 16   /* part of a formula; <math> itself is but a skip */
};

/* Attributes we keep (attributes.def); all others are dropped by parse.c. */
enum dc_attribute_name {
#define ATTRIBUTE(name, text) DC_ATTRIBUTE_##name,
#include "attributes.def"
#undef ATTRIBUTE
    DC_ATTRIBUTE_COUNT
};

struct dc_attribute {
    uint32_t name;  /* enum dc_attribute_name */
    uint32_t value; /* index into page->strings: equal values, equal index */
};

/* One event of the tape.  `node` is the element opened or closed, or, for
 * text, the element that holds it. */
enum dc_event_kind { DC_OPEN, DC_CLOSE, DC_CHARACTERS };
struct dc_event {
    uint32_t kind; /* enum dc_event_kind */
    uint32_t node;
    uint32_t offset; /* of the text in page->text */
    uint32_t length;
};

struct dc_node {
    uint32_t parent; /* DC_NONE for the root, node 0 */
    uint32_t depth;
    uint32_t first_event, last_event; /* its OPEN and CLOSE on the tape */
    uint32_t first_block, block_end;  /* blocks with text inside it */
    uint32_t attributes;              /* index of the first */
    uint16_t attribute_count;
    uint16_t tag; /* enum dc_tag */
};

/* A formula whose TeX a script holds.  It is no text and no element: blocks
 * and all that is counted are as if it were not there. */
struct dc_formula {
    struct dc_text tex;
    uint32_t node;   /* the element it stands in */
    uint32_t event;  /* the last that began before it; DC_NONE: lost */
    uint32_t offset; /* in page->text: where in that event it stands */
    bool display;    /* on a line of its own */
};

/* Counts of one block, made by segment.c while it copies the text. */
struct dc_block {
    uint32_t offset, length; /* text: page->block_text */
    uint32_t node;           /* LCA of the elements that own its text */
    uint32_t first_event, end_event;
    uint32_t chars; /* characters; a CJK one weighs 3, as much as it says */
    uint32_t link_chars;     /* of those, under <a> */
    uint32_t links;          /* <a> elements with text in the block */
    uint32_t emphasis_chars; /* of those, bold or italic */
    uint32_t words;
    uint32_t breaks;           /* <br> inside */
    uint32_t images, controls; /* seen since the previous block */
};

struct dc_page {
    struct dc_arena arena;
    struct dc_arena *scratch; /* of a rendering, which the next one empties */
    struct dc_deadline *deadline; /* of the current call; NULL: none */

    /* decode */
    struct dc_text html; /* valid UTF-8 */
    char charset[32];
    const char *warnings[DC_WARNINGS_MAX + 1];
    size_t warning_count;
    bool limited;      /* one of them tells of a limit that struck */
    const char *url;   /* from the options, or NULL */
    size_t raw_length; /* bytes before decoding */

    /* parse */
    struct dc_event *events;
    size_t event_count;
    struct dc_node *nodes;
    size_t node_count;
    struct dc_attribute *attributes;
    size_t attribute_count;
    struct dc_text *strings; /* interned attribute values */
    uint32_t *string_hashes;
    size_t string_count;
    char *text; /* all character data, in order */
    size_t text_length;
    struct dc_text *json_ld; /* <script type="application/ld+json"> */
    size_t json_ld_count;
    struct dc_formula *formulas; /* <script type="math/tex">, in order */
    size_t formula_count;

    /* segment */
    struct dc_block *blocks;
    size_t block_count;
    char *block_text; /* texts of all blocks */
    size_t block_text_length;

    /* classify */
    const struct declutter_model *model; /* NULL until classified */
    uint32_t *labels;                    /* one a block */
    float *scores;                       /* block_count x label count */
    bool *hidden; /* repeats that text output prints once */
    struct declutter_block *views;

    /* metadata */
    struct dc_text body; /* printed instead of the blocks when not empty */
    const struct declutter_metadata *metadata; /* NULL until asked for */

    /* render */
    bool flattened; /* what was rendered last nested too deep */
};

/* The opaque type of the public header. */
struct declutter_page {
    struct dc_page page;
    struct dc_arena scratch;
    struct dc_deadline deadline;
};

static inline struct dc_text dc_block_text(const struct dc_page *page,
                                           size_t block) {
    const struct dc_block *b = &page->blocks[block];
    return (struct dc_text){page->block_text + b->offset, b->length};
}

/* Without the white space at both ends. */
struct dc_text dc_text_trim(struct dc_text text);

/* Lower-case name of a tag; "other" for DC_TAG_OTHER. */
const char *dc_tag_name(unsigned tag);
extern const unsigned char dc_tag_flags_of[DC_TAG_COUNT];
static inline unsigned dc_tag_flags(unsigned tag) {
    return dc_tag_flags_of[tag];
}

/* The element of that name (any case), or DC_TAG_OTHER. */
unsigned dc_tag_find(const char *name, size_t length);

/* The same for many names: short ones are found by their bytes. */
enum { DC_TAG_SLOTS = 512 };
struct dc_tags {
    uint64_t keys[DC_TAG_SLOTS]; /* 0: free */
    uint8_t tags[DC_TAG_SLOTS];
};
void dc_tags_init(struct dc_tags *tags);
unsigned dc_tags_find(const struct dc_tags *tags, const char *name,
                      size_t length);

/* Name of an attribute we keep, or DC_ATTRIBUTE_COUNT; any case. */
unsigned dc_attribute_find(const char *name, size_t length);

/* Value of an attribute of a node, or NULL bytes when it has none. */
struct dc_text dc_attribute_text(const struct dc_page *page, uint32_t node,
                                 enum dc_attribute_name name);

/* Adds a sentence (a string literal) to the page's warnings, once each. */
void dc_page_warn(struct dc_page *page, const char *sentence);
void dc_page_unwarn(struct dc_page *page, const char *sentence);
/* The same for a limit that struck. */
void dc_page_limit(struct dc_page *page, const char *sentence);

/* Fills *error (may be NULL) and returns the status. */
enum declutter_status dc_fail(struct declutter_error *error,
                              enum declutter_status status, size_t offset,
                              const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Who analyses one file at a time cannot know that what comes back is the
 * status that went in, and would follow paths on which a failure is none. */
#ifdef DC_ANALYSER
#define dc_fail(error, status, ...)                                            \
    ((void)(dc_fail)(error, status, __VA_ARGS__), (status))
#endif

#endif
