/* render_markdown_line.c: what stands inside a line of Markdown.
 *
 * In: pieces of an outline.  Out: text, emphasis, links, images, code.  Stars
 * are written only where CommonMark's rules about what stands on either side
 * of them let them be read as emphasis, which takes a look ahead: the outline
 * is all there before the first line is written.
 */
#include "render_markdown.h"

#include <string.h>

#include "url.h"
#include "utf8.h"

static const struct dc_piece *piece_at(const struct dc_markdown *r,
                                       uint32_t i) {
    return &r->outline->pieces[i];
}

/* -- Emphasis -------------------------------------------------------------- */

/* The first or last character of a piece as Markdown; 0: it has none. */
static uint32_t edge(const struct dc_piece *piece, bool first) {
    bool open = piece->kind == DC_PIECE_OPEN;
    const char *at = piece->bytes;
    switch (piece->kind) {
    case DC_PIECE_TEXT:
        if (!first)
            for (at += piece->length - 1; ((unsigned char)*at & 0xC0) == 0x80;)
                at--;
        return dc_utf8_next(&at);
    case DC_PIECE_OPEN:
    case DC_PIECE_CLOSE:
        if (piece->role < DC_ROLE_INLINE)
            return ' ';
        if (piece->role == DC_ROLE_LINK)
            return open ? '[' : first ? ']' : ')';
        if (piece->role == DC_ROLE_NOTE)
            return open ? '[' : ']';
        return piece->role == DC_ROLE_CODE ? '`' : 0;
    case DC_PIECE_MATH:
        return '$';
    case DC_PIECE_IMAGE:
        return first ? '!' : ')';
    default:
        return ' ';
    }
}

/* The character that stands behind piece i, or before it; the stars between
 * are one run. */
static uint32_t neighbour(const struct dc_markdown *r, uint32_t i,
                          bool behind) {
    uint32_t c = 0;
    while (!c && (behind ? i + 1 < r->outline->count : i > 0)) {
        i = behind ? i + 1 : i - 1;
        c = edge(piece_at(r, i), behind);
    }
    return c ? c : ' ';
}

/* Can stars stand between `outer` and `inner`, the character of what they
 * emphasise? */
static bool can_flank(uint32_t outer, uint32_t inner) {
    return !dc_markdown_is_space(inner) &&
           (dc_markdown_is_letter(inner) || dc_markdown_is_space(outer) ||
            dc_markdown_is_punctuation(outer));
}

static void star_open(struct dc_markdown *r, uint32_t i) {
    const struct dc_piece *piece = piece_at(r, i);
    r->shown[piece->role] =
        can_flank(neighbour(r, i, false), neighbour(r, i, true)) &&
        can_flank(neighbour(r, piece->match, true),
                  neighbour(r, piece->match, false));
    if (r->shown[piece->role])
        dc_buffer_string(&r->text, piece->role == DC_ROLE_STRONG ? "**" : "*");
}

static void star_close(struct dc_markdown *r, const struct dc_piece *piece) {
    if (r->shown[piece->role])
        dc_buffer_string(&r->text, piece->role == DC_ROLE_STRONG ? "**" : "*");
    r->shown[piece->role] = false;
}

/* -- Links, images, formulas, code ----------------------------------------- */

static void link_open(struct dc_markdown *r, const struct dc_piece *piece) {
    struct dc_text href =
        dc_attribute_text(r->page, piece->node, DC_ATTRIBUTE_href);
    bool shown =
        r->view->links && dc_url_make(&r->url, dc_url_text(&r->base), href);
    r->shown[DC_ROLE_LINK] = r->context.in_link = shown;
    if (shown)
        dc_buffer_byte(&r->text, '[');
}

static void link_close(struct dc_markdown *r, const struct dc_piece *open) {
    struct dc_text href =
        dc_attribute_text(r->page, open->node, DC_ATTRIBUTE_href);
    if (r->shown[DC_ROLE_LINK] &&
        dc_url_make(&r->url, dc_url_text(&r->base), href)) {
        dc_buffer_string(&r->text, "](");
        dc_markdown_address(&r->text, dc_url_text(&r->url));
        dc_buffer_byte(&r->text, ')');
    }
    r->shown[DC_ROLE_LINK] = r->context.in_link = false;
}

static void image_write(struct dc_markdown *r, uint32_t node) {
    struct dc_text alt = dc_attribute_text(r->page, node, DC_ATTRIBUTE_alt);
    struct dc_markdown_context context = r->context;
    context.in_link = true;
    context.after = ']';
    if (!dc_url_make(&r->url, dc_url_text(&r->base),
                     dc_image_source(r->page, node)))
        return;
    dc_buffer_string(&r->text, "![");
    dc_markdown_text(&r->text, alt, context);
    dc_buffer_string(&r->text, "](");
    dc_markdown_address(&r->text, dc_url_text(&r->url));
    dc_buffer_byte(&r->text, ')');
}

static void math_write(struct dc_markdown *r, const struct dc_piece *piece) {
    bool display = (piece->detail & DC_DISPLAY) && !r->in_cell;
    struct dc_text tex = {piece->bytes, piece->length};
    dc_buffer_string(&r->text, display ? "$$" : "$");
    dc_markdown_tex(&r->text, tex);
    dc_buffer_string(&r->text, display ? "$$" : "$");
}

size_t dc_markdown_ticks(const struct dc_markdown *r, uint32_t i,
                         uint32_t end) {
    size_t longest = 0, run = 0;
    for (; i < end; i++) {
        const struct dc_piece *piece = piece_at(r, i);
        for (uint32_t c = 0; piece->kind == DC_PIECE_TEXT && c < piece->length;
             c++) {
            run = piece->bytes[c] == '`' ? run + 1 : 0;
            if (run > longest)
                longest = run;
        }
    }
    return longest;
}

void dc_markdown_add_ticks(struct dc_buffer *line, size_t count) {
    while (count-- > 0)
        dc_buffer_byte(line, '`');
}

/* Writes a code span; nothing in it is mark-up, so nothing is escaped.  Two
 * of them with nothing in between would be neither: the second is text. */
static uint32_t code_write(struct dc_markdown *r, uint32_t open) {
    uint32_t close = piece_at(r, open)->match;
    size_t ticks = dc_markdown_ticks(r, open, close);
    const char *pad = ticks ? " " : "";
    if (r->text.length && r->text.bytes[r->text.length - 1] == '`')
        return open;
    dc_markdown_add_ticks(&r->text, ticks + 1);
    dc_buffer_string(&r->text, pad);
    for (uint32_t i = open + 1; i < close; i++) {
        const struct dc_piece *piece = piece_at(r, i);
        if (piece->kind == DC_PIECE_TEXT)
            dc_lines_collapse(&r->text, piece->bytes, piece->length);
        else if (piece->kind == DC_PIECE_SPACE || piece->kind == DC_PIECE_BREAK)
            dc_buffer_byte(&r->text, ' ');
    }
    dc_buffer_string(&r->text, pad);
    dc_markdown_add_ticks(&r->text, ticks + 1);
    return close;
}

static void note_write(struct dc_markdown *r, uint32_t number) {
    dc_buffer_string(&r->text, "[^");
    dc_buffer_number(&r->text, number);
    dc_buffer_byte(&r->text, ']');
}

/* Sets apart, as text, what would refer to a footnote if that were kept;
 * nothing to do if its own text stands in brackets. */
static void note_mark(struct dc_markdown *r, uint32_t i, uint32_t open) {
    const struct dc_piece *text = piece_at(r, open + 1);
    struct dc_text mark = {i == open ? "[" : "]", 1};
    while (text->kind == DC_PIECE_OPEN)
        text++;
    if (text->kind == DC_PIECE_TEXT && strchr("[(", *text->bytes))
        return;
    r->context.after = i == open ? '.' : neighbour(r, i, true);
    dc_markdown_text(&r->text, mark, r->context);
}

static void text_write(struct dc_markdown *r, uint32_t i) {
    const struct dc_piece *piece = piece_at(r, i);
    struct dc_text text = {piece->bytes, piece->length};
    r->context.after = neighbour(r, i, true);
    dc_markdown_text(&r->text, text, r->context);
}

static uint32_t inline_open(struct dc_markdown *r, uint32_t i) {
    const struct dc_piece *piece = piece_at(r, i);
    if (piece->role == DC_ROLE_STRONG || piece->role == DC_ROLE_EMPHASIS) {
        star_open(r, i);
    } else if (piece->role == DC_ROLE_LINK) {
        link_open(r, piece);
    } else if (piece->role == DC_ROLE_NOTE && piece->number) {
        note_write(r, piece->number);
        return piece->match;
    } else if (piece->role == DC_ROLE_NOTE) {
        note_mark(r, i, i);
    } else if (piece->role == DC_ROLE_CODE) {
        return code_write(r, i);
    }
    return i;
}

static void inline_close(struct dc_markdown *r, const struct dc_piece *open) {
    if (open->role == DC_ROLE_STRONG || open->role == DC_ROLE_EMPHASIS)
        star_close(r, open);
    else if (open->role == DC_ROLE_LINK)
        link_close(r, open);
    else if (open->role == DC_ROLE_NOTE)
        note_mark(r, open->match, piece_at(r, open->match)->match);
}

uint32_t dc_markdown_inline(struct dc_markdown *r, uint32_t i) {
    const struct dc_piece *piece = piece_at(r, i);
    switch (piece->kind) {
    case DC_PIECE_OPEN:
        return inline_open(r, i);
    case DC_PIECE_CLOSE:
        inline_close(r, piece_at(r, piece->match));
        break;
    case DC_PIECE_TEXT:
        text_write(r, i);
        break;
    case DC_PIECE_SPACE:
        dc_buffer_byte(&r->text, ' ');
        break;
    case DC_PIECE_BREAK:
        dc_buffer_string(&r->text, r->in_cell ? " " : "\\\n");
        break;
    case DC_PIECE_IMAGE:
        image_write(r, piece->node);
        break;
    case DC_PIECE_MATH:
        math_write(r, piece);
        break;
    default:
        break;
    }
    return i;
}
