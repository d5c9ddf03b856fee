/* outline_mathml.c: MathML -> TeX.
 *
 * In: a <math> element whose page gives no TeX of it.  Out: TeX of LaTeX and
 * amsmath, as MathJax and KaTeX read it.  One pass over the element's events:
 * children are written one behind the other, and when their element ends they
 * are put together as TeX has them, which asks for another order than MathML
 * (the index of a root, an accent, what stands before a base).  So every level
 * copies what is in it, and what nests deeper than DEPTH_MAX is written as if
 * it did not.  Other elements than MathML's, but for those inside a line, say
 * that <math> was not closed: then there is no formula.
 *
 * Elements and what they mean: MathML Core, https://www.w3.org/TR/mathml-core/,
 * and mfenced and mmultiscripts of MathML 3.
 */
#include "outline.h"

#include <string.h>

#include "outline_tex.h"
#include "utf8.h"

enum {
    DEPTH_MAX = 64,
    PARTS_MAX = 8 /* children told apart; the last one has all that follow */
};

struct frame {
    uint32_t node;
    size_t start; /* in `out` */
    uint32_t parts;
    uint32_t before; /* of mmultiscripts: parts before <mprescripts>, or 0 */
    size_t starts[PARTS_MAX + 1]; /* in `out`: of the parts, and their end */
};

struct converter {
    const struct dc_page *page;
    struct dc_buffer out;
    struct dc_buffer made; /* an element that is put together */
    struct frame frames[DEPTH_MAX];
    uint32_t depth;
    bool foreign; /* something that is no MathML */
};

/* -- Tokens ---------------------------------------------------------------- */

static const char *alphabet(const struct dc_page *page, uint32_t node) {
    static const char *const of[][2] = {
        {"bold", "\\mathbf"},          {"bold-italic", "\\boldsymbol"},
        {"double-struck", "\\mathbb"}, {"fraktur", "\\mathfrak"},
        {"monospace", "\\mathtt"},     {"normal", "\\mathrm"},
        {"sans-serif", "\\mathsf"},    {"script", "\\mathcal"}};
    struct dc_text variant =
        dc_attribute_text(page, node, DC_ATTRIBUTE_mathvariant);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (dc_tex_is(variant, of[i][0]))
            return of[i][1];
    return NULL;
}

static bool is_one_character(struct dc_text text) {
    const char *at = text.bytes;
    dc_utf8_next(&at);
    return at == text.bytes + text.length;
}

static bool is_name(struct dc_text text) {
    for (uint32_t i = 0; i < text.length; i++)
        if (!dc_is_letter(text.bytes[i]))
            return false;
    return text.length > 1;
}

static void identifier_add(struct converter *c, uint32_t node,
                           struct dc_text text) {
    const char *letters = alphabet(c->page, node);
    if (!is_one_character(text)) {
        dc_tex_name(&c->out, text, letters ? letters : "\\mathrm");
    } else if (letters && dc_is_letter(*text.bytes)) {
        dc_tex_group(&c->out, letters, text);
    } else {
        dc_tex_characters(&c->out, text);
    }
}

static void token_add(struct converter *c, uint32_t node, struct dc_text text) {
    unsigned tag = c->page->nodes[node].tag;
    if (tag == DC_TAG_mtext || tag == DC_TAG_ms)
        dc_tex_prose(&c->out, "\\text", text);
    else if (tag == DC_TAG_mo && is_name(text))
        dc_tex_name(&c->out, text, "\\operatorname");
    else if (tag == DC_TAG_mo || tag == DC_TAG_mn)
        dc_tex_characters(&c->out, text);
    else
        identifier_add(c, node, text);
}

/* -- Elements -------------------------------------------------------------- */

/* The part of that number as it was written; empty if there is none. */
static struct dc_text part(const struct converter *c, const struct frame *frame,
                           uint32_t number) {
    if (number >= frame->parts)
        return (struct dc_text){"", 0};
    size_t start = frame->starts[number], end = frame->starts[number + 1];
    return dc_text_trim(
        (struct dc_text){c->out.bytes + start, (uint32_t)(end - start)});
}

static void add_fraction(struct converter *c, const struct frame *frame) {
    struct dc_text line =
        dc_attribute_text(c->page, frame->node, DC_ATTRIBUTE_linethickness);
    bool none = line.length && *line.bytes == '0';
    dc_tex_group(&c->made, none ? "\\genfrac{}{}{0pt}{}" : "\\frac",
                 part(c, frame, 0));
    dc_tex_group(&c->made, "", part(c, frame, 1));
}

static void add_root(struct converter *c, const struct frame *frame) {
    dc_buffer_string(&c->made, "\\sqrt[");
    dc_tex_add(&c->made, part(c, frame, 1));
    dc_tex_group(&c->made, "]", part(c, frame, 0));
}

static void add_scripts(struct converter *c, const struct frame *frame,
                        struct dc_text below, struct dc_text above) {
    dc_tex_base(&c->made, part(c, frame, 0));
    dc_tex_script(&c->made, "_", below);
    dc_tex_script(&c->made, "^", above);
}

/* Every second part from `first` up to `end`. */
static void add_row_of_scripts(struct converter *c, const struct frame *frame,
                               const char *mark, uint32_t first, uint32_t end) {
    bool any = false;
    for (uint32_t i = first; i < end; i += 2) {
        struct dc_text script = part(c, frame, i);
        if (script.length && !any) {
            dc_buffer_string(&c->made, mark);
            dc_buffer_byte(&c->made, '{');
            any = true;
        }
        dc_tex_add(&c->made, script);
    }
    if (any)
        dc_buffer_byte(&c->made, '}');
}

static void add_all_scripts(struct converter *c, const struct frame *frame) {
    uint32_t before = frame->before ? frame->before : frame->parts;
    if (before < frame->parts) {
        dc_buffer_string(&c->made, "{}");
        add_row_of_scripts(c, frame, "_", before, frame->parts);
        add_row_of_scripts(c, frame, "^", before + 1, frame->parts);
    }
    dc_tex_base(&c->made, part(c, frame, 0));
    add_row_of_scripts(c, frame, "_", 1, before);
    add_row_of_scripts(c, frame, "^", 2, before);
}

/* The command that sets an accent, or NULL. */
static const char *find_accent(struct dc_text mark, bool below) {
    static const char *const over[][2] = {{"\\hat{}", "\\hat"},
                                          {"\xCB\x86", "\\hat"},
                                          {"\xC2\xAF", "\\overline"},
                                          {"\xE2\x80\xBE", "\\overline"},
                                          {"-", "\\bar"},
                                          {"\\_", "\\overline"},
                                          {"\\rightarrow", "\\vec"},
                                          {"\xE2\x83\x97", "\\vec"},
                                          {"\\sim", "\\tilde"},
                                          {"\xCB\x9C", "\\tilde"},
                                          {".", "\\dot"},
                                          {"\xCB\x99", "\\dot"},
                                          {"\xC2\xA8", "\\ddot"},
                                          {"\xCB\x87", "\\check"},
                                          {"\xE2\x8F\x9E", "\\overbrace"}};
    static const char *const under[][2] = {{"\\_", "\\underline"},
                                           {"\xC2\xAF", "\\underline"},
                                           {"\xCC\xB2", "\\underline"},
                                           {"\xE2\x8F\x9F", "\\underbrace"}};
    size_t count =
        below ? sizeof under / sizeof *under : sizeof over / sizeof *over;
    for (size_t i = 0; i < count; i++)
        if (dc_tex_is(mark, below ? under[i][0] : over[i][0]))
            return below ? under[i][1] : over[i][1];
    return NULL;
}

/* Has the base its limits below and above: a large operator, a function, a
 * brace? */
static bool has_limits(struct dc_text base) {
    static const char *const names[] = {
        "sum",    "prod",     "coprod",    "int",        "iint",
        "iiint",  "oint",     "bigcap",    "bigcup",     "bigwedge",
        "bigvee", "bigoplus", "overbrace", "underbrace", "operatorname"};
    uint32_t length = dc_tex_command_length(base);
    if (!length)
        return false;
    struct dc_text name = {base.bytes + 1, length - 1};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dc_tex_is(name, names[i]))
            return true;
    return dc_tex_is_function(name);
}

static void add_limits(struct converter *c, const struct frame *frame,
                       struct dc_text below, struct dc_text above) {
    struct dc_text base = part(c, frame, 0);
    const char *under = find_accent(below, true);
    const char *over = find_accent(above, false);
    if (has_limits(base)) {
        dc_tex_add(&c->made, base);
        dc_tex_script(&c->made, "_", below);
        dc_tex_script(&c->made, "^", above);
        return;
    }
    if (above.length)
        over ? dc_tex_string(&c->made, over)
             : dc_tex_group(&c->made, "\\overset", above);
    if (above.length && below.length)
        dc_buffer_byte(&c->made, '{');
    if (below.length)
        under ? dc_tex_string(&c->made, under)
              : dc_tex_group(&c->made, "\\underset", below);
    dc_tex_group(&c->made, "", base);
    if (above.length && below.length)
        dc_buffer_byte(&c->made, '}');
}

static void add_fence(struct converter *c, const struct frame *frame,
                      enum dc_attribute_name side, const char *otherwise) {
    struct dc_text fence = dc_attribute_text(c->page, frame->node, side);
    dc_tex_string(&c->made, side == DC_ATTRIBUTE_open ? "\\left" : "\\right");
    if (fence.bytes && fence.length)
        dc_tex_characters(&c->made, dc_text_trim(fence));
    else
        dc_buffer_string(&c->made, fence.bytes ? "." : otherwise);
}

/* Writes the element to `made`, anew; false: it stays as its children are. */
static bool element_make(struct converter *c, const struct frame *frame) {
    const struct dc_text none = {"", 0}, one = part(c, frame, 1);
    const struct dc_text all = dc_text_trim((struct dc_text){
        c->out.bytes + frame->start, (uint32_t)(c->out.length - frame->start)});
    switch (c->page->nodes[frame->node].tag) {
    case DC_TAG_mfrac:
        return add_fraction(c, frame), true;
    case DC_TAG_msqrt:
        return dc_tex_group(&c->made, "\\sqrt", all), true;
    case DC_TAG_mroot:
        return add_root(c, frame), true;
    case DC_TAG_msub:
        return add_scripts(c, frame, one, none), true;
    case DC_TAG_msup:
        return add_scripts(c, frame, none, one), true;
    case DC_TAG_msubsup:
        return add_scripts(c, frame, one, part(c, frame, 2)), true;
    case DC_TAG_mmultiscripts:
        return add_all_scripts(c, frame), true;
    case DC_TAG_munder:
        return add_limits(c, frame, one, none), true;
    case DC_TAG_mover:
        return add_limits(c, frame, none, one), true;
    case DC_TAG_munderover:
        return add_limits(c, frame, one, part(c, frame, 2)), true;
    case DC_TAG_mtable:
        dc_buffer_string(&c->made, "\\begin{matrix}");
        dc_tex_add(&c->made, all);
        return dc_buffer_string(&c->made, "\\end{matrix}"), true;
    case DC_TAG_mfenced:
        add_fence(c, frame, DC_ATTRIBUTE_open, "(");
        dc_tex_add(&c->made, all);
        return add_fence(c, frame, DC_ATTRIBUTE_close, ")"), true;
    default:
        return false;
    }
}

static void element_end(struct converter *c) {
    struct frame *frame = &c->frames[--c->depth];
    frame->starts[frame->parts] = c->out.length;
    c->made.length = 0;
    if (c->out.failed || !element_make(c, frame) || c->made.failed)
        return;
    c->out.length = frame->start;
    dc_tex_add(&c->out,
               (struct dc_text){c->made.bytes, (uint32_t)c->made.length});
}

/* A child begins, behind what parts it from the one before. */
static void part_begin(struct converter *c) {
    struct frame *frame = &c->frames[c->depth - 1];
    unsigned tag = c->page->nodes[frame->node].tag;
    uint32_t number = frame->parts;
    if (number && (tag == DC_TAG_mtr || tag == DC_TAG_mlabeledtr))
        dc_buffer_string(&c->out, " & ");
    else if (number && tag == DC_TAG_mtable)
        dc_buffer_string(&c->out, " \\\\ ");
    else if (number && tag == DC_TAG_mfenced)
        dc_buffer_string(&c->out, ", ");
    if (number < PARTS_MAX)
        frame->starts[frame->parts++] = c->out.length;
}

/* Text outside of tokens, where none belongs, is a child as well. */
static void text_write(struct converter *c, const struct dc_event *event) {
    struct dc_text text = {c->page->text + event->offset, event->length};
    text = dc_text_trim(text);
    if (!text.length || !c->depth)
        return;
    part_begin(c);
    token_add(c, c->frames[c->depth - 1].node, text);
}

/* Is it one of the alternatives behind the first? */
static bool is_other_choice(const struct converter *c) {
    if (!c->depth)
        return false;
    const struct frame *frame = &c->frames[c->depth - 1];
    unsigned tag = c->page->nodes[frame->node].tag;
    return frame->parts && (tag == DC_TAG_semantics || tag == DC_TAG_maction);
}

/* What is not MathML; false: it is left out. */
static bool foreign_begin(struct converter *c, unsigned tag) {
    unsigned flags = dc_tag_flags(tag);
    if (tag == DC_TAG_OTHER || tag == DC_TAG_math || (flags & DC_INLINE))
        return true;
    c->foreign = c->foreign || !(flags & DC_SKIP);
    return false;
}

/* false: nothing of the element is written, beyond what is here. */
static bool element_begin(struct converter *c, uint32_t node) {
    unsigned tag = c->page->nodes[node].tag;
    struct frame *outer = c->depth ? &c->frames[c->depth - 1] : NULL;
    if (is_other_choice(c))
        return false;
    if (!(dc_tag_flags(tag) & DC_MATHML))
        return foreign_begin(c, tag);
    if (outer && tag == DC_TAG_mprescripts)
        outer->before = outer->parts;
    else if (outer)
        part_begin(c);
    if (tag == DC_TAG_mspace)
        dc_buffer_byte(&c->out, ' ');
    if (tag == DC_TAG_mspace || tag == DC_TAG_mphantom || tag == DC_TAG_none ||
        tag == DC_TAG_mprescripts)
        return false;
    if (c->depth < DEPTH_MAX)
        c->frames[c->depth++] =
            (struct frame){.node = node, .start = c->out.length};
    return true;
}

struct dc_text dc_mathml_tex(const struct dc_page *page, uint32_t math) {
    struct converter c = {
        .page = page, .out.arena = page->scratch, .made.arena = page->scratch};
    if (!dc_buffer_reserve(&c.out, 1))
        return (struct dc_text){NULL, 0};
    const struct dc_node *n = &page->nodes[math];
    for (uint32_t i = n->first_event; i <= n->last_event && !c.foreign; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind == DC_CHARACTERS)
            text_write(&c, event);
        else if (event->kind == DC_OPEN && !element_begin(&c, event->node))
            i = page->nodes[event->node].last_event;
        else if (event->kind == DC_CLOSE && c.depth &&
                 c.frames[c.depth - 1].node == event->node)
            element_end(&c);
    }
    if (c.foreign || c.out.failed || c.made.failed)
        return (struct dc_text){NULL, 0};
    return dc_text_trim((struct dc_text){c.out.bytes, (uint32_t)c.out.length});
}
