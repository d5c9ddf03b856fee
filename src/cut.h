/* cut.h: the page without what no reader sees, before libxml2 reads it. */
#ifndef DC_CUT_H
#define DC_CUT_H

#include "page.h"

/* Copies page->html into the arena without scripts, styles, SVG, comments,
 * attributes no stage uses, and runs of white space outside <pre>.  JSON-LD
 * goes to page->json_ld.  *open_tags is an upper bound of the start tags.
 * The result is terminated by a NUL behind its last byte. */
enum declutter_status dc_cut(struct dc_page *page, struct dc_text *clean,
                             size_t *open_tags, struct declutter_error *error);

/* The element of that name (any case), or DC_TAG_OTHER. */
unsigned dc_tag_find(const char *name, size_t length);

/* Name of an attribute we keep, or DC_ATTRIBUTE_COUNT; any case. */
unsigned dc_attribute_find(const char *name, size_t length);

#endif
