/* outline_line.c: makes the outline follow the tape.
 *
 * In: the elements with structure around the current event.  Out: pieces.
 *
 * A frame, a container the outline has open, is opened only when text, an
 * image or a formula is about to stand in it and closed only when the next one
 * does not: so nothing is empty, a list directly in a list belongs to the
 * entry before it, and what HTML requires in between is put in where it
 * lacks.  Inside a line the same holds for emphasis, links and code, in a
 * fixed order of nesting, whatever the order on the page.
 */
#include "outline_build.h"

#include <stdlib.h>

#include "utf8.h"

/* Lines of one link that repeat its address: a page that is one link must not
 * grow by its address with every line. */
enum { LINK_LINES_MAX = 16, NUMBER_MAX = 999999 };

uint32_t dc_piece_add(struct dc_outline *outline, enum dc_piece_kind kind,
                      enum dc_role role, uint32_t node) {
    if (outline->failed)
        return DC_NONE;
    struct dc_piece *pieces =
        dc_arena_grow(outline->arena, outline->pieces, outline->count,
                      &outline->capacity, sizeof *pieces);
    if (!pieces || outline->count == DC_NONE - 1) {
        outline->failed = true;
        return DC_NONE;
    }
    outline->pieces = pieces;
    outline->pieces[outline->count] = (struct dc_piece){
        .kind = (uint8_t)kind, .role = (uint8_t)role, .node = node};
    return outline->count++;
}

/* Adds the CLOSE of a role and ties the two together. */
static void piece_close(struct dc_builder *b, uint32_t open) {
    if (open == DC_NONE)
        return;
    struct dc_piece *pieces = b->outline->pieces;
    uint32_t close =
        dc_piece_add(b->outline, DC_PIECE_CLOSE,
                     (enum dc_role)pieces[open].role, pieces[open].node);
    if (close == DC_NONE)
        return;
    pieces = b->outline->pieces;
    pieces[close].match = open;
    pieces[open].match = close;
}

void dc_builder_add_bytes(struct dc_builder *b, enum dc_piece_kind kind,
                          struct dc_text bytes, bool display) {
    uint32_t piece = dc_piece_add(b->outline, kind, DC_ROLE_NONE, DC_NONE);
    if (piece == DC_NONE)
        return;
    b->outline->pieces[piece].bytes = bytes.bytes;
    b->outline->pieces[piece].length = bytes.length;
    b->outline->pieces[piece].detail = display ? DC_DISPLAY : 0;
}

/* -- Inside a line --------------------------------------------------------- */

static void inline_close_from(struct dc_builder *b, unsigned role) {
    for (unsigned r = DC_ROLE_COUNT; r-- > role;)
        if (b->shown[r] != DC_NONE) {
            piece_close(b, b->shown[r]);
            b->shown[r] = DC_NONE;
        }
}

static bool is_wanted(const struct dc_builder *b, unsigned role, bool text) {
    if (b->active[role] == DC_NONE)
        return false;
    if (role == DC_ROLE_LINK)
        return b->active[DC_ROLE_NOTE] == DC_NONE &&
               b->link_lines <= LINK_LINES_MAX;
    if (role == DC_ROLE_STRONG && b->line_role == DC_ROLE_HEADING)
        return false; /* a heading is strong as it is */
    return text || (role != DC_ROLE_CODE && role < DC_ROLE_SUBSCRIPT);
}

static void inline_open(struct dc_builder *b, unsigned role) {
    uint32_t node = b->active[role];
    uint32_t piece =
        dc_piece_add(b->outline, DC_PIECE_OPEN, (enum dc_role)role, node);
    if (piece == DC_NONE)
        return;
    if (role == DC_ROLE_NOTE)
        b->outline->pieces[piece].number = b->places.of[node].note;
    b->shown[role] = piece;
    b->shown_node[role] = node;
}

/* Makes the outline's emphasis, links... those in force, with the white space
 * that is due outside of both what ends and what begins.  Code and the like
 * hold text only. */
void dc_builder_sync_inline(struct dc_builder *b, bool text) {
    unsigned role = DC_ROLE_INLINE;
    for (; role < DC_ROLE_COUNT; role++) {
        bool wanted = is_wanted(b, role, text),
             shown = b->shown[role] != DC_NONE;
        bool by_node = role == DC_ROLE_NOTE || role == DC_ROLE_LINK;
        if (wanted != shown ||
            (by_node && shown && b->shown_node[role] != b->active[role]))
            break;
    }
    inline_close_from(b, role);
    if (b->break_due || b->space_due)
        dc_piece_add(b->outline, b->break_due ? DC_PIECE_BREAK : DC_PIECE_SPACE,
                     DC_ROLE_NONE, DC_NONE);
    b->break_due = b->space_due = false;
    for (; role < DC_ROLE_COUNT; role++)
        if (is_wanted(b, role, text))
            inline_open(b, role);
}

/* -- Frames ---------------------------------------------------------------- */

unsigned dc_builder_top(const struct dc_builder *b) {
    return b->frame_count ? b->frames[b->frame_count - 1].role : DC_ROLE_NONE;
}

static bool holds_bare(unsigned role) {
    return role == DC_ROLE_ITEM || role == DC_ROLE_TERM ||
           role == DC_ROLE_DEFINITION || role == DC_ROLE_CELL ||
           role == DC_ROLE_CAPTION || role == DC_ROLE_LEGEND;
}

static void frame_close(struct dc_builder *b) {
    struct dc_frame *frame = &b->frames[--b->frame_count];
    if (frame->piece == DC_NONE || b->outline->failed)
        return;
    if (holds_bare(frame->role) && frame->lines == 1 &&
        frame->line == frame->piece + 1)
        b->outline->pieces[frame->line].detail |= DC_BARE;
    piece_close(b, frame->piece);
    if (frame->role == DC_ROLE_TABLE)
        dc_table_finish(b->outline, b->page, frame->piece);
}

static uint32_t count_items(const struct dc_page *page, uint32_t list) {
    uint32_t count = 0, end = page->nodes[list].last_event;
    for (uint32_t node = list + 1;
         node < page->node_count && page->nodes[node].first_event < end; node++)
        count += page->nodes[node].parent == list &&
                 page->nodes[node].tag == DC_TAG_li;
    return count;
}

static bool is_reversed(const struct dc_page *page, uint32_t list) {
    return list != DC_NONE &&
           dc_attribute_text(page, list, DC_ATTRIBUTE_reversed).bytes;
}

static void list_describe(struct dc_builder *b, struct dc_frame *frame) {
    struct dc_piece *piece = &b->outline->pieces[frame->piece];
    if (piece->node == DC_NONE || b->page->nodes[piece->node].tag != DC_TAG_ol)
        return;
    uint32_t first = is_reversed(b->page, piece->node)
                         ? count_items(b->page, piece->node)
                         : 1;
    piece->detail |= DC_NUMBERED;
    frame->number = dc_attribute_number(b->page, piece->node,
                                        DC_ATTRIBUTE_start, first, NUMBER_MAX);
    piece->number = frame->number;
}

/* Gives an item its number, as a browser would; a footnote in a list without
 * numbers has its label. */
static void item_describe(struct dc_builder *b, struct dc_frame *list,
                          uint32_t item) {
    struct dc_piece *piece = &b->outline->pieces[item];
    struct dc_piece *outer = &b->outline->pieces[list->piece];
    uint32_t node = piece->node, number = list->number;
    bool ordered =
        outer->node != DC_NONE && b->page->nodes[outer->node].tag == DC_TAG_ol;
    piece->number = node == DC_NONE ? 0 : b->places.of[node].note;
    if (piece->number) {
        outer->detail |=
            list->begun ? DC_FOOTNOTES : DC_FOOTNOTES | DC_NUMBERED;
        number = ordered ? number : piece->number;
    }
    if (!(outer->detail & DC_NUMBERED))
        return;
    if (node != DC_NONE && ordered)
        number = dc_attribute_number(b->page, node, DC_ATTRIBUTE_value, number,
                                     NUMBER_MAX);
    if (!list->begun)
        outer->number = number;
    piece->detail |= DC_NUMBERED;
    if (list->begun && number != list->last + 1)
        piece->detail |= DC_JUMP;
    piece->length = list->last = number;
    list->number =
        is_reversed(b->page, outer->node) ? number - (number > 0) : number + 1;
    list->begun = true;
}

static void frame_push(struct dc_builder *b, unsigned role, uint32_t node,
                       uint32_t end) {
    if (b->frame_count == DC_FRAMES_MAX) {
        b->outline->flattened = true;
        return;
    }
    uint32_t piece =
        dc_piece_add(b->outline, DC_PIECE_OPEN, (enum dc_role)role, node);
    struct dc_frame *frame = &b->frames[b->frame_count++];
    *frame = (struct dc_frame){
        .role = role, .end = end, .piece = piece, .line = DC_NONE};
    if (piece == DC_NONE)
        return;
    if (role == DC_ROLE_LIST)
        list_describe(b, frame);
    else if (role == DC_ROLE_ITEM && b->frame_count > 1 &&
             frame[-1].role == DC_ROLE_LIST)
        item_describe(b, frame - 1, piece);
    else if (role == DC_ROLE_CELL && node != DC_NONE &&
             b->page->nodes[node].tag == DC_TAG_th)
        b->outline->pieces[piece].detail |= DC_HEADER;
}

/* Puts what HTML requires between the innermost frame and a `role`. */
void dc_builder_imply(struct dc_builder *b, unsigned role) {
    unsigned top = dc_builder_top(b);
    if (top == DC_ROLE_LIST && role != DC_ROLE_ITEM)
        frame_push(b, DC_ROLE_ITEM, DC_NONE, 0);
    if (top == DC_ROLE_TERMS && role != DC_ROLE_TERM &&
        role != DC_ROLE_DEFINITION)
        frame_push(b, DC_ROLE_DEFINITION, DC_NONE, 0);
    if (top == DC_ROLE_TABLE && role != DC_ROLE_ROW && role != DC_ROLE_CAPTION)
        frame_push(b, DC_ROLE_ROW, DC_NONE, 0);
    if (dc_builder_top(b) == DC_ROLE_ROW && role != DC_ROLE_CELL)
        frame_push(b, DC_ROLE_CELL, DC_NONE, 0);
}

void dc_builder_close_line(struct dc_builder *b) {
    if (b->line == DC_NONE)
        return;
    inline_close_from(b, DC_ROLE_INLINE);
    piece_close(b, b->line);
    b->line = DC_NONE;
    b->space_due = b->break_due = false;
}

/* The next element to get a frame, with DC_ROLE_NONE when all have theirs. */
static struct dc_entry next_entry(const struct dc_builder *b) {
    for (uint32_t i = b->framed; i < b->open_count; i++)
        if (b->open[i].role != DC_ROLE_HEADING)
            return b->open[i];
    return (struct dc_entry){DC_NONE, DC_ROLE_NONE};
}

/* Footnotes that came without a list get one, numbered as they are. */
static void note_list_open(struct dc_builder *b, uint32_t node) {
    uint32_t label = b->places.of[node].note;
    struct dc_frame *top =
        b->frame_count ? &b->frames[b->frame_count - 1] : NULL;
    if (!label)
        return;
    if (!top || top->role != DC_ROLE_LIST) {
        frame_push(b, DC_ROLE_LIST, DC_NONE, 0);
        top = b->frame_count ? &b->frames[b->frame_count - 1] : NULL;
    }
    if (top && top->role == DC_ROLE_LIST && !top->end)
        top->next = label + 1;
}

/* Makes the outline stand where the tape does: closes the frames whose element
 * is over and opens those of the elements open now.  An entry of a list stays
 * open until the next one begins, or the list ends. */
void dc_builder_sync_frames(struct dc_builder *b) {
    dc_builder_close_line(b);
    struct dc_entry next = next_entry(b);
    while (b->frame_count) {
        struct dc_frame *frame = &b->frames[b->frame_count - 1];
        if (frame->end >= b->event)
            break;
        if (frame->role == DC_ROLE_ITEM && next.role != DC_ROLE_ITEM &&
            frame[-1].end >= b->event)
            break;
        if (frame->next && next.role == DC_ROLE_ITEM &&
            b->places.of[next.node].note == frame->next)
            break;
        frame_close(b);
    }
    for (; b->framed < b->open_count; b->framed++) {
        struct dc_entry *entry = &b->open[b->framed];
        if (entry->role == DC_ROLE_HEADING)
            continue;
        if (entry->role == DC_ROLE_ITEM)
            note_list_open(b, entry->node);
        dc_builder_imply(b, entry->role);
        frame_push(b, entry->role, entry->node,
                   b->page->nodes[entry->node].last_event);
    }
}

/* -- Lines ----------------------------------------------------------------- */

void dc_builder_begin_line(struct dc_builder *b, unsigned role, uint32_t node) {
    dc_builder_imply(b, role);
    b->line = dc_piece_add(b->outline, DC_PIECE_OPEN, (enum dc_role)role, node);
    b->line_role = role;
    b->space_due = b->break_due = false;
    if (b->active[DC_ROLE_LINK] != DC_NONE)
        b->link_lines++;
    if (!b->frame_count || role != DC_ROLE_PARAGRAPH)
        return;
    struct dc_frame *frame = &b->frames[b->frame_count - 1];
    if (frame->lines == 0)
        frame->line = b->line;
    frame->lines = frame->lines ? 2 : 1;
}

uint32_t dc_builder_unit(const struct dc_builder *b, uint32_t block) {
    const struct dc_event *event =
        &b->page->events[b->page->blocks[block].first_event];
    return b->places.of[event->node].unit;
}

void dc_builder_open_line(struct dc_builder *b, uint32_t block) {
    const struct dc_node *nodes = b->page->nodes;
    uint32_t unit = dc_builder_unit(b, block);
    bool apart = b->line_unit == unit || nodes[unit].tag == DC_TAG_p;
    dc_builder_sync_frames(b);
    struct dc_entry inner = {DC_NONE, DC_ROLE_NONE};
    if (b->open_count)
        inner = b->open[b->open_count - 1];
    bool heading = inner.role == DC_ROLE_HEADING;
    dc_builder_begin_line(b, heading ? DC_ROLE_HEADING : DC_ROLE_PARAGRAPH,
                          heading ? inner.node : unit);
    b->line_block = block;
    b->line_unit = unit;
    if (b->line == DC_NONE)
        return;
    struct dc_piece *piece = &b->outline->pieces[b->line];
    if (heading)
        piece->number = nodes[inner.node].tag - (uint32_t)DC_TAG_h1 + 1;
    else
        piece->detail = apart ? DC_APART : 0;
}

/* Adds the text of an event of the current block, which is kept. */
void dc_builder_add_text(struct dc_builder *b, const struct dc_event *event) {
    const char *at = b->page->text + event->offset;
    const char *end = at + event->length, *start = NULL, *stop = NULL;
    bool space = false;
    while (at < end) {
        const char *here = at;
        if (dc_class(dc_utf8_next(&at)) & DC_CLASS_SPACE) {
            space = space || !start;
            continue;
        }
        if (!start)
            start = here;
        stop = at;
    }
    if (start && (b->line_block != b->block || b->line == DC_NONE))
        dc_builder_open_line(b, b->block);
    else
        b->space_due = b->space_due || space;
    if (!start)
        return;
    dc_builder_sync_inline(b, true);
    struct dc_text text = {start, (uint32_t)(stop - start)};
    dc_builder_add_bytes(b, DC_PIECE_TEXT, text, false);
    b->space_due = stop < end;
}

void dc_builder_end(struct dc_builder *b) {
    dc_builder_close_line(b);
    while (b->frame_count)
        frame_close(b);
}
