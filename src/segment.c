/* segment.c: tape -> text blocks.
 *
 * A block is what a browser would show as one line or paragraph: text between
 * two borders, where every start and end of an element that is not inline is
 * a border, and so are two <br> with nothing between them.  What nobody knows
 * is a <span> where it stands in a sentence, else a box.  Every visible
 * word of the page lands in exactly one block, in page order; hidden text
 * counts as visible, since style sheets and scripts decide that elsewhere.
 * <noscript> is walked like any element: forums serve their posts there.
 *
 * One pass over the tape copies the text with white space collapsed, counts
 * what the features need while the characters are at hand, and gives every
 * element the range of blocks it has text in.
 */
#include "segment.h"

#include <string.h>

#include "chunk.h"
#include "utf8.h"

/* A character of a script written without spaces says as much as three. */
enum { CJK_WEIGHT = 3 };

struct segmenter {
    struct dc_page *page;
    size_t capacity;       /* of page->blocks */
    struct dc_block block; /* the one being filled */
    uint32_t ancestor;     /* LCA so far of the block's text */
    uint32_t pieces;       /* texts seen, to tell empty elements */
    uint32_t seen;         /* visible characters so far */
    uint32_t link_depth, emphasis_depth;
    uint32_t break_run; /* <br> since the last visible character */
    uint32_t images, controls;
    bool visible;   /* the block holds more than zero widths */
    bool space_due; /* white space seen, not yet written */
    bool in_word;
    bool link_counted; /* the open <a> is in block.links */
    char *text;        /* page->block_text */
    size_t used;
};

static bool block_end(struct segmenter *s) {
    struct dc_page *page = s->page;
    struct dc_block *block = &s->block;
    if (s->visible) {
        struct dc_block *blocks =
            dc_arena_grow(&page->arena, page->blocks, page->block_count,
                          &s->capacity, sizeof *blocks);
        if (!blocks)
            return false;
        page->blocks = blocks;
        block->length = (uint32_t)(s->used - block->offset);
        block->images = s->images;
        block->controls = s->controls;
        blocks[page->block_count++] = *block;
        s->images = s->controls = 0;
    } else {
        s->used = block->offset; /* zero-width characters alone */
    }
    *block = (struct dc_block){.offset = (uint32_t)s->used};
    s->visible = s->space_due = s->in_word = s->link_counted = false;
    s->ancestor = DC_NONE;
    s->break_run = 0;
    return true;
}

/* Counts one visible character of class `class`. */
static inline void count_character(struct segmenter *s, unsigned class) {
    struct dc_block *block = &s->block;
    s->seen++;
    uint32_t weight = class & DC_CLASS_CJK ? CJK_WEIGHT : 1;
    block->chars += weight;
    if (s->link_depth)
        block->link_chars += weight;
    if (s->emphasis_depth)
        block->emphasis_chars += weight;
    if (class & DC_CLASS_CJK) {
        block->words++;
        s->in_word = false;
    } else if (class & DC_CLASS_WORD) {
        block->words += !s->in_word;
        s->in_word = true;
    } else {
        s->in_word = false;
    }
}

static inline void space_write(struct segmenter *s) {
    s->space_due = false;
    if (s->used == s->block.offset)
        return;
    s->text[s->used++] = ' ';
    s->block.chars++;
    if (s->link_depth)
        s->block.link_chars++;
    if (s->emphasis_depth)
        s->block.emphasis_chars++;
    s->in_word = false;
}

/* A run of ASCII characters on its way into the block: where writing stands,
 * and what was counted. */
struct run {
    char *to;
    uint32_t spaces, words;
    unsigned due, in_word; /* as in struct segmenter */
};

/* Appends characters behind a visible one, a chunk at a time, as long as they
 * are ASCII without anything to collapse; returns where they end. */
static const char *append_chunks(struct run *run, const char *at,
                                 const char *end) {
    for (; end - at >= DC_CHUNK; at += DC_CHUNK) {
        dc_chunk now = dc_chunk_load(at), before = dc_chunk_load(at - 1);
        dc_chunk word = dc_chunk_word(now);
        if (dc_chunk_any(dc_chunk_odd(now, before)))
            break;
        memcpy(run->to, at, DC_CHUNK);
        run->to += DC_CHUNK;
        run->spaces += dc_chunk_count(dc_chunk_is(now, ' '));
        run->words += dc_chunk_count(word & ~dc_chunk_word(before));
        run->due = 0;
        if (at[DC_CHUNK - 1] != ' ')
            continue;
        run->to--; /* it waits for something to be seen */
        run->spaces--;
        run->due = 1;
        at += DC_CHUNK;
        break;
    }
    run->in_word = (dc_ascii_class[(unsigned char)at[-1]] & DC_CLASS_WORD) != 0;
    return at;
}

/* Appends characters up to the first that is no ASCII; returns it.  Where
 * words begin and end nobody can foresee, so nothing here branches on it: a
 * space that is due and the character are written in any case, and what was
 * not to be is written over. */
static const char *append_ascii(struct run *run, const char *start,
                                const char *at, const char *end) {
    struct run r = *run;
    for (; at < end && (unsigned char)*at < 128; at++) {
        char c = *at;
        unsigned class = dc_ascii_class[(unsigned char)c];
        unsigned space = (class & DC_CLASS_SPACE) != 0;
        unsigned word = (class & DC_CLASS_WORD) != 0;
        unsigned led = r.due & !space & (r.to > start);
        *r.to = ' ';
        r.to += led;
        r.spaces += led;
        *r.to = c;
        r.to += !space;
        r.words += word & ~(r.in_word & ~led);
        r.in_word = word;
        r.due = space;
    }
    *run = r;
    return at;
}

/* Appends a run of ASCII characters, most of most texts; returns its end. */
static const char *run_append(struct segmenter *s, const char *at,
                              const char *end) {
    struct dc_block *block = &s->block;
    const char *before = s->text + s->used;
    struct run run = {
        .to = s->text + s->used, .due = s->space_due, .in_word = s->in_word};
    ptrdiff_t alone = 1; /* characters to go one by one */
    while (at < end && (unsigned char)*at < 128) {
        bool more = end - at >= alone + DC_CHUNK;
        at = append_ascii(&run, s->text + block->offset, at,
                          more ? at + alone : end);
        const char *chunks = at;
        if (more && !run.due)
            at = append_chunks(&run, at, end);
        alone = at == chunks && !run.due ? DC_CHUNK : 1;
    }
    uint32_t length = (uint32_t)(run.to - before);
    s->used += length;
    s->seen += length - run.spaces;
    s->visible |= length > run.spaces;
    block->chars += length;
    block->link_chars += s->link_depth ? length : 0;
    block->emphasis_chars += s->emphasis_depth ? length : 0;
    block->words += run.words;
    s->in_word = run.in_word;
    s->space_due = run.due;
    return at;
}

/* Appends the characters of a text event to the block. */
static void text_append(struct segmenter *s, const char *at, const char *end) {
    while (at < end) {
        const char *start = at;
        if ((unsigned char)*at < 128) {
            at = run_append(s, at, end);
            continue;
        }
        unsigned class = dc_class(dc_utf8_next(&at));
        if (class & DC_CLASS_SPACE) {
            s->space_due = true;
            continue;
        }
        /* A space waits for something to be seen. */
        if (s->space_due && !(class & DC_CLASS_ZERO))
            space_write(s);
        for (const char *c = start; c < at; c++)
            s->text[s->used++] = *c;
        if (class & DC_CLASS_ZERO) {
            s->in_word = false;
            continue;
        }
        s->visible = true;
        count_character(s, class);
    }
}

static void on_text(struct segmenter *s, uint32_t number,
                    const struct dc_event *event) {
    struct dc_block *block = &s->block;
    const char *at = s->page->text + event->offset;
    uint32_t before = s->seen;
    text_append(s, at, at + event->length);
    if (s->seen == before)
        return;
    s->pieces++;
    s->break_run = 0;
    if (s->ancestor == DC_NONE) {
        s->ancestor = event->node;
        block->first_event = number;
    }
    block->node = s->ancestor;
    block->end_event = number + 1;
    if (s->link_depth && !s->link_counted) {
        block->links++;
        s->link_counted = true;
    }
}

static bool on_break(struct segmenter *s) {
    s->space_due = true;
    s->in_word = false;
    s->block.breaks++;
    return ++s->break_run < 2 || block_end(s);
}

static void count_object(struct segmenter *s, unsigned tag) {
    if (tag == DC_TAG_img || tag == DC_TAG_picture || tag == DC_TAG_video)
        s->images++;
    else if (tag == DC_TAG_input || tag == DC_TAG_button ||
             tag == DC_TAG_select || tag == DC_TAG_textarea)
        s->controls++;
}

static bool is_visible(const struct dc_page *page,
                       const struct dc_event *event) {
    struct dc_text text = {page->text + event->offset, event->length};
    return event->kind == DC_CHARACTERS && dc_text_trim(text).length > 0;
}

/* Does an element that nobody knows stand in a sentence, as <st1:city> and
 * <x-tooltip> do?  To a browser it is inline, unless a style sheet made a box
 * of it: beside text, with no box in it, it hardly did. */
static bool is_in_sentence(const struct dc_page *page,
                           const struct dc_node *node) {
    enum { EVENTS_MAX = 32 };
    uint32_t first = node->first_event, last = node->last_event;
    if (last - first > EVENTS_MAX || first == 0 ||
        last + (size_t)1 >= page->event_count ||
        !(is_visible(page, &page->events[first - 1]) ||
          is_visible(page, &page->events[last + 1])))
        return false;
    for (uint32_t i = first + 1; i < last; i++) {
        unsigned tag = page->nodes[page->events[i].node].tag;
        if (page->events[i].kind == DC_OPEN && tag != DC_TAG_OTHER &&
            !(dc_tag_flags(tag) & DC_INLINE))
            return false;
    }
    return true;
}

/* Of it and of those like it inside. */
static void make_spans(struct dc_page *page, const struct dc_node *node) {
    for (uint32_t i = node->first_event; i < node->last_event; i++) {
        struct dc_node *inner = &page->nodes[page->events[i].node];
        if (inner->tag == DC_TAG_OTHER)
            inner->tag = DC_TAG_span;
    }
}

/* Returns the index of the event to go on with; SIZE_MAX: out of memory. */
static size_t on_open(struct segmenter *s, size_t at) {
    struct dc_node *node = &s->page->nodes[s->page->events[at].node];
    if (node->tag == DC_TAG_OTHER && is_in_sentence(s->page, node))
        make_spans(s->page, node);
    unsigned flags = dc_tag_flags(node->tag);
    count_object(s, node->tag);
    if (node->tag == DC_TAG_br) {
        if (!on_break(s))
            return SIZE_MAX;
    } else if (flags & DC_SKIP) {
        return node->last_event + (size_t)1;
    } else if (!(flags & DC_INLINE) && !block_end(s)) {
        return SIZE_MAX;
    }
    node->first_block = (uint32_t)s->page->block_count;
    node->block_end = s->pieces; /* until its end is reached */
    if (node->tag == DC_TAG_a) {
        s->link_depth++;
        s->link_counted = false;
    }
    s->emphasis_depth += (flags & DC_EMPHASIS) != 0;
    return at + 1;
}

static bool on_close(struct segmenter *s, uint32_t number) {
    struct dc_node *node = &s->page->nodes[number];
    unsigned flags = dc_tag_flags(node->tag);
    bool empty = node->block_end == s->pieces;
    if (!(flags & DC_INLINE) && node->tag != DC_TAG_br && !block_end(s))
        return false;
    node->block_end = (uint32_t)s->page->block_count;
    if (empty)
        node->first_block = node->block_end;
    else if (s->visible)
        node->block_end++; /* the block goes on behind this inline element */
    if (number == s->ancestor)
        s->ancestor = node->parent;
    if (node->tag == DC_TAG_a)
        s->link_depth--;
    s->emphasis_depth -= (flags & DC_EMPHASIS) != 0;
    return true;
}

enum declutter_status dc_segment(struct dc_page *page,
                                 struct declutter_error *error) {
    struct segmenter s = {.page = page, .ancestor = DC_NONE};
    page->blocks = NULL;
    page->block_count = 0;
    /* Each text event may be led by one space that stood before it, and one
     * character may be written in vain. */
    s.text = dc_arena_alloc(&page->arena,
                            page->text_length + page->event_count + 2, 1);
    bool ok = s.text != NULL;
    for (size_t at = 0; ok && at < page->event_count;) {
        const struct dc_event *event = &page->events[at];
        if (event->kind == DC_CHARACTERS) {
            on_text(&s, (uint32_t)at, event);
            at++;
        } else if (event->kind == DC_OPEN) {
            at = on_open(&s, at);
            ok = at != SIZE_MAX;
        } else {
            ok = on_close(&s, event->node);
            at++;
        }
        ok = ok && !dc_deadline_step(page->deadline);
    }
    if (!ok || !block_end(&s))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    page->block_text = s.text;
    page->block_text_length = s.used;
    return DECLUTTER_OK;
}
