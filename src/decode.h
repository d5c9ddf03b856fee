/* decode.h: bytes -> valid UTF-8. */
#ifndef DC_DECODE_H
#define DC_DECODE_H

#include "page.h"

/* Fills page->html (in the arena, always valid UTF-8, NULs and other C0
 * controls but \t \n \f \r made spaces), page->charset, and warnings.
 * `encoding` (may be NULL) is a charset known from outside. */
enum declutter_status dc_decode(struct dc_page *page, const char *bytes,
                                size_t length, const char *encoding,
                                struct declutter_error *error);

#endif
