/* url.h: addresses of links and images, fit to be printed. */
#ifndef DC_URL_H
#define DC_URL_H

#include "buffer.h"
#include "page.h"

/* Makes *url the address `link` stands for on a page at `base` (may be
 * empty): absolute if the base is, else as written.  Only http, https,
 * mailto and relative addresses are; false for all others, in whatever
 * disguise, for empty ones and when out of memory (url->failed, which stays
 * set).  The result holds no
 * control characters, spaces, quotes, backslashes, '<', '>', '`' or '|'. */
bool dc_url_make(struct dc_buffer *url, struct dc_text base,
                 struct dc_text link);

/* An address made so, as text: valid until the buffer changes. */
static inline struct dc_text dc_url_text(const struct dc_buffer *url) {
    return (struct dc_text){url->bytes, (uint32_t)url->length};
}

/* The address that links of the page are relative to, in *url; empty when
 * it is not known. */
void dc_url_base(struct dc_buffer *url, const struct dc_page *page);

#endif
