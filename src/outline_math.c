/* outline_math.c: the source of a formula.
 *
 * In: a <math> element.  Out: its TeX, where the page gives it: as an
 * annotation (MediaWiki, KaTeX, MathJax) or as alternative text.  MathML alone
 * is no text, so a formula without TeX is left out, as its words are.
 */
#include "outline.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c) {
    return (unsigned char)c <= ' ';
}

static struct dc_text trim(struct dc_text text) {
    while (text.length && is_blank(*text.bytes)) {
        text.bytes++;
        text.length--;
    }
    while (text.length && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static bool text_is(struct dc_text text, const char *other) {
    return text.length == strlen(other) &&
           strncasecmp(text.bytes, other, text.length) == 0;
}

/* MediaWiki wraps all it has in {\displaystyle ...}. */
static struct dc_text unwrap(struct dc_text tex) {
    static const char *const wraps[] = {"{\\displaystyle ", "{\\textstyle "};
    tex = trim(tex);
    for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++) {
        size_t length = strlen(wraps[i]);
        if (tex.length <= length || memcmp(tex.bytes, wraps[i], length) != 0 ||
            tex.bytes[tex.length - 1] != '}')
            continue;
        tex.bytes += length;
        tex.length -= (uint32_t)length + 1;
        return trim(tex);
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
    return unwrap(dc_attribute_text(page, node, DC_ATTRIBUTE_alttext));
}
