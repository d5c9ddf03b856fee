/* markdown.c: text inside Markdown, so that it is read as the text it is.
 *
 * In: text of the page.  Out: the same for CommonMark, with GFM's tables.
 *
 * A backslash before every '*' and '_' would be safe and unreadable; so an
 * escape stands only where the character could mean something, judged by its
 * neighbours as CommonMark does, and where these are not known (at the end of
 * a text) it stands.  What means something at the beginning of a line only is
 * looked for when the line is complete.
 */
#include "markdown.h"

#include <string.h>

#include "utf8.h"

enum {
    REFERENCE_MAX = 34, /* bytes of a character reference */
    TRIES = 8           /* formulas that do not end, in one text */
};

static bool is_ascii_punctuation(uint32_t c) {
    return c > ' ' && c < 0x7F &&
           !(dc_ascii_class[c] & (DC_CLASS_LETTER | DC_CLASS_DIGIT));
}

static bool is_alphanumeric(uint32_t c) {
    return c < 128 && (dc_ascii_class[c] & (DC_CLASS_LETTER | DC_CLASS_DIGIT));
}

static bool is_ascii_letter(uint32_t c) {
    return c < 128 && (dc_ascii_class[c] & DC_CLASS_LETTER);
}

bool dc_markdown_is_space(uint32_t c) {
    return (dc_class(c) & DC_CLASS_SPACE) != 0;
}

bool dc_markdown_is_letter(uint32_t c) {
    return c != '_' && (dc_class(c) & DC_CLASS_WORD);
}

/* ASCII, and of the rest what quotes, dashes and the like are. */
bool dc_markdown_is_punctuation(uint32_t c) {
    return is_ascii_punctuation(c) || c == 0xA1 || c == 0xA7 || c == 0xAB ||
           c == 0xB6 || c == 0xB7 || c == 0xBB || c == 0xBF ||
           (c >= 0x2010 && c <= 0x2027) ||
           (c >= 0x2030 && c <= 0x205E && c != 0x2044 && c != 0x2052) ||
           (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011) ||
           (c >= 0xFF01 && c <= 0xFF03) || (c >= 0xFF08 && c <= 0xFF09) ||
           c == 0xFF0C || c == 0xFF0E || c == 0xFF1A || c == 0xFF1B ||
           c == 0xFF1F;
}

/* -- Inside a line --------------------------------------------------------- */

/* Does "&" with `at` behind it begin a character reference, or may it? */
static bool is_reference(const char *at, const char *end, uint32_t after) {
    const char *stop = end - at > REFERENCE_MAX ? at + REFERENCE_MAX : end;
    const char *start = at;
    if (at < stop && *at == '#')
        at++;
    while (at < stop && is_alphanumeric((unsigned char)*at))
        at++;
    if (at == end)
        return after == '#' || after == ';' || is_alphanumeric(after);
    return at > start && *at == ';';
}

/* Must `c`, between `before` and `after`, be escaped? */
static bool is_special(uint32_t c, uint32_t before, uint32_t after,
                       struct dc_markdown_context context) {
    bool alone = dc_markdown_is_space(before) && dc_markdown_is_space(after);
    switch (c) {
    case '\\':
        return is_ascii_punctuation(after);
    case '`':
        return true;
    case '*':
        return !alone;
    case '_':
        return !alone &&
               !(dc_markdown_is_letter(before) && dc_markdown_is_letter(after));
    case '[':
        return context.in_link || after == '^';
    case ']':
        return context.in_link || after == '(' || after == '[' || after == ':';
    case '!':
        return after == '[';
    case '<':
        return is_ascii_letter(after) || after == '/' || after == '!' ||
               after == '?';
    case '~':
        return after == '~' || before == '~';
    case '#': /* the caller knows that nothing but '#' follows */
        return context.in_heading &&
               (before == '#' || dc_markdown_is_space(before));
    default:
        return false;
    }
}

/* '#' closes a heading only where nothing else follows. */
static bool is_last(const char *at, const char *end) {
    while (at < end && (*at == '#' || (unsigned char)*at <= ' '))
        at++;
    return at == end;
}

static bool may_be_special(uint32_t c) {
    return c && c < 128 && strchr("\\`*_[]!<~#", (int)c);
}

/* The end of a formula as MathJax and KaTeX find it in text: \\(x\\), \\[x\\]
 * or $$x$$, with `at` at its beginning.  NULL: it is none. */
static const char *find_formula(const char *at, const char *end) {
    char close = at[1] == '(' ? ')' : at[1] == '[' ? ']' : '$';
    for (const char *c = at + 2; c + 1 < end; c++)
        if (c[0] == *at && c[1] == close)
            return c > at + 2 ? c : NULL;
    return NULL;
}

/* Adds the formula at the beginning of a text, if there is one, as `$x$` or
 * `$$x$$`; returns what stands behind it, or NULL. */
static const char *add_formula(struct dc_buffer *line, const char *at,
                               const char *end) {
    const char *close = end - at < 5 ? NULL : find_formula(at, end);
    const char *mark = at[1] == '(' ? "$" : "$$";
    if (!close)
        return NULL;
    struct dc_text tex = {at + 2, (uint32_t)(close - at - 2)};
    dc_buffer_string(line, mark);
    dc_markdown_tex(line, tex);
    dc_buffer_string(line, mark);
    return close + 2;
}

void dc_markdown_text(struct dc_buffer *line, struct dc_text text,
                      struct dc_markdown_context context) {
    if (!text.length) /* it may have no bytes then */
        return;
    const char *at = text.bytes, *end = at + text.length;
    uint32_t before = line->length ? '.' : ' '; /* mark-up is like a '.' */
    unsigned tries = TRIES; /* what is looked for in vain takes time */
    if (line->length && line->bytes[line->length - 1] == ' ')
        before = ' ';
    while (at < end) {
        const char *here = at, *next;
        uint32_t c = dc_utf8_next(&at);
        if (dc_class(c) & DC_CLASS_SPACE) {
            if (before != ' ')
                dc_buffer_byte(line, ' ');
            before = ' ';
            continue;
        }
        next = at;
        uint32_t after = at < end ? dc_utf8_next(&next) : context.after;
        if (tries && ((c == '\\' && (after == '(' || after == '[')) ||
                      (c == '$' && after == '$'))) {
            const char *behind = add_formula(line, here, end);
            tries -= behind == NULL;
            at = behind ? behind : at;
            before = '$';
            if (behind)
                continue;
        }
        /* Stars of ours may stand behind the text. */
        if (c == '&' ? is_reference(at, end, context.after)
            : c == '\\' && at == end
                ? true
                : may_be_special(c) && is_special(c, before, after, context) &&
                      (c != '#' || is_last(at, end)))
            dc_buffer_byte(line, '\\');
        dc_buffer_add(line, here, (size_t)(at - here));
        before = c;
    }
}

/* Nothing may be escaped in TeX, for it would change the formula; a space
 * keeps what looks like an element or a link from being one. */
void dc_markdown_tex(struct dc_buffer *line, struct dc_text tex) {
    bool space = false;
    for (uint32_t i = 0; i < tex.length; i++) {
        char c = tex.bytes[i], next = ' ';
        if (i + 1 < tex.length)
            next = tex.bytes[i + 1];
        if ((unsigned char)c <= ' ' || c == 0x7F || c == '`') {
            space = true;
            continue;
        }
        if (space)
            dc_buffer_byte(line, ' ');
        dc_buffer_byte(line, c);
        space = (c == '<' && (unsigned char)next > ' ') ||
                (c == '&' && (unsigned char)next > ' ') ||
                (c == ']' && (next == '(' || next == '[' || next == ':'));
    }
}

/* Parentheses that do not match would end the address early. */
static bool is_balanced(struct dc_text address) {
    uint32_t depth = 0, deepest = 0;
    for (uint32_t i = 0; i < address.length; i++) {
        if (address.bytes[i] == ')' && !depth--)
            return false;
        depth += address.bytes[i] == '(';
        if (depth > deepest)
            deepest = depth;
    }
    return depth == 0 && deepest < 8;
}

void dc_markdown_address(struct dc_buffer *line, struct dc_text address) {
    bool balanced = is_balanced(address);
    const char *end = address.bytes + address.length;
    for (const char *at = address.bytes; at < end; at++) {
        bool parenthesis = *at == '(' || *at == ')';
        if ((parenthesis && !balanced) ||
            (*at == '&' && is_reference(at + 1, end, ')')))
            dc_buffer_byte(line, '\\');
        dc_buffer_byte(line, *at);
    }
}

/* -- At the beginning of a line -------------------------------------------- */

static size_t run_length(const char *at, size_t length, char c) {
    size_t count = 0;
    while (count < length && at[count] == c)
        count++;
    return count;
}

static bool ends_at(const char *line, size_t length, size_t at) {
    return at == length || line[at] == ' ';
}

/* Is a line a rule, an underline, or the second line of a table? */
static bool is_drawing(const char *line, size_t length) {
    size_t same = 0, table = 0;
    while (same < length && (line[same] == *line || line[same] == ' '))
        same++;
    while (table < length && strchr("-:| ", line[table]))
        table++;
    return table == length || (same == length && strchr("-_*=", *line));
}

/* Where a backslash must stand so that a line begins nothing; SIZE_MAX if
 * nowhere. */
static size_t find_start(const char *line, size_t length) {
    size_t digits = 0;
    if (!length)
        return SIZE_MAX;
    while (digits < length && digits < 10 &&
           (unsigned char)(line[digits] - '0') < 10)
        digits++;
    if (digits)
        return digits < 10 && digits < length &&
                       (line[digits] == '.' || line[digits] == ')') &&
                       ends_at(line, length, digits + 1)
                   ? digits
                   : SIZE_MAX;
    size_t run = run_length(line, length, *line);
    bool starts = is_drawing(line, length) || *line == '>' || *line == '|' ||
                  (*line == '#' && run <= 6 && ends_at(line, length, run)) ||
                  (strchr("-+*:", *line) && ends_at(line, length, 1)) ||
                  (*line == '~' && run >= 3);
    return starts ? 0 : SIZE_MAX;
}

void dc_markdown_lines(struct dc_buffer *out, const struct dc_buffer *lines) {
    const char *at = lines->bytes ? lines->bytes : "";
    const char *end = at + lines->length;
    for (;;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        size_t start = find_start(at, length);
        if (start != SIZE_MAX) {
            dc_buffer_add(out, at, start);
            dc_buffer_byte(out, '\\');
            dc_buffer_add(out, at + start, length - start);
        } else {
            dc_buffer_add(out, at, length);
        }
        if (!stop)
            break;
        dc_buffer_byte(out, '\n');
        at = stop + 1;
    }
}
