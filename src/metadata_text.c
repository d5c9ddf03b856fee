/* metadata_text.c: strings of metadata: cleaning, comparing, resolving.
 *
 * In: slices of attributes, text and JSON, as authors left them: padded, on
 * several lines, with mark-up or character references in them, sometimes
 * escaped twice.  Out: strings in the arena that can be shown as they are.
 * Cleaning never makes a text longer than twice its input, so one allocation
 * does for each.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

#include "url.h"
#include "utf8.h"

char *dc_copy_new(struct dc_arena *arena, const char *bytes, size_t length) {
    char *copy = dc_arena_alloc(arena, length + 1, 1);
    if (!copy)
        return NULL;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

/* -- Character references -------------------------------------------------- */

/* What stands in JSON-LD and in twice escaped attributes; rare ones stay. */
static const struct reference {
    const char *name;
    uint32_t character;
} references[] = {
    {"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
    {"apos", '\''},     {"nbsp", ' '},     {"ndash", 0x2013}, {"mdash", 0x2014},
    {"lsquo", 0x2018},  {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D},
    {"hellip", 0x2026}, {"bull", 0x2022},  {"middot", 0xB7},  {"laquo", 0xAB},
    {"raquo", 0xBB},    {"copy", 0xA9},    {"reg", 0xAE},     {"trade", 0x2122},
    {"euro", 0x20AC},   {"eacute", 0xE9},  {"egrave", 0xE8},  {"agrave", 0xE0},
    {"aacute", 0xE1},   {"iacute", 0xED},  {"oacute", 0xF3},  {"uacute", 0xFA},
    {"ntilde", 0xF1},   {"ccedil", 0xE7},  {"auml", 0xE4},    {"ouml", 0xF6},
    {"uuml", 0xFC},     {"szlig", 0xDF},   {"Auml", 0xC4},    {"Ouml", 0xD6},
    {"Uuml", 0xDC},     {"Eacute", 0xC9},
};

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* The digits of a numeric reference, from behind "&#"; 0: none. */
static uint32_t numeric_character(const char *s, const char *end) {
    int base = s < end && (*s | 32) == 'x' ? 16 : 10;
    uint32_t character = 0;
    for (s += base == 16; s < end; s++) {
        int digit = digit_value(*s);
        if (digit >= base)
            return 0;
        character = character * (uint32_t)base + (uint32_t)digit;
        if (character > 0x10FFFF)
            return 0;
    }
    return character >= 0xD800 && character < 0xE000 ? 0 : character;
}

/* Decodes the reference at *cursor ('&'), which moves behind it.  false: it
 * is none, nothing moved. */
static bool reference_next(const char **cursor, const char *end,
                           uint32_t *character) {
    enum { LONGEST = 10 };
    const char *s = *cursor + 1;
    size_t room = (size_t)(end - s) < LONGEST ? (size_t)(end - s) : LONGEST;
    const char *stop = memchr(s, ';', room);
    if (!stop || stop == s)
        return false;
    size_t length = (size_t)(stop - s);
    uint32_t found = *s == '#' ? numeric_character(s + 1, stop) : 0;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        if (strlen(references[i].name) == length &&
            !memcmp(references[i].name, s, length))
            found = references[i].character;
    if (!found)
        return false;
    *character = found;
    *cursor = stop + 1;
    return true;
}

/* -- Lines and paragraphs -------------------------------------------------- */

/* Where a cleaned text grows. */
struct line {
    char *out;
    size_t length;
    unsigned pending; /* 0 nothing, 1 a space, 2 a paragraph's end */
};

static void line_put(struct line *line, uint32_t character) {
    unsigned class = dc_class(character);
    if (class & DC_CLASS_SPACE) {
        line->pending |= 1;
        return;
    }
    if (character < 0x20 || character == 0x7F || character == 0xFEFF ||
        character == 0x200B || character == 0xAD)
        return;
    if (line->length && line->pending >= 2) {
        line->out[line->length++] = '\n';
        line->out[line->length++] = '\n';
    } else if (line->length && line->pending) {
        line->out[line->length++] = ' ';
    }
    line->pending = 0;
    line->length += dc_utf8_put(line->out + line->length, character);
}

/* Is the '<' at s the start of a tag or comment? */
static bool is_tag(const char *s, const char *end) {
    return end - s > 2 && (s[1] == '/' || s[1] == '!' ||
                           (unsigned char)((s[1] | 32) - 'a') < 26);
}

/* Does this tag end a paragraph?  Others stand inside a word. */
static bool tag_breaks(const char *s, const char *end) {
    static const char *const names[] = {"p",  "br", "div", "li", "h",
                                        "td", "th", "tr",  "dt", "dd"};
    s += 1 + (s[1] == '/');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if ((size_t)(end - s) > length && !strncasecmp(s, names[i], length) &&
            (unsigned char)((s[length] | 32) - 'a') >= 26)
            return true;
    }
    return false;
}

static void clean(struct line *line, struct dc_text text, bool markup,
                  bool paragraphs) {
    const char *s = text.bytes, *end = s + text.length, *stop;
    uint32_t character;
    bool tags_end = true; /* some '>' is left */
    while (s < end) {
        if (markup && tags_end && *s == '<' && is_tag(s, end)) {
            stop = memchr(s, '>', (size_t)(end - s));
            tags_end = stop != NULL;
            if (stop) {
                if (tag_breaks(s, end))
                    line->pending |= paragraphs ? 2 : 1;
                s = stop + 1;
                continue;
            }
        }
        if (paragraphs && *s == '\n')
            line->pending |= 2;
        if (!markup || *s != '&' || !reference_next(&s, end, &character))
            character = dc_utf8_next(&s);
        line_put(line, character);
    }
    line->out[line->length] = '\0';
}

char *dc_line_new(struct dc_arena *arena, struct dc_text text, bool markup) {
    struct line line = {0};
    line.out = dc_arena_alloc(arena, (size_t)text.length + 1, 1);
    if (line.out)
        clean(&line, text, markup, false);
    return line.out;
}

char *dc_paragraphs_new(struct dc_arena *arena, struct dc_text text) {
    struct line line = {0};
    line.out = dc_arena_alloc(arena, 2 * (size_t)text.length + 1, 1);
    if (line.out)
        clean(&line, text, true, true);
    return line.out;
}

/* -- Elements -------------------------------------------------------------- */

/* Scripts, drawings, options... hold nothing an author wrote here.  A page
 * whose <title> is asked for wants its text all the same. */
static bool is_skipped(const struct dc_page *page, uint32_t node,
                       uint32_t inside) {
    return node != inside &&
           (dc_tag_flags(page->nodes[node].tag) & DC_SKIP) != 0;
}

char *dc_element_line(const struct dc_page *page, struct dc_arena *arena,
                      uint32_t node, size_t limit) {
    enum { EVENTS_MAX = 2000 }; /* elements that nest must not cost a square */
    const struct dc_node *element = &page->nodes[node];
    uint32_t event = element->first_event, end_event = element->last_event;
    struct line line = {0};
    if (end_event - event > EVENTS_MAX)
        end_event = event + EVENTS_MAX;
    line.out = dc_arena_alloc(arena, limit + 8, 1);
    if (!line.out)
        return NULL;
    for (; event < end_event && line.length < limit; event++) {
        const struct dc_event *e = &page->events[event];
        if (e->kind == DC_OPEN && is_skipped(page, e->node, node))
            event = page->nodes[e->node].last_event;
        else if (e->kind != DC_CHARACTERS)
            line.pending |=
                !(dc_tag_flags(page->nodes[e->node].tag) & DC_INLINE);
        const char *s = page->text + e->offset, *end = s + e->length;
        while (e->kind == DC_CHARACTERS && s < end && line.length < limit)
            line_put(&line, dc_utf8_next(&s));
    }
    line.out[line.length] = '\0';
    return line.out;
}

/* -- Comparing ------------------------------------------------------------- */

size_t dc_fold(const char *text, size_t length, char *out, size_t size) {
    const char *s = text, *end = text + length;
    size_t used = 0;
    while (s < end) {
        uint32_t character = dc_lower(dc_utf8_next(&s));
        if (!(dc_class(character) & DC_CLASS_WORD) || character == '_')
            continue;
        char bytes[4];
        size_t count = dc_utf8_put(bytes, character);
        if (used + count >= size)
            break;
        memcpy(out + used, bytes, count);
        used += count;
    }
    out[used] = '\0';
    return used;
}

bool dc_same_words(const char *one, const char *other) {
    char a[256], b[256];
    size_t length = dc_fold(one, strlen(one), a, sizeof a);
    return length && length == dc_fold(other, strlen(other), b, sizeof b) &&
           !memcmp(a, b, length);
}

bool dc_holds(const char *text, size_t length, const char *part) {
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= length; i++)
        if (!strncasecmp(text + i, part, size))
            return true;
    return false;
}

size_t dc_count_words(const char *text, size_t length) {
    if (!length) /* bytes may be NULL then */
        return 0;
    const char *end = text + length, *word;
    size_t size, count = 0;
    while (dc_word_next(&text, end, &word, &size))
        count++;
    return count;
}

/* -- Addresses ------------------------------------------------------------- */

const char *dc_host(const char *url, size_t *length) {
    const char *host = strstr(url, "//");
    host = host ? host + 2 : url;
    if (!strncasecmp(host, "www.", 4))
        host += 4;
    *length = strcspn(host, "/?#:");
    return host;
}

const char *dc_link_new(struct dc_arena *arena, const char *base,
                        const char *link) {
    struct dc_buffer url = {.bytes = NULL};
    struct dc_text link_text = {link, (uint32_t)strlen(link)};
    struct dc_text base_text = {base, base ? (uint32_t)strlen(base) : 0};
    const char *made = NULL;
    if (*link != '#' && *link != '?' && strncasecmp(link, "mailto:", 7) != 0 &&
        dc_url_make(&url, base_text, link_text))
        made = dc_copy_new(arena, url.bytes, url.length);
    if (url.failed)
        arena->failed = true;
    dc_buffer_free(&url);
    return made;
}
