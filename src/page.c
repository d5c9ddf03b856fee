/* page.c: what every stage asks of a page, whatever it does with it.
 *
 * In: a tag number, a node, a sentence, a failure.  Out: the tag's name and
 * flags, the node's attribute, the page's warnings, a filled declutter_error.
 * The tables are made from tags.def, so a tag has its name in one place.
 * Messages are cut to the room in the error and kept to one line, because
 * they may quote what a user or a file gave.
 */
#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const tag_names[DC_TAG_COUNT] = {
    "other",
#define TAG(name, flags) #name,
#include "tags.def"
#undef TAG
};

const unsigned char dc_tag_flags_of[DC_TAG_COUNT] = {
    0,
#define TAG(name, flags) (flags),
#include "tags.def"
#undef TAG
};

struct dc_text dc_text_trim(struct dc_text text) {
    while (text.length && (unsigned char)*text.bytes <= ' ') {
        text.bytes++;
        text.length--;
    }
    while (text.length && (unsigned char)text.bytes[text.length - 1] <= ' ')
        text.length--;
    return text;
}

const char *dc_tag_name(unsigned tag) {
    return tag_names[tag < DC_TAG_COUNT ? tag : DC_TAG_OTHER];
}

/* A name in a table, and how to find those with the same first letter: the
 * tables are sorted by it. */
struct name {
    const char *text;
    size_t length;
};

static bool name_is(const struct name *name, const char *text, size_t length) {
    if (name->length != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((text[i] | 32) != name->text[i])
            return false;
    return true;
}

static const struct name tags[] = {
    {"", 0},
#define TAG(name, flags) {#name, sizeof #name - 1},
#include "tags.def"
#undef TAG
};

/* The first of each letter, but for those of formulas. */
static const uint8_t first_tag[27] = {
    DC_TAG_a,       DC_TAG_b,        DC_TAG_canvas, DC_TAG_data,
    DC_TAG_em,      DC_TAG_fieldset, DC_TAG_h1,     DC_TAG_h1,
    DC_TAG_i,       DC_TAG_kbd,      DC_TAG_kbd,    DC_TAG_label,
    DC_TAG_main,    DC_TAG_nav,      DC_TAG_object, DC_TAG_p,
    DC_TAG_q,       DC_TAG_rb,       DC_TAG_s,      DC_TAG_table,
    DC_TAG_u,       DC_TAG_var,      DC_TAG_wbr,    DC_TAG_maction,
    DC_TAG_maction, DC_TAG_maction,  DC_TAG_maction};

static unsigned tag_search(unsigned tag, unsigned end, const char *name,
                           size_t length) {
    while (tag < end && !name_is(&tags[tag], name, length))
        tag++;
    return tag < end ? tag : (unsigned)DC_TAG_OTHER;
}

static unsigned own_tag_find(const char *name, size_t length) {
    unsigned letter = length ? (unsigned char)((*name | 32) - 'a') : 26;
    if (letter > 25)
        return DC_TAG_OTHER;
    unsigned tag =
        tag_search(first_tag[letter], first_tag[letter + 1], name, length);
    return tag != DC_TAG_OTHER
               ? tag
               : tag_search(DC_TAG_maction, DC_TAG_COUNT, name, length);
}

/* Some pages name the elements of formulas with a prefix: <mml:math>. */
static unsigned prefixed_tag_find(const char *name, size_t length) {
    const char *colon = memchr(name, ':', length);
    if (!colon)
        return DC_TAG_OTHER;
    unsigned tag = own_tag_find(colon + 1, length - (size_t)(colon + 1 - name));
    bool formula = tag == DC_TAG_math || dc_tag_flags(tag) & DC_MATHML;
    return formula ? tag : (unsigned)DC_TAG_OTHER;
}

unsigned dc_tag_find(const char *name, size_t length) {
    unsigned tag = own_tag_find(name, length);
    return tag != DC_TAG_OTHER ? tag : prefixed_tag_find(name, length);
}

/* A name of up to eight bytes in lower case, as a number. */
static inline uint64_t name_key(const char *name, size_t length) {
    uint64_t key = 0;
    for (size_t i = 0; i < length; i++)
        key = key << 8 | (unsigned char)(name[i] | 32);
    return key;
}

static inline size_t key_slot(uint64_t key) {
    return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 55);
}

void dc_tags_init(struct dc_tags *table) {
    memset(table->keys, 0, sizeof table->keys);
    for (unsigned tag = DC_TAG_OTHER + 1; tag < DC_TAG_COUNT; tag++) {
        if (tags[tag].length > sizeof(uint64_t))
            continue;
        uint64_t key = name_key(tags[tag].text, tags[tag].length);
        size_t slot = key_slot(key);
        while (table->keys[slot])
            slot = (slot + 1) % DC_TAG_SLOTS;
        table->keys[slot] = key;
        table->tags[slot] = (uint8_t)tag;
    }
}

unsigned dc_tags_find(const struct dc_tags *table, const char *name,
                      size_t length) {
    if (!length || length > sizeof(uint64_t))
        return dc_tag_find(name, length);
    uint64_t key = name_key(name, length);
    size_t slot = key_slot(key);
    while (table->keys[slot] && table->keys[slot] != key)
        slot = (slot + 1) % DC_TAG_SLOTS;
    return table->keys[slot] ? table->tags[slot]
                             : prefixed_tag_find(name, length);
}

static const struct name attributes[] = {
#define ATTRIBUTE(name, text) {text, sizeof text - 1},
#include "attributes.def"
#undef ATTRIBUTE
};

static const uint8_t first_attribute[27] = {
    DC_ATTRIBUTE_alt,         DC_ATTRIBUTE_class,
    DC_ATTRIBUTE_class,       DC_ATTRIBUTE_data_component,
    DC_ATTRIBUTE_encoding,    DC_ATTRIBUTE_height,
    DC_ATTRIBUTE_height,      DC_ATTRIBUTE_height,
    DC_ATTRIBUTE_id,          DC_ATTRIBUTE_lang,
    DC_ATTRIBUTE_lang,        DC_ATTRIBUTE_lang,
    DC_ATTRIBUTE_mathvariant, DC_ATTRIBUTE_name,
    DC_ATTRIBUTE_open,        DC_ATTRIBUTE_property,
    DC_ATTRIBUTE_rel,         DC_ATTRIBUTE_rel,
    DC_ATTRIBUTE_src,         DC_ATTRIBUTE_title,
    DC_ATTRIBUTE_value,       DC_ATTRIBUTE_value,
    DC_ATTRIBUTE_width,       DC_ATTRIBUTE_xml_lang,
    DC_ATTRIBUTE_COUNT,       DC_ATTRIBUTE_COUNT,
    DC_ATTRIBUTE_COUNT};

unsigned dc_attribute_find(const char *name, size_t length) {
    unsigned letter = length ? (unsigned char)((*name | 32) - 'a') : 26;
    if (letter > 25)
        return DC_ATTRIBUTE_COUNT;
    for (unsigned i = first_attribute[letter]; i < first_attribute[letter + 1];
         i++)
        if (name_is(&attributes[i], name, length))
            return i;
    return DC_ATTRIBUTE_COUNT;
}

struct dc_text dc_attribute_text(const struct dc_page *page, uint32_t node,
                                 enum dc_attribute_name name) {
    const struct dc_node *owner = &page->nodes[node];
    for (uint32_t i = 0; i < owner->attribute_count; i++) {
        const struct dc_attribute *attribute =
            &page->attributes[owner->attributes + i];
        if (attribute->name == (uint32_t)name)
            return page->strings[attribute->value];
    }
    return (struct dc_text){NULL, 0};
}

void dc_page_warn(struct dc_page *page, const char *sentence) {
    for (size_t i = 0; i < page->warning_count; i++)
        if (page->warnings[i] == sentence ||
            strcmp(page->warnings[i], sentence) == 0)
            return;
    if (page->warning_count == DC_WARNINGS_MAX)
        return;
    page->warnings[page->warning_count++] = sentence;
    page->warnings[page->warning_count] = NULL;
}

void dc_page_unwarn(struct dc_page *page, const char *sentence) {
    size_t kept = 0;
    for (size_t i = 0; i < page->warning_count; i++)
        if (page->warnings[i] != sentence)
            page->warnings[kept++] = page->warnings[i];
    page->warning_count = kept;
    page->warnings[kept] = NULL;
}

void dc_page_limit(struct dc_page *page, const char *sentence) {
    page->limited = true;
    dc_page_warn(page, sentence);
}

/* In parentheses: for the analyser, the name is a macro too. */
enum declutter_status(dc_fail)(struct declutter_error *error,
                               enum declutter_status status, size_t offset,
                               const char *format, ...) {
    if (!error)
        return status;
    error->status = status;
    error->offset = offset;
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(error->message, sizeof error->message, format, arguments) < 0)
        error->message[0] = '\0';
    va_end(arguments);
    for (char *at = error->message; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = ' ';
    return status;
}
