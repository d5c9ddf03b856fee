/* pages.h: the pages that tests of more than one stage read.
 *
 * In: HTML written in a test, a file, or a seed.  Out: a page that went
 * through the stages up to segment, and the same bytes for the same seed on
 * every machine: a failure must be repeatable.  random_html() writes what
 * authors and attackers write: elements that nest wrongly or never end, raw
 * text elements, comments, entities, scripts without spaces, zero widths.
 */
#ifndef PAGES_H
#define PAGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "page.h"

static const char *const data_pages[] = {
    "amp-feature",    "app-shell",    "baking-a-browser", "date-palms",
    "desk-lamp",      "flat-essay",   "forum",            "harbour",
    "knife-shop",     "longread",     "manual",           "mill-tables",
    "museum-hours",   "news-amp",     "news-flat",        "news-semantic",
    "news-tables",    "news-utility", "night-walk",       "observatory",
    "politica",       "question",     "recipe",           "road-works",
    "sweep-service",  "trailers",     "travel-index",     "weblog"};
enum { DATA_PAGES = sizeof data_pages / sizeof *data_pages };

/* -- Pages -------------------------------------------------------------- */

static inline void page_read(struct declutter_page *page, const char *html,
                             size_t length) {
    const struct declutter_options options = {
        .max_bytes = DECLUTTER_MAX_BYTES_LIMIT};
    struct declutter_error error = {.message = ""};
    enum declutter_status status =
        declutter_page_read(page, html, length, &options, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, DECLUTTER_OK);
}

static inline struct declutter_page *page_of_bytes(const char *html,
                                                   size_t length) {
    struct declutter_page *page = declutter_page_new();
    assert_non_null(page);
    page_read(page, html, length);
    return page;
}

static inline struct declutter_page *page_of(const char *html) {
    return page_of_bytes(html, strlen(html));
}

/* A page of data/; the tests run at the top of the project. */
static inline struct declutter_page *page_of_data(const char *name) {
    char path[200];
    struct declutter_input input;
    snprintf(path, sizeof path, "data/%s.html", name);
    assert_int_equal(declutter_input_read(path, 0, &input, NULL),
                     DECLUTTER_OK);
    struct declutter_page *page = page_of_bytes(input.bytes, input.length);
    declutter_input_free(&input);
    return page;
}

/* Processor seconds of this process so far: other processes do not count. */
static inline double seconds_used(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* -- Text --------------------------------------------------------------- */

/* A string in memory that grows while it is written to. */
struct text {
    FILE *stream;
    char *bytes;
    size_t length;
};


static inline void text_start(struct text *text) {
    text->stream = open_memstream(&text->bytes, &text->length);
    assert_non_null(text->stream);
}

static inline void text_end(struct text *text) {
    assert_int_equal(fclose(text->stream), 0);
}

/* `count` copies of a piece of HTML.  The caller frees it. */
static inline char *repeated(const char *piece, size_t count,
                             size_t *length) {
    size_t size = strlen(piece);
    char *html = malloc(size * count + 1);
    assert_non_null(html);
    for (size_t i = 0; i < count; i++)
        memcpy(html + i * size, piece, size);
    html[size * count] = '\0';
    *length = size * count;
    return html;
}

/* -- Chance ------------------------------------------------------------- */

/* Xorshift (Marsaglia 2003); the seed must not be 0. */
static inline uint32_t random_next(uint32_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static const char *const random_pieces[] = {
    "<p>", "<p class=text>", "</p>", "<div>", "<div id='a b'>", "</div>",
    "<span>", "</span>", "<b>", "</b>", "<i>", "</i>", "<strong>",
    "</strong>", "<a href=\"/x\">", "<a href=/y class=\"link more\">", "</a>",
    "<ul>", "<li>", "</li>", "</ul>", "<table>", "<tr>", "<td>", "</td>",
    "</table>", "<h1>", "</h1>", "<h2 role=heading>", "</h2>", "<br>",
    "<br>", "<br/>", "</br>", "<noscript>", "</noscript>", "<select>",
    "<option>", "</select>", "<script>if (a<b) document.write('<p>')</script>",
    "<style>p > b { color: red }</style>", "<svg><title>no</title></svg>",
    "<svg>", "</svg>", "<textarea>", "</textarea>", "<img alt=x>", "<input>",
    "<button>", "</button>", "<article>", "</article>", "<main>", "</main>",
    "<body>", "</body>", "</html>", "<x-y>", "</x-y>", "<!-- no -->", "<!-->",
    "<!doctype html>", "<?php no ?>", "<pre>", "</pre>", "<template>",
    "</template>", "<iframe>", "</iframe>", "<title>", "</title>",
    "<p title=\"a > b\">", "<p class=it\"s'>", "<>", "< ", "</>", "<p",
    " ", "  ", "\n", "\t", " ", "one", "two", "Three", "four five six", "7",
    "x_1", ".", ", ", "! ", "…", "é", "Straße", "Русский", "ελληνικά",
    "漢字", "かな", "한국어", "עברית", "\xCC\x81", "\xC2\xA0", "\xE2\x80\x8B",
    "\xC2\xAD", "\xE2\x80\x8D", "\xEF\xBB\xBF", "\xE3\x80\x80", "&amp;",
    "&nbsp;", "&lt;b&gt;", "&eacute;", "&#x200B;", "&#20013;", "&#0;",
    "&bogus;", "&", "& ", "&#", "&shy;", "&hellip;", "\xF0\x9F\x98\x80"};

/* A page of `pieces` pieces.  The caller frees it. */
static inline char *random_html(uint32_t seed, size_t pieces,
                                size_t *length) {
    enum { LONGEST = 64 };
    char *html = malloc(pieces * LONGEST + 1);
    size_t kinds = sizeof random_pieces / sizeof *random_pieces;
    assert_non_null(html);
    *length = 0;
    seed = seed * 2654435761u | 1;
    for (size_t i = 0; i < pieces; i++) {
        const char *piece = random_pieces[random_next(&seed) % kinds];
        size_t size = strlen(piece);
        assert_true(size <= LONGEST);
        memcpy(html + *length, piece, size);
        *length += size;
    }
    html[*length] = '\0';
    return html;
}

#endif
