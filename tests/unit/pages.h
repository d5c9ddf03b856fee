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

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "page.h"

/* -- Pages -------------------------------------------------------------- */

static inline void page_read(struct declutter_page *page, const char *html,
                             size_t length) {
    const struct declutter_options options = {.max_bytes =
                                                  DECLUTTER_MAX_BYTES_LIMIT};
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

/* Calls the function with every page of data/, read; the tests run at the top
 * of the project.  Returns how many there are. */
static inline size_t
for_data_pages(void (*function)(struct declutter_page *page)) {
    struct dirent **entries;
    size_t pages = 0;
    int count = scandir("data", &entries, NULL, alphasort);
    assert_true(count > 0);
    struct declutter_page *page = declutter_page_new();
    assert_non_null(page);
    for (int i = 0; i < count; i++) {
        char path[300];
        const char *dot = strrchr(entries[i]->d_name, '.');
        struct declutter_input input;
        if (dot && strcmp(dot, ".html") == 0) {
            snprintf(path, sizeof path, "data/%s", entries[i]->d_name);
            assert_int_equal(declutter_input_read(path, 0, &input, NULL),
                             DECLUTTER_OK);
            page_read(page, input.bytes, input.length);
            declutter_input_free(&input);
            function(page);
            pages++;
        }
        free(entries[i]);
    }
    free(entries);
    declutter_page_free(page);
    return pages;
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
static inline char *repeated(const char *piece, size_t count, size_t *length) {
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
    "<span>", "</span>", "<b>", "</b>", "<i>", "</i>", "<strong>", "</strong>",
    "<a href=\"/x\">", "<a href=/y class=\"link more\">", "</a>", "<ul>",
    "<li>", "</li>", "</ul>", "<table>", "<tr>", "<td>", "</td>", "</table>",
    "<h1>", "</h1>", "<h2 role=heading>", "</h2>", "<br>", "<br>", "<br/>",
    "</br>", "<noscript>", "</noscript>", "</select>",
    "<select><option>no</select>", "<object>", "</object>",
    "<script>if (a<b) document.write('<p>')</script>",
    "<style>p > b { color: red }</style>", "<svg><title>no</title></svg>",
    "<svg>", "</svg>", "<textarea>no</textarea>", "</textarea>", "<img alt=x>",
    "<input>", "<button>", "</button>", "<article>", "</article>", "<main>",
    "</main>", "<body>", "</body>", "</html>", "<x-y>", "</x-y>", "<!-- no -->",
    "<!-->", "<!doctype html>", "<?php no ?>", "<pre>", "</pre>", "</template>",
    "<template>no</template>", "<iframe>no</iframe>", "<title>no</title>",
    "<p title=\"a > b\">", "<p class=it\"s'>", "<>", "< ", "</>", "<p", " ",
    "  ", "\n", "\t", " ", "one", "two", "Three", "four five six", "7", "x_1",
    ".", ", ", "! ", "…", "é", "Straße", "Русский", "ελληνικά", "漢字", "かな",
    "한국어", "עברית", "\xCC\x81", "\xC2\xA0", "\xE3\x80\x80", "&amp;",
    "&nbsp;", "&lt;b&gt;", "&eacute;", "&#20013;", "&#0;", "&bogus;", "&", "& ",
    "&#", "&hellip;", "\xF0\x9F\x98\x80",
    /* the last five have no width */
    "\xE2\x80\x8B", "\xC2\xAD", "\xE2\x80\x8D", "&#x200B;", "&shy;"};

enum { ZERO_WIDTH_PIECES = 5 };

/* A paragraph of `pieces` words and marks, most of them ASCII, with links and
 * emphasis now and then: what is read in chunks, and what ends a chunk, at any
 * distance.  The caller frees it. */
static inline char *random_prose(uint32_t seed, size_t pieces, size_t *length) {
    static const char *const kinds[] = {
        " ",
        " ",
        " ",
        " ",
        " ",
        "a",
        "word",
        "Another",
        "THIRD",
        "snake_",
        "so, ",
        "it.",
        "why? ",
        "Ha! ",
        "; ",
        "4",
        "1999 ",
        "  ",
        "\n",
        "\t",
        "|",
        "$5",
        "a@b",
        "<b>",
        "</b>",
        "<a>",
        "</a>",
        "\xC3\xA9t\xC3\xA9",
        "\xE6\xBC\xA2",
        "\xC2\xA0",
        "\xE2\x80\x8B",
        "\xE2\x80\xA6",
        "averyverylongwordindeedthatneverseemstoend"};
    enum { LONGEST = 48, RARE = 12, PLAIN = 14 /* kinds */ };
    size_t count = sizeof kinds / sizeof *kinds;
    char *html = malloc(pieces * LONGEST + 4);
    assert_non_null(html);
    memcpy(html, "<p>", 3);
    *length = 3;
    uint32_t random = seed * 2654435761u | 1;
    for (size_t i = 0; i < pieces; i++) {
        /* Long runs of plain text are what most texts are. */
        bool plain = random_next(&random) % RARE < seed % RARE;
        const char *piece =
            kinds[random_next(&random) % (plain ? PLAIN : count)];
        memcpy(html + *length, piece, strlen(piece));
        *length += strlen(piece);
    }
    html[*length] = '\0';
    return html;
}

/* Checks pages of such prose, short and long. */
static inline void for_prose_pages(uint32_t count,
                                   void (*check)(struct declutter_page *)) {
    for (uint32_t seed = 1; seed <= count; seed++) {
        size_t length;
        char *html = random_prose(seed, 1 + seed % 120, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        check(page);
        declutter_page_free(page);
        free(html);
    }
}

/* A page of `pieces` pieces; an odd seed also takes characters without width.
 * The caller frees it. */
static inline char *random_html(uint32_t seed, size_t pieces, size_t *length) {
    enum { LONGEST = 64 };
    char *html = malloc(pieces * LONGEST + 1);
    size_t kinds = sizeof random_pieces / sizeof *random_pieces;
    assert_non_null(html);
    if (seed % 2 == 0)
        kinds -= ZERO_WIDTH_PIECES;
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
