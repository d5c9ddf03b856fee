/* tape.h: a page's tape as text.
 *
 * In: a page that was read.  Out: the mark-up its tape stands for, elements
 * with the attributes kept, text with entities decoded.
 */
#ifndef TAPE_H
#define TAPE_H

#include "pages.h"

static inline void node_write(const struct dc_page *page, uint32_t number,
                              FILE *stream) {
    const struct dc_node *node = &page->nodes[number];
    static const char *const names[] = {
#define ATTRIBUTE(name, text) text,
#include "attributes.def"
#undef ATTRIBUTE
    };
    fprintf(stream, "<%s", dc_tag_name(node->tag));
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        const struct dc_text *value = &page->strings[a->value];
        fprintf(stream, " %s=[%.*s]", names[a->name], (int)value->length,
                value->bytes);
    }
    fputc('>', stream);
}

/* The tape of a page without our root; the caller frees it. */
static inline char *tape_write(const struct dc_page *page) {
    struct text text;
    text_start(&text);
    for (size_t i = 0; i < page->event_count; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind == DC_CHARACTERS)
            fwrite(page->text + event->offset, 1, event->length, text.stream);
        else if (event->node && event->kind == DC_OPEN)
            node_write(page, event->node, text.stream);
        else if (event->node)
            fprintf(text.stream, "</%s>",
                    dc_tag_name(page->nodes[event->node].tag));
    }
    text_end(&text);
    return text.bytes;
}

static inline void assert_tape(const char *html, const char *expected) {
    struct declutter_page *page = page_of(html);
    char *tape = tape_write(&page->page);
    assert_string_equal(tape, expected);
    free(tape);
    declutter_page_free(page);
}

#endif
