/* cut.c: valid UTF-8 -> the same page, stripped to what later stages use.
 *
 * Scripts, styles, SVG and comments are over half of the bytes of real
 * pages, and libxml2 spends about thirty instructions on each; a pass that
 * jumps from mark to mark with memchr spends less than one.  Attributes cost
 * libxml2 a malloc and a table look-up each, so it is shown a number instead.
 * It tokenises tags by the rules of HTML5 (quotes count only behind '='),
 * because a '<' or
 * '>' inside an attribute must not be taken for mark-up, and because libxml2
 * then sees none of the traps it falls into: `<!-->`, bogus comments, end
 * tags that close nothing (each costs it a walk over all open elements),
 * `</body>` in the middle of the page.
 *
 * Nothing a reader sees is lost here: an SVG that is never closed ends where
 * ordinary mark-up begins, an unclosed quote ends with its tag.
 */
#include "cut.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { NAME_MAX_LENGTH = 24 };

struct cutter {
    struct dc_page *page;
    struct dc_clean *clean;
    const char *at, *end; /* input */
    char *out;            /* output; never more bytes than input, plus slack */
    size_t json_ld_capacity, attribute_capacity;
    unsigned preformatted;       /* open <pre>, <textarea>... */
    bool no_double, no_single;   /* no such quote up to the end */
    uint32_t open[DC_TAG_COUNT]; /* start tags not closed yet, by name */
};

static inline bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static inline bool is_letter(char c) {
    return (unsigned char)((c | 32) - 'a') < 26;
}

/* Does the input at s start with `name` (lower case), ended as a tag name
 * ends? */
static bool name_is(const char *s, const char *end, const char *name,
                    size_t length) {
    if ((size_t)(end - s) < length || strncasecmp(s, name, length) != 0)
        return false;
    return s + length == end || is_space(s[length]) || s[length] == '>' ||
           s[length] == '/';
}

/* Bytes of the element name at s: what libxml2 takes for one, and never more
 * than any real name has. */
static size_t name_length(const char *s, const char *end) {
    size_t length = 0;
    while (s + length < end && length < NAME_MAX_LENGTH &&
           (is_letter(s[length]) || (unsigned char)(s[length] - '0') < 10 ||
            s[length] == '-' || s[length] == ':' || s[length] == '_'))
        length++;
    return length;
}

/* First place behind `needle` (`</script` and the like, any case) that ends
 * as a tag name, from s on; NULL if there is none. */
static const char *find_end_tag(const char *s, const char *end,
                                const char *name, size_t length) {
    while (s < end && (s = memchr(s, '<', (size_t)(end - s)))) {
        if (end - s > 1 && s[1] == '/' && name_is(s + 2, end, name, length))
            return s;
        s++;
    }
    return NULL;
}

/* Behind the next '>', or the end of input. */
static const char *skip_past_bracket(const char *s, const char *end) {
    const char *close = memchr(s, '>', (size_t)(end - s));
    return close ? close + 1 : end;
}

/* Behind a comment that starts at s ("<!--"); by HTML5, "<!-->" and "<!--->"
 * are whole comments. */
static const char *skip_comment(const char *s, const char *end) {
    s += 4;
    if (s < end && *s == '>')
        return s + 1;
    if (end - s > 1 && s[0] == '-' && s[1] == '>')
        return s + 2;
    while (s < end && (s = memchr(s, '-', (size_t)(end - s)))) {
        if (end - s > 2 && s[1] == '-' &&
            (s[2] == '>' || (end - s > 3 && s[2] == '!' && s[3] == '>')))
            return s + (s[2] == '>' ? 3 : 4);
        s++;
    }
    return end;
}

/* End of a quoted value whose opening quote is at s: the closing quote, or
 * NULL.  That a quote is missing is remembered, so it is searched once. */
static const char *find_quote(struct cutter *cutter, const char *s) {
    bool *missing = *s == '"' ? &cutter->no_double : &cutter->no_single;
    if (*missing)
        return NULL;
    const char *close = memchr(s + 1, *s, (size_t)(cutter->end - s - 1));
    if (!close)
        *missing = true;
    return close;
}

/* One attribute of a tag, as found in the input. */
struct found {
    const char *name, *value;
    size_t name_length, value_length;
};

/* Reads the attribute at *cursor, which moves behind it.  false at the end of
 * the tag: *cursor then stands on '>' or the end of input. */
static bool attribute_next(struct cutter *cutter, const char **cursor,
                           struct found *found) {
    const char *s = *cursor, *end = cutter->end;
    while (s < end && (is_space(*s) || *s == '/'))
        s++;
    *cursor = s;
    if (s == end || *s == '>')
        return false;
    *found = (struct found){.name = s};
    do
        s++;
    while (s < end && !is_space(*s) && *s != '/' && *s != '>' && *s != '=');
    found->name_length = (size_t)(s - found->name);
    const char *equals = s;
    while (equals < end && is_space(*equals))
        equals++;
    if (equals == end || *equals != '=') {
        *cursor = s;
        return true;
    }
    s = equals + 1;
    while (s < end && is_space(*s))
        s++;
    const char *close = NULL;
    if (s < end && (*s == '"' || *s == '\''))
        close = find_quote(cutter, s);
    found->value = s;
    if (close) {
        found->value = s + 1;
        found->value_length = (size_t)(close - s - 1);
        s = close + 1;
    } else {
        while (s < end && !is_space(*s) && *s != '>')
            s++;
        found->value_length = (size_t)(s - found->value);
    }
    *cursor = s;
    return true;
}

static void put(struct cutter *cutter, const char *bytes, size_t length) {
    memcpy(cutter->out, bytes, length);
    cutter->out += length;
}

/* A style matters only when it hides. */
static bool style_hides(const struct found *found) {
    for (size_t i = 0; i + 4 <= found->value_length; i++) {
        char c = (char)(found->value[i] | 32);
        if ((c == 'n' && !strncasecmp(found->value + i, "none", 4)) ||
            (c == 'h' && !strncasecmp(found->value + i, "hidd", 4)))
            return true;
    }
    return false;
}

/* Keeps an attribute, unless its tag (whose first is number `first`) has one
 * of that name already: the first counts. */
static bool attribute_keep(struct cutter *cutter, size_t first, unsigned name,
                           const struct found *found) {
    struct dc_clean *clean = cutter->clean;
    if (name == DC_ATTRIBUTE_style && !style_hides(found))
        return true;
    for (size_t i = first; i < clean->attribute_count; i++)
        if (clean->attributes[i].name == name)
            return true;
    struct dc_raw_attribute *attributes = dc_arena_grow(
        &cutter->page->arena, clean->attributes, clean->attribute_count,
        &cutter->attribute_capacity, sizeof *attributes);
    if (!attributes)
        return false;
    clean->attributes = attributes;
    attributes[clean->attribute_count++] = (struct dc_raw_attribute){
        {found->value ? found->value : "", (uint32_t)found->value_length},
        (uint16_t)name,
        false};
    return true;
}

/* Writes ` a=N`. */
static void put_number(struct cutter *cutter, size_t number) {
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    put(cutter, " a=", 3);
    while (count)
        *cutter->out++ = digits[--count];
}

/* Keeps the attributes that matter; the tag ends behind its '>'.  false: out
 * of memory. */
static bool copy_attributes(struct cutter *cutter, const char *s) {
    struct dc_clean *clean = cutter->clean;
    struct found found;
    size_t first = clean->attribute_count;
    while (attribute_next(cutter, &s, &found)) {
        unsigned name = dc_attribute_find(found.name, found.name_length);
        if (name != DC_ATTRIBUTE_COUNT &&
            !attribute_keep(cutter, first, name, &found))
            return false;
    }
    if (clean->attribute_count > first) {
        clean->attributes[clean->attribute_count - 1].last = true;
        put_number(cutter, first);
    }
    *cutter->out++ = '>';
    cutter->at = s < cutter->end ? s + 1 : s;
    return true;
}

/* Behind the tag that starts at s, nothing copied. */
static const char *skip_tag(struct cutter *cutter, const char *s,
                            bool *self_closing) {
    struct found found;
    while (attribute_next(cutter, &s, &found))
        ;
    if (self_closing)
        *self_closing = s[-1] == '/';
    return s < cutter->end ? s + 1 : s;
}

/* Is the script tag at s (behind its name) JSON-LD? */
static bool script_is_json_ld(struct cutter *cutter, const char *s) {
    struct found found;
    while (attribute_next(cutter, &s, &found))
        if (found.name_length == 4 && !strncasecmp(found.name, "type", 4))
            return found.value_length >= 19 &&
                   !strncasecmp(found.value, "application/ld+json", 19);
    return false;
}

static bool keep_json_ld(struct cutter *cutter, const char *s,
                         const char *close) {
    struct dc_page *page = cutter->page;
    struct dc_text *grown =
        dc_arena_grow(&page->arena, page->json_ld, page->json_ld_count,
                      &cutter->json_ld_capacity, sizeof *page->json_ld);
    if (!grown)
        return false;
    page->json_ld = grown;
    page->json_ld[page->json_ld_count++] =
        (struct dc_text){s, (uint32_t)(close - s)};
    return true;
}

/* Skips <script> or <style> with its raw text.  false: out of memory. */
static bool cut_raw(struct cutter *cutter, const char *name, size_t length) {
    const char *after_name = cutter->at + 1 + length;
    bool json_ld =
        *name == 's' && name[1] == 'c' && script_is_json_ld(cutter, after_name);
    const char *s = skip_tag(cutter, after_name, NULL);
    const char *close = find_end_tag(s, cutter->end, name, length);
    bool kept = true;
    if (json_ld)
        kept = keep_json_ld(cutter, s, close ? close : cutter->end);
    cutter->at = close ? skip_past_bracket(close, cutter->end) : cutter->end;
    return kept;
}

/* HTML elements that by HTML5 cannot stand in an SVG: one of them means that
 * the SVG was never closed. */
static bool breaks_out_of_svg(unsigned tag) {
    switch (tag) {
    case DC_TAG_OTHER:
    case DC_TAG_a:
    case DC_TAG_path:
    case DC_TAG_script:
    case DC_TAG_style:
    case DC_TAG_svg:
    case DC_TAG_title:
    case DC_TAG_use:
    case DC_TAG_link:
    case DC_TAG_mark:
    case DC_TAG_data:
    case DC_TAG_source:
    case DC_TAG_video:
    case DC_TAG_audio:
    case DC_TAG_canvas:
    case DC_TAG_iframe:
        return false;
    default:
        return true;
    }
}

/* Skips <svg> with all inside it. */
static void cut_svg(struct cutter *cutter) {
    bool self_closing = false;
    const char *end = cutter->end;
    const char *s = skip_tag(cutter, cutter->at + 4, &self_closing);
    unsigned depth = self_closing ? 0 : 1, foreign = 0;
    while (depth && s < end && (s = memchr(s, '<', (size_t)(end - s)))) {
        if (end - s > 3 && !memcmp(s, "<!--", 4)) {
            s = skip_comment(s, end);
        } else if (end - s > 1 && s[1] == '/') {
            if (name_is(s + 2, end, "svg", 3))
                depth--;
            else if (foreign && name_is(s + 2, end, "foreignobject", 13))
                foreign--;
            s = skip_past_bracket(s, end);
        } else if (!foreign && breaks_out_of_svg(dc_tag_find(
                                   s + 1, name_length(s + 1, end)))) {
            break;
        } else {
            bool svg = name_is(s + 1, end, "svg", 3);
            bool object = name_is(s + 1, end, "foreignobject", 13);
            s = skip_tag(cutter, s + 1, &self_closing);
            depth += svg && !self_closing;
            foreign += object && !self_closing;
        }
    }
    cutter->at = s ? s : end;
}

static bool is_preformatted(unsigned tag) {
    return tag == DC_TAG_pre || tag == DC_TAG_textarea;
}

/* End tags of <body> and <html> are dropped, as browsers do with the text
 * behind them; so are end tags that close nothing. */
static void cut_end_tag(struct cutter *cutter) {
    const char *name = cutter->at + 2;
    size_t length = name_length(name, cutter->end);
    unsigned tag = dc_tag_find(name, length);
    bool keep = tag != DC_TAG_body && tag != DC_TAG_html && tag != DC_TAG_br;
    if (keep && tag != DC_TAG_OTHER) {
        keep = cutter->open[tag] > 0;
        cutter->open[tag] -= keep;
    }
    if (is_preformatted(tag) && cutter->preformatted)
        cutter->preformatted--;
    cutter->at = skip_past_bracket(name + length, cutter->end);
    if (keep) {
        put(cutter, "</", 2);
        put(cutter, name, length);
        put(cutter, ">", 1);
    } else if (tag == DC_TAG_p) { /* a browser makes an empty paragraph */
        put(cutter, "<p></p>", 7);
        cutter->clean->open_tags++;
    } else if (tag == DC_TAG_br) {
        put(cutter, "<br>", 4);
        cutter->clean->open_tags++;
    }
}

static bool copy_start_tag(struct cutter *cutter) {
    const char *name = cutter->at + 1, *s = name;
    size_t length = name_length(name, cutter->end);
    unsigned tag = dc_tag_find(name, length);
    while (s < cutter->end && !is_space(*s) && *s != '>' && *s != '/')
        s++;
    cutter->clean->open_tags++;
    cutter->open[tag]++;
    cutter->preformatted += is_preformatted(tag);
    put(cutter, "<", 1);
    put(cutter, name, length);
    return copy_attributes(cutter, s);
}

/* Handles the '<' the cutter stands on.  false: out of memory. */
static bool cut_mark(struct cutter *cutter) {
    const char *s = cutter->at, *end = cutter->end;
    if (end - s < 2) {
        cutter->at = end;
        put(cutter, "&lt;", 4);
        return true;
    }
    if (s[1] == '!' || s[1] == '?') {
        bool comment = end - s > 3 && s[2] == '-' && s[3] == '-';
        cutter->at = comment ? skip_comment(s, end) : skip_past_bracket(s, end);
        return true;
    }
    if (s[1] == '/') {
        if (end - s > 2 && is_letter(s[2]))
            cut_end_tag(cutter);
        else
            cutter->at = skip_past_bracket(s, end);
        return true;
    }
    if (!is_letter(s[1])) { /* "a < b" is text */
        put(cutter, "&lt;", 4);
        cutter->at++;
        return true;
    }
    if (name_is(s + 1, end, "script", 6))
        return cut_raw(cutter, "script", 6);
    if (name_is(s + 1, end, "style", 5))
        return cut_raw(cutter, "style", 5);
    if (name_is(s + 1, end, "svg", 3))
        cut_svg(cutter);
    else
        return copy_start_tag(cutter);
    return true;
}

/* What a numeric reference to a C1 control means on the web: its byte in
 * windows-1252 (HTML5, "numeric character reference end state"). */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

uint32_t dc_reference_value(const char *s, const char *stop,
                            const char **after) {
    uint32_t value = 0, base = 10;
    if (++s < stop && (*s | 32) == 'x') {
        base = 16;
        s++;
    }
    const char *digits = s;
    for (; s < stop; s++) {
        char lower = (char)(*s | 32);
        uint32_t digit = *s >= '0' && *s <= '9' ? (uint32_t)(*s - '0')
                         : base == 16 && lower >= 'a' && lower <= 'f'
                             ? (uint32_t)(lower - 'a') + 10
                             : base;
        if (digit == base)
            break;
        value = value < 0x110000 ? value * base + digit : value;
    }
    *after = s < stop && *s == ';' ? s + 1 : s;
    return s > digits ? value : DC_NONE;
}

/* Copies the '&' at s, mending what browsers accept and libxml2 does not:
 * the commonest names without their semicolon, and numbers that name C1
 * controls, surrogates or nothing.  Returns where to go on. */
static const char *copy_reference(struct cutter *cutter, const char *s,
                                  const char *stop) {
    static const char *const names[] = {"nbsp", "amp",  "lt", "gt",
                                        "quot", "copy", "reg"};
    const char *after;
    if (s + 1 < stop && s[1] == '#') {
        uint32_t value = dc_reference_value(s + 1, stop, &after);
        bool control = value >= 0x80 && value < 0xA0;
        if (control || value == 0 || (value >= 0xD800 && value < 0xE000) ||
            (value > 0x10FFFF && value != DC_NONE)) {
            cutter->out += dc_utf8_put(
                cutter->out, control ? windows_1252[value - 0x80] : 0xFFFD);
            return after;
        }
        if (value == DC_NONE) { /* libxml2 would eat what follows */
            put(cutter, "&amp;", 5);
            return s + 1;
        }
    }
    *cutter->out++ = *s++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if ((size_t)(stop - s) < length || memcmp(s, names[i], length) != 0)
            continue;
        if (s + length < stop && (s[length] == ';' || is_letter(s[length])))
            continue;
        put(cutter, s, length);
        put(cutter, ";", 1);
        return s + length;
    }
    return s;
}

/* Copies text up to `stop`, a run of white space as one character. */
static void copy_text(struct cutter *cutter, const char *stop) {
    const char *s = cutter->at;
    while (s < stop) {
        char c = *s;
        if (c == '&') {
            s = copy_reference(cutter, s, stop);
            continue;
        }
        s++;
        if (is_space(c) && !cutter->preformatted) {
            while (s < stop && is_space(*s)) {
                if (*s == '\n')
                    c = '\n';
                s++;
            }
        }
        *cutter->out++ = c;
    }
    cutter->at = stop;
}

enum declutter_status dc_cut(struct dc_page *page, struct dc_clean *clean,
                             struct declutter_error *error) {
    /* What may grow: "<" that is text becomes "&lt;", attributes become a
     * number, "&#" that is no reference becomes "&amp;#".  Thrice the bytes
     * and four a mark pay for all of it; what is not written is not touched.
     */
    size_t marks = 0;
    for (const char *s = page->html.bytes, *end = s + page->html.length;
         s < end && (s = memchr(s, '<', (size_t)(end - s))); s++)
        marks++;
    struct cutter cutter = {
        .page = page, .clean = clean, .at = page->html.bytes};
    cutter.end = cutter.at + page->html.length;
    char *out =
        dc_arena_alloc(&page->arena, page->html.length * 3 + marks * 4 + 16, 1);
    page->json_ld = NULL;
    page->json_ld_count = 0;
    *clean = (struct dc_clean){0};
    if (!out)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    cutter.out = out;
    while (cutter.at < cutter.end) {
        const char *mark =
            memchr(cutter.at, '<', (size_t)(cutter.end - cutter.at));
        copy_text(&cutter, mark ? mark : cutter.end);
        if (mark && !cut_mark(&cutter))
            return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    }
    *cutter.out = '\0';
    clean->html = (struct dc_text){out, (uint32_t)(cutter.out - out)};
    return DECLUTTER_OK;
}
