/* parse.h: valid UTF-8 -> the tape. */
#ifndef DC_PARSE_H
#define DC_PARSE_H

#include "page.h"

/* Fills the tape, the node table and json_ld from page->html. */
enum declutter_status dc_parse(struct dc_page *page,
                               struct declutter_error *error);

#endif
