/* check_html.c: is a piece of HTML one of those that cannot do harm?
 *
 * In: what the HTML renderer wrote.  Out: abort() at the first thing that is
 * not in the tables below.  This is a reader of its own, not the writer's
 * tables again, and stricter than any browser: '<', '>' and quotes stand in
 * tags only, '&' only before the five escapes, attributes are name="value"
 * and of a known name, addresses relative or of a known scheme, and the tags
 * close in the order in which they were opened.  Whatever passes is read the
 * same way by all browsers, which is what makes it safe.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reader {
    const char *at, *end;
    const char **open; /* names of the open elements, in `elements` */
    size_t open_count;
};

static const char *const elements[] = {
    "article", "h1",  "h2",         "h3",     "h4", "h5",         "h6",
    "p",       "ul",  "ol",         "li",     "dl", "dt",         "dd",
    "table",   "pre", "code",       "figure", "tr", "th",         "td",
    "thead",   "a",   "tbody",      "strong", "em", "del",        "ins",
    "mark",    "q",   "sub",        "sup",    "hr", "blockquote", "caption",
    "br",      "img", "figcaption", NULL};
static const char *const voids[] = {"hr", "br", "img", NULL};
static const char *const attributes[] = {"lang",  "href",  "src",     "alt",
                                         "start", "class", "colspan", "rowspan",
                                         "value", NULL};
static const char *const escapes[] = {"&amp;",  "&lt;",  "&gt;",
                                      "&quot;", "&#39;", NULL};
static const char *const schemes[] = {"http", "https", "mailto", NULL};

static const char *find(const char *const *names, const char *at,
                        size_t length) {
    for (; *names; names++)
        if (strlen(*names) == length && !strncasecmp(*names, at, length))
            return *names;
    return NULL;
}

static size_t name_length(const struct reader *r) {
    size_t length = 0;
    while (r->at + length < r->end &&
           ((r->at[length] >= 'a' && r->at[length] <= 'z') ||
            (r->at[length] >= '0' && r->at[length] <= '9')))
        length++;
    return length;
}

/* The name at the cursor, which moves behind it. */
static const char *read_name(struct reader *r, const char *const *names,
                             const char *sentence) {
    size_t length = name_length(r);
    const char *name = find(names, r->at, length);
    check(name != NULL, sentence);
    r->at += length;
    return name;
}

static void expect(struct reader *r, char c) {
    check(r->at < r->end && *r->at == c, "HTML: a tag is written in one way");
    r->at++;
}

/* An escape, or one byte that needs none. */
static void read_byte(struct reader *r) {
    unsigned char c = (unsigned char)*r->at;
    check(c != '<' && c != '>' && c != '"' && c != '\'',
          "HTML: what could be mark-up is escaped");
    check(c >= 0x20 || c == '\n' || c == '\t', "HTML: no control characters");
    check(c != 0x7F, "HTML: no control characters");
    size_t step = 1;
    if (c == '&') {
        const char *stop = memchr(r->at, ';', (size_t)(r->end - r->at));
        step = stop ? (size_t)(stop - r->at) + 1 : 0;
        check(stop && find(escapes, r->at, step), "HTML: '&' is escaped");
    }
    r->at += step;
}

/* Browsers skip blanks, so the first ':' counts whatever stands around it. */
static void check_address(const char *at, size_t length) {
    size_t scheme = 0;
    while (scheme < length && !strchr(":/?#", at[scheme]))
        scheme++;
    if (scheme < length && at[scheme] == ':')
        check(find(schemes, at, scheme) != NULL,
              "HTML: addresses are of a known scheme");
}

static void read_attribute(struct reader *r) {
    const char *name =
        read_name(r, attributes, "HTML: attributes are of the list");
    expect(r, '=');
    expect(r, '"');
    const char *value = r->at;
    while (r->at < r->end && *r->at != '"')
        read_byte(r);
    size_t length = (size_t)(r->at - value);
    if (!strcmp(name, "href") || !strcmp(name, "src"))
        check_address(value, length);
    if (!strcmp(name, "class"))
        check(length > 9 && !memcmp(value, "language-", 9),
              "HTML: classes name a language of code");
    expect(r, '"');
}

static void read_end_tag(struct reader *r) {
    const char *name = read_name(r, elements, "HTML: elements are of the list");
    check(r->open_count && r->open[r->open_count - 1] == name,
          "HTML: elements close in order");
    r->open_count--;
    expect(r, '>');
}

static void read_tag(struct reader *r) {
    r->at++;
    if (r->at < r->end && *r->at == '/') {
        r->at++;
        read_end_tag(r);
        return;
    }
    const char *name = read_name(r, elements, "HTML: elements are of the list");
    while (r->at < r->end && *r->at == ' ') {
        r->at++;
        read_attribute(r);
    }
    expect(r, '>');
    if (!find(voids, name, strlen(name)))
        r->open[r->open_count++] = name;
}

void check_html(const char *bytes, size_t length) {
    if (!length)
        return;
    struct reader r = {.at = bytes, .end = bytes + length};
    r.open = calloc(length, sizeof *r.open);
    check(r.open != NULL, "(out of memory)");
    while (r.at < r.end) {
        if (*r.at == '<')
            read_tag(&r);
        else
            read_byte(&r);
        check(r.open_count || r.at == r.end || *r.at == '\n',
              "HTML: one article holds all");
    }
    check(!r.open_count, "HTML: every element is closed");
    free(r.open);
}
