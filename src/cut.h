/* cut.h: the page without what no reader sees, before libxml2 reads it. */
#ifndef DC_CUT_H
#define DC_CUT_H

#include "page.h"

/* An attribute as it stands in the page: undecoded, a slice of page->html. */
struct dc_raw_attribute {
    struct dc_text value;
    uint16_t name; /* enum dc_attribute_name */
    bool last;     /* of its tag */
};

/* A start tag that has attributes we keep. */
struct dc_clean_tag {
    uint32_t place; /* of its '>' in the clean HTML */
    uint32_t first; /* of its attributes */
    uint32_t tag;
};

/* A text that one character stands for, or an element in a line that has but
 * text in it, or nothing. */
struct dc_clean_run {
    uint32_t place; /* behind that character in the clean HTML */
    struct dc_text text;
    uint32_t first; /* of the element's attributes */
    uint16_t leaf;  /* the element, or DC_TAG_OTHER: there is none */
    bool attributed;
};

/* What libxml2 is shown of a page: its tags without attributes, white space,
 * and an 'x' for each text and leaf.  What was taken out is found again by its
 * place, and both lists are in the order of places. */
struct dc_clean {
    struct dc_text html; /* terminated by a NUL behind its last byte */
    size_t open_tags;    /* upper bound of the start tags, leaves among them */
    size_t text_length;  /* of all runs */
    struct dc_raw_attribute *attributes;
    struct dc_clean_tag *tags;
    struct dc_clean_run *runs;
    size_t attribute_count, tag_count, run_count;
};

/* Copies page->html into the arena without scripts, styles, SVG, comments,
 * and runs of white space outside <pre>, its character references decoded.
 * JSON-LD goes to page->json_ld.  TeX goes to page->formulas, a processing
 * instruction <?f N> stands for number N. */
enum declutter_status dc_cut(struct dc_page *page, struct dc_clean *clean,
                             struct declutter_error *error);

#endif
