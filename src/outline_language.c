/* outline_language.c: the language of a code block.
 *
 * In: a <pre>.  Out: the name the page gives its language, or nothing.  There
 * is no rule where it stands: in an attribute or a class of the <pre>, of the
 * <code> in it, or of a box close around; behind a prefix ("language-c"), as
 * the word beside a highlighter's own ("hljs c"), or alone.  Alone it counts
 * only if it is the name of a language that people write about.
 */
#include "outline.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { LANGUAGE_MAX = 20, WRAPPERS = 3 };

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_one_of(struct dc_text word, const char *const *words,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == word.length &&
            strncasecmp(word.bytes, words[i], word.length) == 0)
            return true;
    return false;
}

/* Could it name a language, and not the want of one? */
static bool is_name(struct dc_text word) {
    static const char *const none[] = {
        "none",   "text", "plaintext", "plain",  "txt",         "nohighlight",
        "auto",   "code", "default",   "source", "raw",         "unknown",
        "nolang", "hljs", "undefined", "null",   "no-highlight"};
    if (!word.length || word.length > LANGUAGE_MAX ||
        (unsigned char)*word.bytes > 127)
        return false;
    for (size_t i = 0; i < word.length; i++)
        if (!(dc_class((unsigned char)word.bytes[i] & 127u) & DC_CLASS_WORD) &&
            !strchr("+#.-", word.bytes[i]))
            return false;
    return !is_one_of(word, none, COUNT(none));
}

/* Names that mean a language even as a class that nothing explains. */
static bool is_known(struct dc_text word) {
    static const char *const known[] = {
        "ada",     "asm",      "awk",        "bash",       "c",
        "clojure", "cmake",    "console",    "cpp",        "csharp",
        "css",     "dart",     "diff",       "dockerfile", "elixir",
        "elm",     "erlang",   "fortran",    "fsharp",     "go",
        "golang",  "graphql",  "groovy",     "haskell",    "html",
        "ini",     "java",     "javascript", "js",         "json",
        "jsx",     "julia",    "kotlin",     "latex",      "lisp",
        "lua",     "makefile", "matlab",     "mermaid",    "nginx",
        "nim",     "nix",      "objc",       "ocaml",      "pascal",
        "perl",    "php",      "powershell", "prolog",     "pycon",
        "python",  "python3",  "r",          "ruby",       "rust",
        "scala",   "scheme",   "scss",       "shell",      "sh",
        "sql",     "svelte",   "swift",      "tcl",        "toml",
        "ts",      "tsx",      "typescript", "vb",         "vba",
        "verilog", "vhdl",     "vim",        "vue",        "xml",
        "yaml",    "yml",      "zig"};
    return is_one_of(word, known, COUNT(known));
}

/* The word of a list of classes at *at, which moves behind it; without the
 * semicolon of "brush: c;". */
static struct dc_text class_next(const char **at, const char *end) {
    while (*at < end && (unsigned char)**at <= ' ')
        ++*at;
    struct dc_text word = {*at, 0};
    while (*at < end && (unsigned char)**at > ' ')
        ++*at;
    word.length = (uint32_t)(*at - word.bytes);
    if (word.length && word.bytes[word.length - 1] == ';')
        word.length--;
    return word;
}

/* What stands behind a prefix that announces a language. */
static struct dc_text prefixed(struct dc_text word) {
    static const char *const prefixes[] = {
        "language-",           "lang-",  "lang:", "highlight-source-",
        "mw-highlight-lang-",  "brush:", "src-",  "gatsby-code-",
        "sourceCode-language-"};
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        uint32_t skip = (uint32_t)strlen(prefixes[i]);
        struct dc_text rest = {word.bytes + skip, word.length - skip};
        if (word.length > skip && !strncasecmp(word.bytes, prefixes[i], skip) &&
            is_name(rest))
            return rest;
    }
    return (struct dc_text){NULL, 0};
}

/* Sphinx: the box is classed "highlight-python3 notranslate". */
static struct dc_text sphinx_language(struct dc_text word, bool first) {
    static const char prefix[] = "highlight-";
    uint32_t skip = sizeof prefix - 1;
    struct dc_text rest = {word.bytes + skip, word.length - skip};
    bool found = first && word.length > skip &&
                 !memcmp(word.bytes, prefix, skip) && is_name(rest) &&
                 !memchr(rest.bytes, '-', rest.length);
    return found ? rest : (struct dc_text){NULL, 0};
}

static struct dc_text class_language(struct dc_text classes, bool box) {
    static const char *const markers[] = {"brush:", "sourceCode", "hljs",
                                          "highlight"};
    bool marked = false, first = true;
    struct dc_text known = {NULL, 0};
    if (!classes.length)
        return known;
    const char *at = classes.bytes, *end = at + classes.length;
    for (struct dc_text word; word = class_next(&at, end), word.length;
         first = false) {
        struct dc_text name = prefixed(word);
        if (!name.length && box)
            name = sphinx_language(word, first);
        if (name.length)
            return name;
        if (marked && is_name(word))
            return word;
        marked = is_one_of(word, markers, COUNT(markers));
        if (!box && !known.length && is_known(word))
            known = word;
    }
    return known;
}

static struct dc_text node_language(const struct dc_page *page, uint32_t node,
                                    bool box) {
    static const enum dc_attribute_name names[] = {
        DC_ATTRIBUTE_data_lang, DC_ATTRIBUTE_data_language,
        DC_ATTRIBUTE_data_enlighter_language};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct dc_text value = dc_attribute_text(page, node, names[i]);
        if (value.length && is_name(value))
            return value;
    }
    return class_language(dc_attribute_text(page, node, DC_ATTRIBUTE_class),
                          box);
}

struct dc_text dc_code_language(const struct dc_page *page, uint32_t pre) {
    struct dc_text language = node_language(page, pre, false);
    if (!language.length && pre + 1 < page->node_count &&
        page->nodes[pre + 1].tag == DC_TAG_code &&
        page->nodes[pre + 1].parent == pre)
        language = node_language(page, pre + 1, false);
    uint32_t outer = page->nodes[pre].parent;
    for (int i = 0; i < WRAPPERS && outer != DC_NONE && !language.length; i++) {
        if (page->nodes[outer].tag == DC_TAG_body)
            break;
        language = node_language(page, outer, true);
        outer = page->nodes[outer].parent;
    }
    return language;
}
