/* cut.c: valid UTF-8 -> the same page, stripped to what libxml2 must see.
 *
 * Scripts, styles, SVG and comments are over half of the bytes of real
 * pages, and libxml2 spends about thirty instructions on each; a pass that
 * jumps from mark to mark with memchr spends less than one.  Of the rest most
 * is attributes, each of which costs libxml2 two mallocs, and text.  How tags
 * nest does not depend on either, so libxml2 is shown bare tags, and an 'x'
 * where text stands; by the place in what it reads, parse.c puts both back.
 * Nor does it depend on an element in a line that holds but text, a third of
 * all: inside <body> libxml2 does the same with <b>text</b> as with text.  So
 * such leaves are an 'x' as well.
 * libxml2 then sees none of the traps it falls into either: `<!-->`, bogus
 * comments, `</body>` in the middle of the page, end tags that close nothing
 * (each costs it a walk over all open elements).
 *
 * Nothing a reader sees is lost here: an SVG that is never closed ends where
 * ordinary mark-up begins, an unclosed quote ends with its tag.
 */
#include "cutter.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

/* -- Start tags ---------------------------------------------------------- */

/* A style matters only when it hides. */
static bool style_hides(const struct dc_found *found) {
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
static bool attribute_keep(struct dc_cutter *cutter, size_t first,
                           unsigned name, const struct dc_found *found) {
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

/* Keeps the attributes that matter of the tag whose name ends at *at, which
 * moves to its '>'.  false: out of memory. */
static bool read_attributes(struct dc_cutter *cutter, const char **at) {
    struct dc_clean *clean = cutter->clean;
    struct dc_found found;
    size_t first = clean->attribute_count;
    while (dc_attribute_next(&cutter->scan, at, &found)) {
        unsigned name = dc_attribute_find(found.name, found.name_length);
        if (name != DC_ATTRIBUTE_COUNT &&
            !attribute_keep(cutter, first, name, &found))
            return false;
    }
    if (clean->attribute_count > first)
        clean->attributes[clean->attribute_count - 1].last = true;
    return true;
}

static bool is_preformatted(unsigned tag) {
    return tag == DC_TAG_pre || tag == DC_TAG_textarea;
}

static bool is_void(unsigned tag) {
    return tag == DC_TAG_br || tag == DC_TAG_img || tag == DC_TAG_input;
}

/* A start tag that was read. */
struct start {
    const char *name, *after; /* and what stands behind the tag */
    size_t length;            /* of the name */
    unsigned tag;
    uint32_t first; /* of its attributes */
    bool attributed, slash;
};

/* Is it void, or closed at the next mark?  Before <body> it does not count:
 * there libxml2 adds elements, which depend on what comes. */
static bool is_leaf(const struct dc_cutter *cutter, const struct start *start) {
    const char *end = cutter->scan.end;
    if (!cutter->open[DC_TAG_body])
        return false;
    if (is_void(start->tag))
        return true;
    if (!(dc_tag_flags(start->tag) & DC_INLINE))
        return false;
    const char *mark = memchr(start->after, '<', (size_t)(end - start->after));
    return mark && mark[1] == '/' &&
           dc_name_is(mark + 2, dc_tag_name(start->tag), start->length);
}

static bool cut_leaf(struct dc_cutter *cutter, const struct start *start) {
    cutter->at = start->after;
    if (!is_void(start->tag)) {
        dc_cut_text(cutter);
        cutter->at = dc_skip_past_bracket(cutter->at + 2 + start->length,
                                          cutter->scan.end);
    }
    return dc_cut_run_add(
        cutter, (struct dc_clean_run){.first = start->first,
                                      .leaf = (uint16_t)start->tag,
                                      .attributed = start->attributed});
}

static bool copy_tag(struct dc_cutter *cutter, const struct start *start) {
    struct dc_clean *clean = cutter->clean;
    cutter->at = start->after;
    cutter->open[start->tag]++;
    cutter->preformatted += is_preformatted(start->tag);
    *cutter->out++ = '<';
    dc_cut_put(cutter, start->name, start->length);
    if (start->attributed) {
        struct dc_clean_tag *tags =
            dc_arena_grow(&cutter->page->arena, clean->tags, clean->tag_count,
                          &cutter->tag_capacity, sizeof *tags);
        if (!tags)
            return false;
        clean->tags = tags;
        tags[clean->tag_count++] = (struct dc_clean_tag){
            dc_cut_place(cutter), start->first, start->tag};
    }
    if (start->slash && dc_tag_flags(start->tag) & DC_MATHML)
        *cutter->out++ = '/'; /* only in formulas does it say: empty */
    *cutter->out++ = '>';
    return true;
}

/* Handles a start tag; `length` is that of its name.  false: out of memory. */
static bool cut_start_tag(struct dc_cutter *cutter, size_t length,
                          unsigned tag) {
    struct dc_clean *clean = cutter->clean;
    const char *s = cutter->at + 1 + length;
    struct start start = {.name = cutter->at + 1,
                          .length = length,
                          .tag = tag,
                          .first = (uint32_t)clean->attribute_count};
    while (!dc_ends_tag_name(*s))
        s++;
    bool whole = s == start.name + length; /* the name is all letters */
    if (!dc_cut_run_end(cutter) || !read_attributes(cutter, &s))
        return false;
    start.after = s < cutter->scan.end ? s + 1 : s;
    start.attributed = clean->attribute_count > start.first;
    start.slash = s[-1] == '/';
    clean->open_tags++;
    return whole && is_leaf(cutter, &start) ? cut_leaf(cutter, &start)
                                            : copy_tag(cutter, &start);
}

/* -- What is skipped ----------------------------------------------------- */

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
        return !(dc_tag_flags(tag) & DC_MATHML);
    }
}

/* Skips <svg> with all inside it. */
static void cut_svg(struct dc_cutter *cutter) {
    bool self_closing = false;
    const char *end = cutter->scan.end;
    const char *s = dc_skip_tag(&cutter->scan, cutter->at + 4, &self_closing);
    unsigned depth = self_closing ? 0 : 1, foreign = 0;
    while (depth && s < end && (s = memchr(s, '<', (size_t)(end - s)))) {
        if (!strncmp(s, "<!--", 4)) {
            s = dc_skip_comment(s, end);
        } else if (s[1] == '/') {
            if (dc_name_is(s + 2, "svg", 3))
                depth--;
            else if (foreign && dc_name_is(s + 2, "foreignobject", 13))
                foreign--;
            s = dc_skip_past_bracket(s, end);
        } else if (!foreign &&
                   breaks_out_of_svg(dc_tags_find(&cutter->tags, s + 1,
                                                  dc_name_length(s + 1)))) {
            break;
        } else {
            bool svg = dc_name_is(s + 1, "svg", 3);
            bool object = dc_name_is(s + 1, "foreignobject", 13);
            s = dc_skip_tag(&cutter->scan, s + 1, &self_closing);
            depth += svg && !self_closing;
            foreign += object && !self_closing;
        }
    }
    cutter->at = s ? s : end;
}

/* -- End tags ------------------------------------------------------------ */

/* End tags of <body> and <html> are dropped, as browsers do with the text
 * behind them; so are end tags that close nothing. */
static bool cut_end_tag(struct dc_cutter *cutter) {
    const char *name = cutter->at + 2;
    size_t length = dc_name_length(name);
    unsigned tag = dc_tags_find(&cutter->tags, name, length);
    bool keep = tag != DC_TAG_body && tag != DC_TAG_html && tag != DC_TAG_br;
    if (keep && tag != DC_TAG_OTHER) {
        keep = cutter->open[tag] > 0;
        cutter->open[tag] -= keep;
    }
    bool alone = tag == DC_TAG_p || tag == DC_TAG_br;
    if ((keep || alone) && !dc_cut_run_end(cutter))
        return false;
    if (is_preformatted(tag) && cutter->preformatted)
        cutter->preformatted--;
    cutter->at = dc_skip_past_bracket(name + length, cutter->scan.end);
    if (keep) {
        dc_cut_put(cutter, "</", 2);
        dc_cut_put(cutter, name, length);
        *cutter->out++ = '>';
    } else if (alone) { /* a browser makes an empty element */
        dc_cut_put(cutter, tag == DC_TAG_p ? "<p></p>" : "<br>",
                   tag == DC_TAG_p ? 7 : 4);
        cutter->clean->open_tags++;
    }
    return true;
}

/* -- The pass ------------------------------------------------------------ */

/* Handles the '<' the cutter stands on.  false: out of memory. */
static bool cut_mark(struct dc_cutter *cutter) {
    const char *s = cutter->at, *end = cutter->scan.end;
    if (s[1] == '!' || s[1] == '?') {
        bool comment = s[1] == '!' && s[2] == '-' && s[3] == '-';
        cutter->at =
            comment ? dc_skip_comment(s, end) : dc_skip_past_bracket(s, end);
        return true;
    }
    if (s[1] == '/') {
        if (dc_is_letter(s[2]))
            return cut_end_tag(cutter);
        cutter->at = dc_skip_past_bracket(s, end);
        return true;
    }
    if (!dc_is_letter(s[1])) { /* "a < b" is text */
        dc_cut_character(cutter);
        return true;
    }
    size_t length = dc_name_length(s + 1);
    unsigned tag = dc_tags_find(&cutter->tags, s + 1, length);
    if (dc_ends_tag_name(s[1 + length])) {
        if (tag == DC_TAG_script)
            return dc_cut_raw(cutter, "script", 6);
        if (tag == DC_TAG_style)
            return dc_cut_raw(cutter, "style", 5);
        if (tag == DC_TAG_svg) {
            cut_svg(cutter);
            return true;
        }
    }
    return cut_start_tag(cutter, length, tag);
}

enum declutter_status dc_cut(struct dc_page *page, struct dc_clean *clean,
                             struct declutter_error *error) {
    struct dc_cutter cutter = {
        .page = page, .clean = clean, .at = page->html.bytes};
    size_t length = page->html.length;
    cutter.scan.end = cutter.at + length;
    dc_tags_init(&cutter.tags);
    page->json_ld = NULL;
    page->json_ld_count = 0;
    page->formulas = NULL;
    page->formula_count = 0;
    *clean = (struct dc_clean){0};
    /* No text grows; "</p>" may become "<p></p>", and what is not written is
     * not touched. */
    cutter.text = dc_arena_alloc(&page->arena, length + 1, 1);
    cutter.html = dc_arena_alloc(&page->arena, length * 2 + 16, 1);
    bool ok = cutter.text && cutter.html;
    cutter.run = cutter.used = cutter.text;
    cutter.out = cutter.html;
    while (ok && cutter.at < cutter.scan.end) {
        if (*cutter.at == '<')
            ok = cut_mark(&cutter);
        else
            dc_cut_text(&cutter);
    }
    if (!ok || !dc_cut_run_end(&cutter))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    *cutter.out = '\0';
    clean->html = (struct dc_text){cutter.html, dc_cut_place(&cutter)};
    clean->text_length = (size_t)(cutter.used - cutter.text);
    return DECLUTTER_OK;
}
