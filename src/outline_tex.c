/* outline_tex.c: strings of TeX, put together from pieces.
 *
 * In: characters, words, and what is TeX already.  Out: more TeX, in a buffer.
 * Three things make that more than copying: a letter behind a command would be
 * read as part of its name, a script belongs to one atom only, and characters
 * that mean something to TeX have other spellings, which differ between prose
 * and formulas.
 */
#include "outline_tex.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum { COMMAND_MAX = 32 /* letters of a command */ };

/* Does it end in a command that a letter behind it would make longer? */
static bool ends_in_command(const struct dc_buffer *buffer) {
    size_t at = buffer->length, least = at > COMMAND_MAX ? at - COMMAND_MAX : 0;
    while (at > least && dc_is_letter(buffer->bytes[at - 1]))
        at--;
    return at && at < buffer->length && buffer->bytes[at - 1] == '\\';
}

void dc_tex_add(struct dc_buffer *buffer, struct dc_text tex) {
    bool joins = tex.length && (dc_is_letter(*tex.bytes) ||
                                (unsigned char)*tex.bytes >= 0x80);
    if (joins && ends_in_command(buffer))
        dc_buffer_byte(buffer, ' ');
    dc_buffer_add(buffer, tex.bytes, tex.length);
}

void dc_tex_string(struct dc_buffer *buffer, const char *string) {
    dc_tex_add(buffer, (struct dc_text){string, (uint32_t)strlen(string)});
}

bool dc_tex_is(struct dc_text tex, const char *string) {
    return tex.length == strlen(string) &&
           memcmp(tex.bytes, string, tex.length) == 0;
}

/* Length of the \command it begins with, or 0. */
uint32_t dc_tex_command_length(struct dc_text tex) {
    uint32_t length = 1;
    if (!tex.length || *tex.bytes != '\\')
        return 0;
    while (length < tex.length && dc_is_letter(tex.bytes[length]))
        length++;
    return length > 1 ? length : 0;
}

/* Does the brace at `open` end with the text? */
static bool is_closed_last(struct dc_text tex, uint32_t open) {
    uint32_t depth = 0;
    for (uint32_t i = open; i < tex.length; i++) {
        if (tex.bytes[i] == '\\')
            i++;
        else if (tex.bytes[i] == '{')
            depth++;
        else if (tex.bytes[i] == '}' && --depth == 0)
            return i + 1 == tex.length;
    }
    return false;
}

/* May a script follow it as it is: a character, a number, a command? */
static bool is_atom(struct dc_text tex) {
    uint32_t length = dc_tex_command_length(tex), digits = 0;
    const char *at = tex.bytes;
    if (!tex.length)
        return false;
    if (length)
        return length == tex.length ||
               (tex.bytes[length] == '{' && is_closed_last(tex, length));
    while (digits < tex.length &&
           ((unsigned char)(tex.bytes[digits] - '0') < 10 ||
            (digits && tex.bytes[digits] == '.')))
        digits++;
    dc_utf8_next(&at);
    return digits == tex.length || at == tex.bytes + tex.length;
}

void dc_tex_group(struct dc_buffer *buffer, const char *before,
                  struct dc_text tex) {
    dc_tex_string(buffer, before);
    dc_buffer_byte(buffer, '{');
    dc_buffer_add(buffer, tex.bytes, tex.length);
    dc_buffer_byte(buffer, '}');
}

void dc_tex_base(struct dc_buffer *buffer, struct dc_text tex) {
    if (is_atom(tex))
        dc_tex_add(buffer, tex);
    else
        dc_tex_group(buffer, "", tex);
}

void dc_tex_script(struct dc_buffer *buffer, const char *mark,
                   struct dc_text tex) {
    if (tex.length)
        dc_tex_group(buffer, mark, tex);
}

/* -- Characters ------------------------------------------------------------ */

static const struct symbol {
    uint32_t character;
    const char *tex;
} symbols[] = {
#define SYMBOL(character, tex) {character, tex},
#include "mathml_symbols.def"
#undef SYMBOL
};

static int compare_symbols(const void *left, const void *right) {
    const struct symbol *a = left, *b = right;
    return (a->character > b->character) - (a->character < b->character);
}

static void character_add(struct dc_buffer *buffer, const char *bytes,
                          size_t length) {
    const char *at = bytes;
    const struct symbol key = {dc_utf8_next(&at), NULL};
    const struct symbol *found =
        bsearch(&key, symbols, sizeof symbols / sizeof *symbols,
                sizeof *symbols, compare_symbols);
    if (found)
        dc_tex_string(buffer, found->tex);
    else
        dc_tex_add(buffer, (struct dc_text){bytes, (uint32_t)length});
}

void dc_tex_characters(struct dc_buffer *buffer, struct dc_text text) {
    const char *at = text.bytes, *end = at + text.length;
    while (at < end) {
        const char *next = at;
        dc_utf8_next(&next);
        character_add(buffer, at, (size_t)(next - at));
        at = next;
    }
}

/* Words in a formula; `\text{}` reads these characters as prose does not. */
void dc_tex_prose(struct dc_buffer *buffer, const char *command,
                  struct dc_text text) {
    dc_tex_string(buffer, command);
    dc_buffer_byte(buffer, '{');
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '\\')
            dc_buffer_string(buffer, "\\textbackslash{}");
        else if (c == '^' || c == '~')
            dc_buffer_string(buffer, c == '^' ? "\\^{}" : "\\~{}");
        else if (memchr("#$%&_{}", c, 7))
            dc_buffer_add(buffer, (const char[]){'\\', c}, 2);
        else
            dc_buffer_byte(buffer, (unsigned char)c < ' ' ? ' ' : c);
    }
    dc_buffer_byte(buffer, '}');
}

/* A command of the same name; its limits stand below it. */
bool dc_tex_is_function(struct dc_text name) {
    static const char *const names[] = {
        "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot",  "csc",
        "deg",    "det",    "dim",    "exp", "gcd", "hom",  "inf",  "ker",
        "lim",    "liminf", "limsup", "ln",  "log", "max",  "min",  "Pr",
        "sec",    "sin",    "sinh",   "sup", "tan", "tanh", "coth", "lg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dc_tex_is(name, names[i]))
            return true;
    return false;
}

void dc_tex_name(struct dc_buffer *buffer, struct dc_text name,
                 const char *otherwise) {
    if (dc_tex_is_function(name)) {
        dc_tex_string(buffer, "\\");
        dc_buffer_add(buffer, name.bytes, name.length);
    } else {
        dc_tex_prose(buffer, otherwise, name);
    }
}
