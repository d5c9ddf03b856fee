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

/* What is left of a page. */
struct dc_clean {
    struct dc_text html; /* terminated by a NUL behind its last byte */
    size_t open_tags;    /* upper bound of the start tags */
    struct dc_raw_attribute *attributes;
    size_t attribute_count;
};

/* Copies page->html into the arena without scripts, styles, SVG, comments,
 * and runs of white space outside <pre>.  JSON-LD goes to page->json_ld.  A
 * tag's attributes are replaced by one, a=N: the number of the first of them
 * in clean->attributes, which holds those some stage uses. */
enum declutter_status dc_cut(struct dc_page *page, struct dc_clean *clean,
                             struct declutter_error *error);

/* Value of the numeric reference whose '#' is at s, as written (0x110000 or
 * more when too large); *after stands behind it.  DC_NONE: no reference. */
uint32_t dc_reference_value(const char *s, const char *end, const char **after);

#endif
