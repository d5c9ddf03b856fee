/* outline_note.c: footnotes and their references.
 *
 * In: a page whose blocks are kept or not.  Out: a label for every link that
 * refers to a footnote, and for the element that is it; the links that lead
 * back, which Markdown needs no more; and the references whose footnote is not
 * kept, which lead nowhere.  A reference is a link within the page with a
 * short text that is no word, such as "1", "[2]" or "*".  What it leads to is
 * a footnote if it is a list item, or if something says so: a name ("fn1"), a
 * role, or that the reference is raised.  Many pages put the name on an empty
 * or a back-leading <a> at the beginning of the note; then the note is the
 * paragraph, or the item, that it begins.  The label is the number the reader
 * sees, unless another footnote has it.
 */
#include "outline.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

enum {
    MARK_BYTES_MAX = 12,
    MARK_EVENTS_MAX = 12,
    MARK_NUMBER_MAX = 99999,
    ID_BYTES_MAX = 200,
    LEAD_EVENTS_MAX = 8, /* before the name, at the beginning of a note */
    BOX_BLOCKS_MAX = 12, /* in a <div> that is one note */
    REFERENCE_NODES = 3  /* from the name of a reference to its link */
};

/* Elements by the names that links use: a hash table. */
struct names {
    uint32_t *slots; /* nodes; DC_NONE is free */
    size_t mask;
};

/* -- Names ----------------------------------------------------------------- */

static uint32_t hash_bytes(struct dc_text text) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* What links call an element; old pages name an <a>. */
static struct dc_text name_of(const struct dc_page *page, uint32_t node) {
    struct dc_text id = dc_attribute_text(page, node, DC_ATTRIBUTE_id);
    if (!id.length && page->nodes[node].tag == DC_TAG_a)
        id = dc_attribute_text(page, node, DC_ATTRIBUTE_name);
    return id;
}

/* The slot of a name: its own, or the free one it belongs in. */
static size_t names_slot(const struct names *names, const struct dc_page *page,
                         struct dc_text name) {
    size_t slot = hash_bytes(name) & names->mask;
    for (; names->slots[slot] != DC_NONE; slot = (slot + 1) & names->mask) {
        struct dc_text other = name_of(page, names->slots[slot]);
        if (other.length == name.length &&
            memcmp(other.bytes, name.bytes, name.length) == 0)
            break;
    }
    return slot;
}

/* false: out of memory. */
static bool names_make(struct names *names, const struct dc_page *page) {
    size_t count = 0, slots = 16;
    for (uint32_t node = 0; node < page->node_count; node++)
        count += name_of(page, node).length > 0;
    while (slots < count * 2)
        slots *= 2;
    names->mask = slots - 1;
    names->slots = dc_arena_alloc(page->scratch, slots, sizeof *names->slots);
    if (!names->slots)
        return false;
    memset(names->slots, 0xFF, slots * sizeof *names->slots);
    for (uint32_t node = 0; node < page->node_count; node++) {
        struct dc_text name = name_of(page, node);
        if (!name.length)
            continue;
        size_t slot = names_slot(names, page, name);
        if (names->slots[slot] == DC_NONE) /* the first of a name is it */
            names->slots[slot] = node;
    }
    return true;
}

static int hex_value(char c) {
    char lower = (char)(c | 32);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The element an address within the page leads to, or DC_NONE.  Browsers look
 * for the name as it is written, then for what it encodes. */
static uint32_t find_target(const struct names *names,
                            const struct dc_page *page, struct dc_text href) {
    char decoded[ID_BYTES_MAX];
    if (href.length < 2 || href.bytes[0] != '#')
        return DC_NONE;
    struct dc_text name = {href.bytes + 1, href.length - 1};
    uint32_t target = names->slots[names_slot(names, page, name)];
    if (target != DC_NONE || name.length > sizeof decoded ||
        !memchr(name.bytes, '%', name.length))
        return target;
    uint32_t length = 0;
    for (uint32_t i = 0; i < name.length; i++) {
        int high = -1, low = -1;
        if (name.bytes[i] == '%' && i + 2 < name.length) {
            high = hex_value(name.bytes[i + 1]);
            low = hex_value(name.bytes[i + 2]);
        }
        bool encoded = high >= 0 && low >= 0;
        decoded[length++] = encoded ? (char)(high * 16 + low) : name.bytes[i];
        i += encoded ? 2 : 0;
    }
    struct dc_text plain = {decoded, length};
    return names->slots[names_slot(names, page, plain)];
}

/* -- Words of the page about its notes ------------------------------------- */

/* Does an attribute hold one of the words, in any case? */
static bool says(struct dc_text text, const char *const *words, size_t count) {
    for (uint32_t at = 0; at < text.length; at++)
        for (size_t i = 0; i < count; i++) {
            size_t length = strlen(words[i]);
            if (text.length - at >= length &&
                !strncasecmp(text.bytes + at, words[i], length))
                return true;
        }
    return false;
}

static bool attribute_says(const struct dc_page *page, uint32_t node,
                           const char *const *words, size_t count) {
    return says(name_of(page, node), words, count) ||
           says(dc_attribute_text(page, node, DC_ATTRIBUTE_class), words,
                count) ||
           says(dc_attribute_text(page, node, DC_ATTRIBUTE_role), words, count);
}

/* "fn1", "_ftn1", "cite_note-1", "doc-footnote", "doc-noteref"... */
static bool says_note(const struct dc_page *page, uint32_t node) {
    static const char *const words[] = {"fn", "ftn", "note", "edn"};
    return attribute_says(page, node, words, sizeof words / sizeof *words);
}

/* The way back is marked as such by Pandoc, Sphinx, kramdown, MediaWiki... */
static bool says_back(const struct dc_page *page, uint32_t node) {
    static const char *const words[] = {
        "doc-backlink",  "footnote-back", "footnoteback", "reversefootnote",
        "fn-backref",    "backrefs",      "backlink",     "footnote-return",
        "footnote_back", "fn-return"};
    return attribute_says(page, node, words, sizeof words / sizeof *words);
}

/* Is the text of an element a mark, and what number is in it?  0: none. */
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

static bool is_raised(const struct dc_page *page, uint32_t link) {
    return page->nodes[page->nodes[link].parent].tag == DC_TAG_sup ||
           (link + 1 < page->node_count &&
            page->nodes[link + 1].parent == link &&
            page->nodes[link + 1].tag == DC_TAG_sup);
}

/* -- What is a footnote ---------------------------------------------------- */

/* Does an element stand at the beginning of another around it? */
static bool is_at_start(const struct dc_page *page, uint32_t inner,
                        uint32_t outer) {
    uint32_t from = page->nodes[outer].first_event;
    uint32_t to = page->nodes[inner].first_event;
    if (to - from > LEAD_EVENTS_MAX)
        return false;
    for (uint32_t i = from; i < to; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind != DC_CHARACTERS)
            continue;
        if (event->length > MARK_BYTES_MAX)
            return false;
        for (uint32_t c = 0; c < event->length; c++)
            if (!strchr(" \t\r\n[(", page->text[event->offset + c]))
                return false;
    }
    return true;
}

/* The <dd> behind a <dt>, or the <dt> itself. */
static uint32_t definition_of(const struct dc_page *page, uint32_t term) {
    uint32_t at = page->nodes[term].last_event + 1;
    for (uint32_t i = at; i < at + 2 && i < page->event_count; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind == DC_OPEN && page->nodes[event->node].tag == DC_TAG_dd)
            return event->node;
    }
    return term;
}

/* The element that may be the note a name stands for, or DC_NONE. */
static uint32_t note_around(const struct dc_places *places, uint32_t target) {
    const struct dc_page *page = places->page;
    uint32_t note = places->of[target].unit;
    if (note != target && !is_at_start(page, target, note))
        return DC_NONE;
    if (page->nodes[note].tag == DC_TAG_dt)
        return definition_of(page, note);
    uint32_t parent = page->nodes[note].parent;
    if (places->of[note].nested && parent != DC_NONE &&
        (page->nodes[parent].tag == DC_TAG_li ||
         page->nodes[parent].tag == DC_TAG_dd) &&
        is_at_start(page, note, parent))
        return parent;
    return note;
}

/* Has the note kept text that is neither a number nor a link within the page?
 * A note without would not be printed. */
static bool has_words(const struct dc_places *places, uint32_t note) {
    const struct dc_page *page = places->page;
    uint32_t block = page->nodes[note].first_block;
    uint32_t end = page->nodes[note].last_event;
    for (uint32_t i = page->nodes[note].first_event + 1; i < end; i++) {
        const struct dc_event *event = &page->events[i];
        const struct dc_node *n = &page->nodes[event->node];
        struct dc_text href =
            dc_attribute_text(page, event->node, DC_ATTRIBUTE_href);
        if (event->kind == DC_OPEN &&
            ((dc_tag_flags(n->tag) & DC_SKIP) ||
             (n->tag == DC_TAG_a && href.length && href.bytes[0] == '#')))
            i = n->last_event;
        while (block < page->block_count && page->blocks[block].end_event <= i)
            block++;
        if (event->kind != DC_CHARACTERS || block == page->block_count ||
            page->blocks[block].first_event > i || !dc_is_kept(places, block))
            continue;
        const char *at = page->text + event->offset;
        for (const char *stop = at + event->length; at < stop;)
            if (dc_class(dc_utf8_next(&at)) & DC_CLASS_LETTER)
                return true;
    }
    return false;
}

/* Can an element be a footnote at all?  Asked once of each. */
static bool can_be_note(struct dc_places *places, uint32_t node) {
    struct dc_place *place = &places->of[node];
    unsigned tag = places->page->nodes[node].tag;
    bool box = tag == DC_TAG_div || tag == DC_TAG_aside ||
               tag == DC_TAG_section || tag == DC_TAG_table;
    if (place->note || place->no_note)
        return place->note != 0;
    bool can = (tag == DC_TAG_li || tag == DC_TAG_p || tag == DC_TAG_dd ||
                (box && dc_kept_in(places, node) <= BOX_BLOCKS_MAX)) &&
               !place->nested && dc_kept_in(places, node) &&
               has_words(places, node);
    place->no_note = !can;
    return can;
}

/* Is it a link within the page whose text is a mark?  *number: the mark, if it
 * is one. */
static bool is_reference(const struct dc_page *page, uint32_t link,
                         uint32_t *number) {
    if (page->nodes[link].tag != DC_TAG_a)
        return false;
    struct dc_text href = dc_attribute_text(page, link, DC_ATTRIBUTE_href);
    return href.length && href.bytes[0] == '#' && is_mark(page, link, number);
}

/* The footnote a link leads to, or DC_NONE. */
static uint32_t find_note(const struct names *names, struct dc_places *places,
                          uint32_t link, uint32_t *number) {
    const struct dc_page *page = places->page;
    const struct dc_node *n = &page->nodes[link];
    if (!is_reference(page, link, number))
        return DC_NONE;
    uint32_t target = find_target(
        names, page, dc_attribute_text(page, link, DC_ATTRIBUTE_href));
    uint32_t note = target == DC_NONE ? DC_NONE : note_around(places, target);
    bool said = is_raised(page, link) || says_note(page, link) ||
                (target != DC_NONE && says_note(page, target)) ||
                (note != DC_NONE && says_note(page, note));
    bool inside = note != DC_NONE &&
                  n->first_event > page->nodes[note].first_event &&
                  n->first_event < page->nodes[note].last_event;
    /* Inside the note itself it is no reference. */
    if (note != DC_NONE && !inside &&
        (said || page->nodes[note].tag == DC_TAG_li) &&
        can_be_note(places, note))
        return note;
    places->of[link].astray =
        !inside && (is_raised(page, link) || says_note(page, link)) &&
        (target == DC_NONE || !dc_kept_in(places, places->of[target].unit));
    return DC_NONE;
}

/* -- Labels ---------------------------------------------------------------- */

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

/* Does a link in a note lead to a reference to that note?  The name may stand
 * on the reference, around it, or before it. */
static bool leads_back(const struct names *names,
                       const struct dc_places *places, uint32_t link,
                       uint32_t label) {
    const struct dc_page *page = places->page;
    uint32_t target = find_target(
        names, page, dc_attribute_text(page, link, DC_ATTRIBUTE_href));
    if (target == DC_NONE)
        return false;
    uint32_t end = target + REFERENCE_NODES + 1;
    for (uint32_t i = target; i < end && i < page->node_count; i++)
        if (page->nodes[i].tag == DC_TAG_a && places->of[i].note == label)
            return true;
    return false;
}

/* Marks what leads back from the notes, and the terms that are numbers. */
static void backs_find(const struct names *names, struct dc_places *places) {
    const struct dc_page *page = places->page;
    uint32_t label = 0, end = 0, number;
    for (uint32_t node = 1; node < page->node_count; node++) {
        const struct dc_node *n = &page->nodes[node];
        bool link = n->tag == DC_TAG_a;
        if (places->of[node].note && !link) {
            label = places->of[node].note;
            end = n->last_event;
        } else if (n->first_event < end) {
            places->of[node].back =
                ((dc_tag_flags(n->tag) & DC_INLINE) && says_back(page, node)) ||
                (link && !places->of[node].note &&
                 leads_back(names, places, node, label));
        } else if (n->tag == DC_TAG_dt) {
            uint32_t definition = definition_of(page, node);
            places->of[node].back =
                places->of[definition].note && is_mark(page, node, &number);
        }
    }
}

bool dc_notes_find(struct dc_places *places) {
    const struct dc_page *page = places->page;
    struct names names;
    uint32_t first = 1, next = 1, number;
    while (first < page->node_count && !is_reference(page, first, &number))
        first++;
    if (first >= page->node_count) /* as on most pages */
        return true;
    if (!names_make(&names, page))
        return false;
    /* As many labels as there are names are always enough, and one more. */
    size_t size = names.mask + 2;
    bool *used = dc_arena_zero(page->scratch, size, sizeof *used), any = false;
    for (uint32_t node = first; used && node < page->node_count; node++) {
        uint32_t note = find_note(&names, places, node, &number);
        if (note == DC_NONE)
            continue;
        if (!places->of[note].note)
            places->of[note].note = take_label(used, size, number, &next);
        places->of[node].note = places->of[note].note;
        if (page->nodes[note].tag == DC_TAG_dd)
            places->of[page->nodes[note].parent].has_notes = true;
        any = true;
    }
    if (any && used)
        backs_find(&names, places);
    return used != NULL;
}
