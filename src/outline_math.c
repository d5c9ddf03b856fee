/* outline_math.c: the source of a formula.
 *
 * In: a <math> element, or a script of MathJax 2.  Out: its TeX, where the page
 * gives it: as an annotation (MediaWiki, KaTeX, MathJax), as alternative text
 * or as the text of the script; else what outline_mathml.c makes of the
 * elements.  A page that was saved from a browser
 * holds before the script what MathJax drew of it, letter by letter; the
 * source says the same better.
 */
#include "outline.h"

#include <string.h>
#include <strings.h>

static bool drop_prefix(struct dc_text *text, const char *prefix) {
    size_t length = strlen(prefix);
    if (text->length < length || memcmp(text->bytes, prefix, length) != 0)
        return false;
    text->bytes += length;
    text->length -= (uint32_t)length;
    return true;
}

static bool drop_suffix(struct dc_text *text, const char *suffix) {
    size_t length = strlen(suffix);
    if (text->length < length ||
        memcmp(text->bytes + text->length - length, suffix, length) != 0)
        return false;
    text->length -= (uint32_t)length;
    return true;
}

static bool text_is(struct dc_text text, const char *other) {
    return text.length == strlen(other) &&
           strncasecmp(text.bytes, other, text.length) == 0;
}

/* MediaWiki wraps all it has in {\displaystyle ...}. */
static struct dc_text unwrap(struct dc_text tex) {
    static const char *const wraps[] = {"{\\displaystyle ", "{\\textstyle "};
    tex = dc_text_trim(tex);
    for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++) {
        size_t length = strlen(wraps[i]);
        if (tex.length <= length || memcmp(tex.bytes, wraps[i], length) != 0 ||
            tex.bytes[tex.length - 1] != '}')
            continue;
        tex.bytes += length;
        tex.length -= (uint32_t)length + 1;
        return dc_text_trim(tex);
    }
    return tex;
}

struct dc_text dc_math_tex(const struct dc_page *page, uint32_t node,
                           bool *display) {
    const struct dc_node *n = &page->nodes[node];
    *display =
        text_is(dc_attribute_text(page, node, DC_ATTRIBUTE_display), "block");
    for (uint32_t i = n->first_event; i < n->last_event; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind != DC_CHARACTERS ||
            !text_is(
                dc_attribute_text(page, event->node, DC_ATTRIBUTE_encoding),
                "application/x-tex"))
            continue;
        struct dc_text tex = {page->text + event->offset, event->length};
        return unwrap(tex);
    }
    struct dc_text tex =
        unwrap(dc_attribute_text(page, node, DC_ATTRIBUTE_alttext));
    return tex.length ? tex : dc_mathml_tex(page, node);
}

/* Where a page must also be XML, its scripts stand in a section for raw text,
 * which a comment hides from TeX. */
struct dc_text dc_formula_tex(const struct dc_formula *formula) {
    struct dc_text tex = dc_text_trim(formula->tex), bare = tex;
    if (drop_prefix(&bare, "%"))
        bare = dc_text_trim(bare);
    if (!drop_prefix(&bare, "<![CDATA["))
        return unwrap(tex);
    bare = dc_text_trim(bare);
    if (drop_suffix(&bare, "]]>")) {
        bare = dc_text_trim(bare);
        drop_suffix(&bare, "%");
    }
    return unwrap(bare);
}

bool dc_is_drawing(const struct dc_page *page, uint32_t node) {
    static const char *const names[] = {
        "MathJax",         "MathJax_Preview",
        "MathJax_Display", "MathJax_SVG",
        "MathJax_CHTML",   "MathJax_MathML",
        "mjx-chtml",       "MathJax_SVG_Display",
        "MJXc-display",    "MathJax_PlainSource"};
    if (!dc_attribute_text(page, node, DC_ATTRIBUTE_class).length)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dc_has_class(page, node, names[i]))
            return true;
    return false;
}

/* Is the text between an event's beginning and the formula white space? */
static bool is_blank_before(const struct dc_page *page, uint32_t number,
                            const struct dc_formula *formula) {
    const struct dc_event *event = &page->events[number];
    struct dc_text text = {page->text + event->offset, event->length};
    if (number == formula->event)
        text.length = formula->offset - event->offset;
    return dc_text_trim(text).length == 0;
}

bool dc_is_drawing_of(const struct dc_page *page, uint32_t node,
                      const struct dc_formula *formula) {
    enum { STEPS_MAX = 12 }; /* between the drawing and its script */
    uint32_t at = page->nodes[node].last_event;
    for (unsigned step = 0; step < STEPS_MAX && at < formula->event; step++) {
        const struct dc_event *event = &page->events[++at];
        if (event->kind == DC_OPEN && dc_is_drawing(page, event->node))
            at = page->nodes[event->node].last_event;
        else if (event->kind == DC_OPEN ||
                 (event->kind == DC_CHARACTERS &&
                  !is_blank_before(page, at, formula)))
            return false;
    }
    return at == formula->event;
}
