/* outline_build.h: the state of the walk that makes an outline.
 *
 * outline.c walks and keeps `open` and `inlines`, the elements around the
 * current event; outline_line.c makes the outline follow them; and
 * outline_object.c adds what is no text.
 */
#ifndef DC_OUTLINE_BUILD_H
#define DC_OUTLINE_BUILD_H

#include "outline.h"

/* Both stacks have a fixed size: the page may nest deeper, the outline does
 * not. */
enum {
    DC_OPEN_MAX = 96,
    DC_FRAMES_MAX = DC_OPEN_MAX + 64,
    DC_INLINE_MAX = DC_ROLE_COUNT - DC_ROLE_INLINE
};

/* Where in a footnote the walk stands: the number at its beginning is printed
 * by the renderers, so that of the page is left out. */
enum dc_mark {
    DC_MARK_NONE, /* in no note, or behind its beginning */
    DC_MARK_DUE,  /* before anything of the note */
    DC_MARK_SEEN  /* behind its number, before what may close it */
};

/* An element the outline knows. */
struct dc_entry {
    uint32_t node;
    uint32_t role;
};

/* A container the outline has open. */
struct dc_frame {
    uint32_t role;
    uint32_t lines; /* paragraphs directly in it: 0, 1, 2 = many */
    uint32_t end;   /* last event; 0: as soon as something else comes */
    uint32_t piece; /* its OPEN */
    uint32_t next;  /* of footnotes that came without a list: next label */
    uint32_t number, last; /* of a list's next item, and of the one before */
    bool begun;            /* there is one before */
    uint32_t line;         /* its first paragraph */
};

struct dc_builder {
    struct dc_outline *outline;
    const struct dc_page *page;
    struct dc_places places;
    bool images;
    struct dc_entry open[DC_OPEN_MAX]; /* elements with structure */
    struct dc_entry inlines[DC_INLINE_MAX];
    struct dc_frame frames[DC_FRAMES_MAX];
    uint32_t open_count, inline_count, frame_count;
    uint32_t framed;     /* of `open`, those that have had their frame */
    uint32_t containers; /* of `open`, those that may nest */
    uint32_t event;
    size_t formula;       /* of the page's, the first not dealt with */
    uint32_t drawn_until; /* event of the last formula that was drawn */
    uint32_t block;       /* first whose end is not behind us */
    uint32_t line;        /* OPEN of the open line, or DC_NONE */
    uint32_t line_role;
    uint32_t line_block;       /* the block it was opened for, or DC_NONE */
    uint32_t line_unit;        /* where the last line stood, or DC_NONE */
    uint32_t link_lines;       /* begun inside the active link */
    bool space_due, break_due; /* before the next text of the line */
    uint32_t active[DC_ROLE_COUNT]; /* inline element in force, or DC_NONE */
    uint32_t shown[DC_ROLE_COUNT];  /* its OPEN in the outline, or DC_NONE */
    uint32_t shown_node[DC_ROLE_COUNT];
    const char *last_source; /* of an image */
    enum dc_mark mark;
    uint32_t mark_note; /* the footnote it is of */
};

/* outline_line.c */
void dc_builder_sync_inline(struct dc_builder *b, bool text);
void dc_builder_sync_frames(struct dc_builder *b);
void dc_builder_imply(struct dc_builder *b, unsigned role);
void dc_builder_begin_line(struct dc_builder *b, unsigned role, uint32_t node);
void dc_builder_open_line(struct dc_builder *b, uint32_t block);
void dc_builder_close_line(struct dc_builder *b);
void dc_builder_add_text(struct dc_builder *b, const struct dc_event *event);
void dc_builder_add_bytes(struct dc_builder *b, enum dc_piece_kind kind,
                          struct dc_text bytes, bool display);
void dc_builder_end(struct dc_builder *b);
unsigned dc_builder_top(const struct dc_builder *b);
/* Nearest element that is not inline around the text of a block. */
uint32_t dc_builder_unit(const struct dc_builder *b, uint32_t block);

/* outline_mark.c */
void dc_mark_expect(struct dc_builder *b, uint32_t note);
void dc_mark_pass(struct dc_builder *b, uint32_t node);
struct dc_event dc_mark_strip(struct dc_builder *b,
                              const struct dc_event *event);

/* outline_object.c */
void dc_builder_add_math(struct dc_builder *b, uint32_t node);
/* At `node`; false: it is not to be shown there. */
bool dc_builder_add_formula(struct dc_builder *b,
                            const struct dc_formula *formula, uint32_t node);
void dc_builder_add_image(struct dc_builder *b, uint32_t node);
void dc_builder_add_rule(struct dc_builder *b, uint32_t node);

#endif
