/* metadata.h: what a page says of itself: title, authors, dates, site...
 *
 * `struct declutter_metadata` of the public header is the result.  Between
 * the files of this stage (metadata*.c) goes a list of claims: some place of
 * the page says something about one field.  Collecting comes first, and which
 * claim is believed is decided afterwards, from all of them, in metadata.c.
 */
#ifndef DC_METADATA_H
#define DC_METADATA_H

#include "page.h"

/* Reads a parsed and segmented page into *metadata, whose strings lie in the
 * arena; the page is changed by no more than a warning where there is too much
 * of something.  false: out of memory. */
bool dc_metadata_read(struct dc_page *page, struct dc_arena *arena,
                      struct declutter_metadata *metadata);

/* The articleBody of the page's JSON-LD as plain text: paragraphs with an
 * empty line between them, a line end behind the last.  Empty when there is
 * none of at least 50 words. */
struct dc_text dc_metadata_body(const struct dc_page *page,
                                struct dc_arena *arena);

/* -- Claims --------------------------------------------------------------- */

enum dc_field {
    DC_FIELD_TITLE,
    DC_FIELD_AUTHOR,
    DC_FIELD_PUBLISHED,
    DC_FIELD_MODIFIED,
    DC_FIELD_SITENAME,
    DC_FIELD_DESCRIPTION,
    DC_FIELD_LANGUAGE,
    DC_FIELD_CANONICAL,
    DC_FIELD_IMAGE,
    DC_FIELD_TAG,
    DC_FIELD_LICENSE,
    DC_FIELD_COUNT
};

/* In the usual order of trust; a field may have its own (metadata.c). */
enum dc_origin {
    DC_FROM_JSON_LD,      /* of the article, thread, product... */
    DC_FROM_JSON_LD_PAGE, /* of the WebPage or WebSite around it */
    DC_FROM_OPEN_GRAPH,   /* og:*, article:* */
    DC_FROM_META,         /* <meta name>: Dublin Core, Highwire, Parsely... */
    DC_FROM_MICRODATA,    /* itemprop */
    DC_FROM_LINK,         /* rel of <a> and <link>; <html lang> */
    DC_FROM_TIME,         /* <time datetime> */
    DC_FROM_BYLINE,       /* an element whose class says so */
    DC_FROM_HEADING,      /* <h1> */
    DC_FROM_TEXT,         /* what stands near the headline */
    DC_FROM_TITLE,        /* <title> */
    DC_FROM_TWITTER,      /* twitter:* */
    DC_FROM_URL,
    DC_FROM_HTTP, /* <meta http-equiv>: what a server might say */
    DC_FROM_COUNT
};

struct dc_claim {
    enum dc_field field;
    enum dc_origin source;
    uint32_t node; /* the element that says so, or DC_NONE */
    const char *text;
};

struct dc_claims {
    const struct dc_page *page;
    struct dc_arena *arena;
    struct dc_claim *items;
    size_t count, capacity;
    size_t counts[DC_FIELD_COUNT][DC_FROM_COUNT];
    bool limited; /* what one source says of its own was not read to its end */
};

/* Adds a claim of already clean text; empty text and the claims beyond a
 * fixed number a field and source are dropped: a page with many of one kind
 * must leave room for what better sources say. */
void dc_claim_add(struct dc_claims *claims, enum dc_field field,
                  enum dc_origin source, uint32_t node, const char *text);
/* Is there room for another one? */
bool dc_claim_room(const struct dc_claims *claims, enum dc_field field,
                   enum dc_origin source);
/* metadata_json.c */
void dc_claim_json_ld(struct dc_claims *claims);
/* metadata_tape.c */
void dc_claim_elements(struct dc_claims *claims);

/* The first claim of a source from `index` on, and the next like one; NULL
 * when there is none. */
const struct dc_claim *dc_claim_from(const struct dc_claims *claims,
                                     enum dc_field field, enum dc_origin source,
                                     size_t index);
const struct dc_claim *dc_claim_next(const struct dc_claims *claims,
                                     const struct dc_claim *claim);
/* Text of the first claim of a source, or of several in an order of trust
 * that DC_ORDER_END ends. */
#define DC_ORDER_END DC_FROM_COUNT
const char *dc_claim_first(const struct dc_claims *claims, enum dc_field field,
                           enum dc_origin source);
const char *dc_claim_pick(const struct dc_claims *claims, enum dc_field field,
                          const enum dc_origin *order);

/* -- Damaged JSON (metadata_mend.c) --------------------------------------- */

/* Both write at most `length` bytes and return how many. */
size_t dc_json_mend(const char *bytes, size_t length, char *out);
/* &quot; to quotes: for JSON escaped as HTML. */
size_t dc_json_decode_quotes(const char *bytes, size_t length, char *out);

/* -- Titles (metadata_title.c) -------------------------------------------- */

struct dc_site {
    const char *name;    /* or NULL */
    const char *address; /* of the page, or NULL */
    const char *book;    /* a heading that names what holds the page, or NULL */
};

/* *node is the headline the title is taken from, or DC_NONE. */
const char *dc_title_choose(const struct dc_claims *claims,
                            const struct dc_site *site, uint32_t *node);
const char *dc_sitename_choose(const struct dc_claims *claims,
                               const char *address);

/* -- Text (metadata_text.c): all strings end with a NUL ------------------- */

/* One line: white space collapsed, control characters gone.  With `markup`
 * tags are cut and character references decoded, once.  NULL: no memory. */
char *dc_line_new(struct dc_arena *arena, struct dc_text text, bool markup);
/* Paragraphs of text with mark-up, an empty line between two. */
char *dc_paragraphs_new(struct dc_arena *arena, struct dc_text text);
/* Text of an element, at most `limit` bytes of it, as one line. */
char *dc_element_line(const struct dc_page *page, struct dc_arena *arena,
                      uint32_t node, size_t limit);
char *dc_copy_new(struct dc_arena *arena, const char *bytes, size_t length);

/* Letters and digits only, lower case: the same for "The Daily-Post" and
 * "thedailypost".  Room for `size` bytes; the rest is cut. */
size_t dc_fold(const char *text, size_t length, char *out, size_t size);
bool dc_same_words(const char *one, const char *other);
/* ASCII case does not matter; `part` is lower case. */
bool dc_holds(const char *text, size_t length, const char *part);
size_t dc_count_words(const char *text, size_t length);

/* `link` against `base` (either may be relative), NULL when the result could
 * not be an address of the web. */
const char *dc_link_new(struct dc_arena *arena, const char *base,
                        const char *link);
/* The host of an address without "www.", its length in *length. */
const char *dc_host(const char *url, size_t *length);

/* -- Names (metadata_name.c) ---------------------------------------------- */

/* Adds the people named in a line to `names`, up to `limit`, once each.  A
 * `byline` is text for readers, with dates and the like around the names.
 * The site's name (may be NULL) is refused. */
size_t dc_names_add(struct dc_arena *arena, const char *line, bool byline,
                    const char *sitename, const char **names, size_t count,
                    size_t limit);
/* Does a line begin as bylines do ("By", "von", "par")?  Bytes to skip. */
size_t dc_byline_prefix(const char *line);

/* -- Dates (metadata_date.c) ---------------------------------------------- */

enum { DC_DATE_SIZE = 40 };

/* The first date in a line as ISO 8601: YYYY-MM-DD, or with time and zone
 * where both are given.  `month_first` decides what 5/6/2024 is.  0 when
 * there is none, else the bytes of the line that were read up to its end;
 * *start is where it begins. */
size_t dc_date_find(const char *line, size_t length, bool month_first,
                    char date[DC_DATE_SIZE], size_t *start);
/* The date in an address (/2024/05/17/). */
bool dc_date_of_url(const char *url, char date[DC_DATE_SIZE]);

#endif
