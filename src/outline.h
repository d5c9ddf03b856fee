/* outline.h: tape + labels -> what the formats with structure print.
 *
 * The tape says how the author wrote the page, the labels what is kept of it.
 * The outline is what remains when both are applied: a flat list of pieces,
 * well-formed whatever the page was (no list without items, no cell outside
 * of a row, no link in a link), in which nothing is empty.  Renderers are one
 * loop over it.
 */
#ifndef DC_OUTLINE_H
#define DC_OUTLINE_H

#include "page.h"

enum dc_piece_kind {
    DC_PIECE_OPEN, /* of a role */
    DC_PIECE_CLOSE,
    DC_PIECE_TEXT,  /* bytes; white space inside counts as one space */
    DC_PIECE_SPACE, /* between two texts */
    DC_PIECE_BREAK, /* <br> */
    DC_PIECE_IMAGE, /* node: the <img> */
    DC_PIECE_MATH,  /* bytes: TeX */
    DC_PIECE_RULE   /* <hr> */
};

enum dc_role {
    /* Containers. */
    DC_ROLE_LIST,  /* of items; number: of the first, if they have any */
    DC_ROLE_ITEM,  /* number: label of the footnote it is, or 0 */
    DC_ROLE_TERMS, /* a <dl> */
    DC_ROLE_TERM,
    DC_ROLE_DEFINITION,
    DC_ROLE_QUOTE,
    DC_ROLE_TABLE, /* a caption perhaps, then rows; number: columns */
    DC_ROLE_ROW,
    DC_ROLE_CELL,
    DC_ROLE_CAPTION,
    DC_ROLE_FIGURE,
    DC_ROLE_LEGEND, /* of a figure */
    /* Lines: what holds text. */
    DC_ROLE_PARAGRAPH,
    DC_ROLE_HEADING,    /* number: 1 to 6 */
    DC_ROLE_CODE_BLOCK, /* bytes: language, perhaps none; its texts are raw */
    /* Inside lines, the outermost first; never nested in themselves. */
    DC_ROLE_NOTE, /* reference to a footnote; number: its label, 0: not kept */
    DC_ROLE_LINK, /* node: the <a> */
    DC_ROLE_STRONG,
    DC_ROLE_EMPHASIS,
    DC_ROLE_CODE,
    DC_ROLE_DELETED,
    DC_ROLE_INSERTED,
    DC_ROLE_MARK,
    DC_ROLE_QUOTATION,
    DC_ROLE_SUBSCRIPT,
    DC_ROLE_SUPERSCRIPT,
    DC_ROLE_COUNT,
    DC_ROLE_NONE = DC_ROLE_COUNT
};
#define DC_ROLE_INLINE DC_ROLE_NOTE /* the first that is */

enum dc_piece_detail {
    DC_BARE = 1,       /* paragraph: alone in its item, cell... */
    DC_APART = 2,      /* paragraph: set apart from the one before it */
    DC_HEADER = 4,     /* cell: a <th>; row: heads the table */
    DC_DISPLAY = 8,    /* math: on a line of its own */
    DC_FOOTNOTES = 16, /* list: its items are footnotes */
    DC_NUMBERED = 32,  /* list, item */
    DC_JUMP = 64       /* item: its number is not the next one */
};

struct dc_cell {
    uint16_t lead; /* empty columns before it, which others reach into */
    uint16_t columns, rows;
};

struct dc_piece {
    uint8_t kind;    /* enum dc_piece_kind */
    uint8_t role;    /* of OPEN and CLOSE: enum dc_role */
    uint16_t detail; /* of OPEN, CLOSE and MATH: enum dc_piece_detail */
    uint32_t node;   /* of OPEN and IMAGE: the element, or DC_NONE */
    uint32_t match;  /* of OPEN its CLOSE, and the other way round */
    uint32_t length; /* of bytes; of an item its number in the list */
    union {
        const char *bytes;
        uint32_t number;
        struct dc_cell cell;
    };
};

struct dc_outline {
    struct dc_arena *arena;
    struct dc_piece *pieces;
    uint32_t count;
    size_t capacity;
    bool failed;    /* out of memory */
    bool flattened; /* something nests too deep to be opened */
};

struct dc_outline_options {
    uint32_t keep; /* bit i: label i is printed */
    bool images;
};

/* Lives in the page's scratch.  false: out of memory. */
bool dc_outline_make(struct dc_outline *outline, const struct dc_page *page,
                     const struct dc_outline_options *options);

/* Address of an image, which scripts that load late keep elsewhere. */
struct dc_text dc_image_source(const struct dc_page *page, uint32_t node);

/* -- Between the files of this stage ----------------------------------------
 */

/* What every element is to the outline, made in one pass over the nodes. */
struct dc_place {
    uint32_t unit;  /* nearest element that is not inline */
    uint32_t top;   /* outermost element around it without kept text */
    uint32_t table; /* number of the innermost table, or DC_NONE */
    uint32_t note;  /* label of the footnote it refers to, or is; or 0 */
    bool nested;    /* in a list item, quotation, table... */
    bool no_note;   /* it was asked whether it is a footnote: no */
    bool has_notes; /* a <dl> some of whose definitions are footnotes */
    bool back;      /* leads back from a footnote, or is its number */
    bool astray;    /* refers to a footnote that is not kept */
};

enum dc_table_kind {
    DC_TABLE_LAYOUT, /* places boxes on the page */
    DC_TABLE_DATA,
    DC_TABLE_CODE /* layout around a <pre>: line numbers beside it */
};

struct dc_places {
    const struct dc_page *page;
    uint32_t keep;
    struct dc_place *of;  /* one a node */
    bool *shown;          /* one a block: it is kept */
    uint32_t *kept;       /* kept blocks before each block, and in all */
    uint32_t *kept_words; /* words in them */
    uint8_t *tables;      /* enum dc_table_kind of each */
    size_t table_count;
};

bool dc_places_make(struct dc_places *places, const struct dc_page *page,
                    uint32_t keep);

/* Is a block printed? */
static inline bool dc_is_kept(const struct dc_places *places, size_t block) {
    return places->shown[block];
}

/* Kept blocks with text in an element. */
static inline uint32_t dc_kept_in(const struct dc_places *places,
                                  uint32_t node) {
    const struct dc_node *n = &places->page->nodes[node];
    return n->block_end > n->first_block
               ? places->kept[n->block_end] - places->kept[n->first_block]
               : 0;
}

/* A new piece behind the others; its number, or DC_NONE when out of memory. */
uint32_t dc_piece_add(struct dc_outline *outline, enum dc_piece_kind kind,
                      enum dc_role role, uint32_t node);

/* An attribute as a number, `otherwise` where it is none up to `most`. */
uint32_t dc_attribute_number(const struct dc_page *page, uint32_t node,
                             enum dc_attribute_name name, uint32_t otherwise,
                             uint32_t most);

/* Has the element a class of that name? */
bool dc_has_class(const struct dc_page *page, uint32_t node, const char *name);

/* outline_table.c: decides which tables hold data; lays out a finished one.
 * false: out of memory. */
bool dc_tables_judge(struct dc_places *places);
void dc_table_finish(struct dc_outline *outline, const struct dc_page *page,
                     uint32_t open);

/* outline_note.c: finds footnotes and their references.  false: no memory. */
bool dc_notes_find(struct dc_places *places);

/* outline_code.c: adds a <pre> with kept text, opened and closed. */
void dc_code_add(struct dc_outline *outline, const struct dc_places *places,
                 uint32_t pre);
/* outline_language.c: the language a page says a <pre> is in; may be empty. */
struct dc_text dc_code_language(const struct dc_page *page, uint32_t pre);
/* Is the text of an element nothing but successive numbers, one a line? */
bool dc_is_gutter(const struct dc_page *page, uint32_t node);

/* outline_mathml.c: TeX of a <math> element made from its parts, in the page's
 * scratch; empty if it is none, or out of memory. */
struct dc_text dc_mathml_tex(const struct dc_page *page, uint32_t math);

/* outline_math.c: TeX of a <math> element; `display`: stands alone. */
struct dc_text dc_math_tex(const struct dc_page *page, uint32_t node,
                           bool *display);
/* TeX of a script. */
struct dc_text dc_formula_tex(const struct dc_formula *formula);
/* Is the element a formula as MathJax draws it; is it this one, whose script
 * stands behind? */
bool dc_is_drawing(const struct dc_page *page, uint32_t node);
bool dc_is_drawing_of(const struct dc_page *page, uint32_t node,
                      const struct dc_formula *formula);

#endif
