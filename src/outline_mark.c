/* outline_mark.c: the number a footnote begins with.
 *
 * In: the texts of a footnote, one by one.  Out: the same without the number
 * at the beginning.  Every format prints the label of a footnote itself, so
 * "1 Seven ships", "[1] Seven ships" and "1. Seven ships" would come out with
 * two of them.  The number may be text, a link back that is left out, or a
 * link between two brackets that are text; only the label itself is taken
 * for it, because a note may well begin with some other number.
 */
#include "outline_build.h"

#include <string.h>

enum { DIGITS_MAX = 6, LOOK_AHEAD = 4 };

void dc_mark_expect(struct dc_builder *b, uint32_t note) {
    b->mark = DC_MARK_DUE;
    b->mark_note = note;
}

/* An element is left out. */
void dc_mark_pass(struct dc_builder *b, uint32_t node) {
    if (b->mark == DC_MARK_DUE && b->places.of[node].back)
        b->mark = DC_MARK_SEEN;
}

static const char *skip_space(const char *at, const char *end) {
    while (at < end && (unsigned char)*at <= ' ')
        at++;
    return at;
}

static bool is_next(const char *at, const char *end, const char *characters) {
    return at < end && *at && strchr(characters, *at);
}

/* Behind what closes a number: "]", ".", "]:"... */
static const char *skip_closing(const char *at, const char *end) {
    const char *here = skip_space(at, end);
    if (is_next(here, end, "])"))
        at = ++here;
    if (is_next(here, end, ".:") &&
        (here + 1 == end || (unsigned char)here[1] <= ' '))
        at = here + 1;
    return at;
}

/* Does a link back follow the current event? */
static bool is_before_back(const struct dc_builder *b) {
    const struct dc_page *page = b->page;
    uint32_t end = b->event + LOOK_AHEAD;
    for (uint32_t i = b->event + 1; i <= end && i < page->event_count; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind == DC_CHARACTERS)
            return false;
        if (event->kind == DC_OPEN && b->places.of[event->node].back)
            return true;
    }
    return false;
}

/* Items of a numbered list hardly ever repeat their number; what looks so is
 * the text. */
static bool is_numbered(const struct dc_builder *b) {
    const struct dc_node *note = &b->page->nodes[b->mark_note];
    return note->tag == DC_TAG_li &&
           b->page->nodes[note->parent].tag == DC_TAG_ol;
}

/* Behind the number at the beginning of a text, or NULL: there is none. */
static const char *skip_number(const struct dc_builder *b, const char *at,
                               const char *end) {
    uint32_t number = 0;
    bool bracket = is_next(at, end, "[(");
    const char *digits = at + bracket, *stop = digits;
    while (stop < end && stop - digits < DIGITS_MAX && *stop >= '0' &&
           *stop <= '9')
        number = number * 10 + (uint32_t)(*stop++ - '0');
    if (stop == digits || number != b->places.of[b->mark_note].note)
        return NULL;
    const char *behind = skip_closing(stop, end);
    if (bracket ? !is_next(stop, end, "])") : is_numbered(b))
        return NULL;
    return behind == end || (unsigned char)*behind <= ' ' ? behind : NULL;
}

struct dc_event dc_mark_strip(struct dc_builder *b,
                              const struct dc_event *event) {
    struct dc_event rest = *event;
    const char *start = b->page->text + event->offset;
    const char *end = start + event->length, *at = skip_space(start, end);
    if (b->mark == DC_MARK_NONE || at == end)
        return rest;
    const char *behind = NULL;
    bool opening = is_next(at, end, "[(") && skip_space(at + 1, end) == end;
    if (b->mark == DC_MARK_SEEN)
        behind = skip_closing(at, end);
    else if (opening)
        behind = is_before_back(b) ? end : NULL;
    else
        behind = skip_number(b, at, end);
    if (!behind || skip_space(behind, end) < end)
        b->mark = DC_MARK_NONE;
    else if (!opening)
        b->mark = DC_MARK_SEEN;
    if (!behind)
        return rest;
    rest.offset += (uint32_t)(behind - start);
    rest.length -= (uint32_t)(behind - start);
    return rest;
}
