/* segment.h: tape -> text blocks. */
#ifndef DC_SEGMENT_H
#define DC_SEGMENT_H

#include "page.h"

/* Fills page->blocks, block_text and every node's block range. */
enum declutter_status dc_segment(struct dc_page *page,
                                 struct declutter_error *error);

#endif
