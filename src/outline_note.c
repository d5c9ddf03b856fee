/* outline_note.c: footnotes and their references.
 *
 * In: a page whose blocks are kept or not.  Out: a label for every link that
 * refers to a footnote, and for the list item that is it.  A reference is a
 * link within the page with a short text that is no word, such as "1", "[2]"
 * or "*"; a footnote is the kept list item it leads to.  The label is the
 * number the reader sees, unless another footnote has it.
 */
#include "outline.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum { MARK_BYTES_MAX = 12, MARK_EVENTS_MAX = 12, MARK_NUMBER_MAX = 99999 };

/* Ids of the list items that may be footnotes: a hash table. */
struct ids {
    uint32_t *slots; /* nodes; DC_NONE is free */
    size_t mask;
};

static uint32_t hash_bytes(struct dc_text text) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* The slot of an id: its own, or the free one it belongs in. */
static size_t ids_slot(const struct ids *ids, const struct dc_page *page,
                       struct dc_text id) {
    size_t slot = hash_bytes(id) & ids->mask;
    for (; ids->slots[slot] != DC_NONE; slot = (slot + 1) & ids->mask) {
        struct dc_text other =
            dc_attribute_text(page, ids->slots[slot], DC_ATTRIBUTE_id);
        if (other.length == id.length &&
            memcmp(other.bytes, id.bytes, id.length) == 0)
            break;
    }
    return slot;
}

static bool is_note(const struct dc_places *places, uint32_t node) {
    return places->page->nodes[node].tag == DC_TAG_li &&
           !places->of[node].nested && dc_kept_in(places, node) &&
           dc_attribute_text(places->page, node, DC_ATTRIBUTE_id).length;
}

/* false: out of memory.  No slots where no item may be a footnote. */
static bool ids_make(struct ids *ids, const struct dc_places *places) {
    const struct dc_page *page = places->page;
    size_t count = 0, slots = 16;
    *ids = (struct ids){NULL, 0};
    for (uint32_t node = 0; node < page->node_count; node++)
        count += is_note(places, node);
    if (!count)
        return true;
    while (slots < count * 2)
        slots *= 2;
    ids->slots = malloc(slots * sizeof *ids->slots);
    if (!ids->slots)
        return false;
    memset(ids->slots, 0xFF, slots * sizeof *ids->slots);
    ids->mask = slots - 1;
    for (uint32_t node = 0; node < page->node_count; node++) {
        if (!is_note(places, node))
            continue;
        size_t slot =
            ids_slot(ids, page, dc_attribute_text(page, node, DC_ATTRIBUTE_id));
        if (ids->slots[slot] == DC_NONE) /* the first of an id is it */
            ids->slots[slot] = node;
    }
    return true;
}

/* Is the text of a link a mark, and what number is in it?  0: none. */
static bool is_mark(const struct dc_page *page, uint32_t node,
                    uint32_t *number) {
    const struct dc_node *n = &page->nodes[node];
    uint32_t bytes = 0, letters = 0;
    *number = 0;
    if (n->last_event - n->first_event > MARK_EVENTS_MAX)
        return false;
    for (uint32_t i = n->first_event; i < n->last_event; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind != DC_CHARACTERS)
            continue;
        const char *at = page->text + event->offset;
        const char *end = at + event->length;
        bytes += event->length;
        while (at < end && bytes <= MARK_BYTES_MAX) {
            uint32_t c = dc_utf8_next(&at);
            letters += (dc_class(c) & DC_CLASS_LETTER) != 0;
            if (c >= '0' && c <= '9' && *number <= MARK_NUMBER_MAX)
                *number = *number * 10 + (c - '0');
        }
    }
    return bytes > 0 && bytes <= MARK_BYTES_MAX && letters <= 1;
}

/* The footnote a link leads to, or DC_NONE. */
static uint32_t find_note(const struct ids *ids, const struct dc_places *places,
                          uint32_t link, uint32_t *number) {
    const struct dc_page *page = places->page;
    const struct dc_node *n = &page->nodes[link];
    if (n->tag != DC_TAG_a)
        return DC_NONE;
    struct dc_text href = dc_attribute_text(page, link, DC_ATTRIBUTE_href);
    if (href.length < 2 || href.bytes[0] != '#' || !is_mark(page, link, number))
        return DC_NONE;
    struct dc_text id = {href.bytes + 1, href.length - 1};
    uint32_t note = ids->slots[ids_slot(ids, page, id)];
    /* Inside the note itself it is no reference. */
    if (note != DC_NONE && n->first_event > page->nodes[note].first_event &&
        n->first_event < page->nodes[note].last_event)
        return DC_NONE;
    return note;
}

/* Gives a footnote its label: the number wanted, if it is free and not out of
 * all proportion. */
static uint32_t take_label(bool *used, size_t size, uint32_t wanted,
                           uint32_t *next) {
    if (wanted == 0 || wanted >= size || used[wanted])
        while (wanted = *next, used[wanted])
            ++*next;
    used[wanted] = true;
    return wanted;
}

bool dc_notes_find(struct dc_places *places) {
    const struct dc_page *page = places->page;
    struct ids ids;
    if (!ids_make(&ids, places))
        return false;
    if (!ids.slots)
        return true;
    /* As many labels as there are notes are always enough, and one more. */
    size_t size = ids.mask + 2;
    bool *used = calloc(size, sizeof *used);
    uint32_t next = 1, number;
    for (uint32_t node = 0; used && node < page->node_count; node++) {
        uint32_t note = find_note(&ids, places, node, &number);
        if (note == DC_NONE)
            continue;
        if (!places->of[note].note)
            places->of[note].note = take_label(used, size, number, &next);
        places->of[node].note = places->of[note].note;
    }
    bool ok = used != NULL;
    free(used);
    free(ids.slots);
    return ok;
}
