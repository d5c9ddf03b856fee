/* reference.h: character references, as browsers read them. */
#ifndef DC_REFERENCE_H
#define DC_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names looked up before, for one page; all zero to start with. */
enum { DC_ENTITY_SLOTS = 64, DC_ENTITY_NAME = 32 };
struct dc_entities {
    struct {
        char name[DC_ENTITY_NAME];
        uint32_t character; /* 0: no such entity */
    } slots[DC_ENTITY_SLOTS];
};

/* Writes what the reference behind the '&' before s stands for, up to three
 * bytes of UTF-8, or four for characters beyond the BMP, whose references are
 * longer than that.  *out moves behind it.  Returns where to go on, or NULL:
 * no reference, the '&' is text.  In text the commonest names need no
 * semicolon; in attributes a name does, or every URL would be torn. */
const char *dc_reference_text(const char *s, const char *end,
                              struct dc_entities *entities, char **out);
const char *dc_reference_attribute(const char *s, const char *end,
                                   struct dc_entities *entities, char **out);

#endif
