/* render.c: the sink every format writes through, and plain text.
 *
 * In: a classified page.  Out: bytes for the caller's sink, gathered to
 * pieces of some size because a call a word would cost more than the words.
 * Text prints one block a line.  A blank line stands between two blocks unless
 * a reader would see them as one thing: entries of one list, cells of one
 * table, lines of one <pre>.  What a block belongs to is inherited from node
 * to node in one pass over the node table, so that a page nested a million
 * levels deep costs no more than a flat one.
 */
#include "render.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_DIGITS = 6, NUMBER_UNIT = 100000, PLAIN_MAX = 15 };

/* -- The sink -------------------------------------------------------------- */

void dc_output_flush(struct dc_output *output) {
    if (output->used && !output->failed &&
        output->sink(output->context, output->buffer, output->used) != 0)
        output->failed = true;
    output->used = 0;
}

void dc_output_write(struct dc_output *output, const char *bytes,
                     size_t length) {
    while (length && !output->failed) {
        size_t room = sizeof output->buffer - output->used;
        size_t part = length < room ? length : room;
        memcpy(output->buffer + output->used, bytes, part);
        output->used += part;
        bytes += part;
        length -= part;
        if (output->used == sizeof output->buffer)
            dc_output_flush(output);
    }
}

void dc_output_string(struct dc_output *output, const char *string) {
    dc_output_write(output, string, strlen(string));
}

/* -- Numbers --------------------------------------------------------------- */

/* Decimal digits of a positive number, the first one not zero: number =
 * 0.DIGITS * 10^result.  printf would do, were its decimal point not the
 * locale's. */
static int number_digits(double number, char digits[NUMBER_DIGITS]) {
    int exponent = 1;
    for (; number >= 10; exponent++)
        number /= 10;
    for (; number < 1; exponent--)
        number *= 10;
    long scaled = lround(number * NUMBER_UNIT);
    if (scaled >= 10L * NUMBER_UNIT) {
        scaled /= 10;
        exponent++;
    }
    for (int i = NUMBER_DIGITS; i-- > 0; scaled /= 10)
        digits[i] = (char)('0' + scaled % 10);
    return exponent;
}

static void write_zeros(struct dc_output *output, int count) {
    while (count-- > 0)
        dc_output_write(output, "0", 1);
}

/* `point` digits stand before the decimal point; it may be none of them
 * (.00123) or more than there are (12300). */
static void write_plain(struct dc_output *output, const char *digits, int count,
                        int point) {
    if (point <= 0) {
        dc_output_string(output, "0.");
        write_zeros(output, -point);
        dc_output_write(output, digits, (size_t)count);
    } else if (point >= count) {
        dc_output_write(output, digits, (size_t)count);
        write_zeros(output, point - count);
    } else {
        dc_output_write(output, digits, (size_t)point);
        dc_output_write(output, ".", 1);
        dc_output_write(output, digits + point, (size_t)(count - point));
    }
}

static void write_exponent(struct dc_output *output, int exponent) {
    unsigned rest = (unsigned)(exponent < 0 ? -exponent : exponent);
    char digits[4];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest && start);
    dc_output_string(output, exponent < 0 ? "e-" : "e+");
    dc_output_write(output, digits + start, sizeof digits - start);
}

void dc_output_number(struct dc_output *output, double number) {
    char digits[NUMBER_DIGITS];
    if (!isfinite(number)) {
        dc_output_string(output, "null"); /* JSON knows no other */
        return;
    }
    if (number == 0) {
        dc_output_write(output, "0", 1);
        return;
    }
    if (number < 0)
        dc_output_write(output, "-", 1);
    int point = number_digits(fabs(number), digits);
    int count = NUMBER_DIGITS;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (point > -NUMBER_DIGITS && point <= PLAIN_MAX) {
        write_plain(output, digits, count, point);
    } else {
        write_plain(output, digits, count, 1);
        write_exponent(output, point - 1);
    }
}

/* -- Text ------------------------------------------------------------------ */

/* What a node's text belongs to; DC_NONE where it belongs to none. */
struct place {
    uint32_t group; /* the list, table or <pre>; a list in a list is one */
    uint32_t item;  /* the entry or cell */
    uint32_t unit;  /* nearest element that is not inline */
};

static bool is_list(unsigned tag) {
    return tag == DC_TAG_ul || tag == DC_TAG_ol || tag == DC_TAG_dl ||
           tag == DC_TAG_menu;
}

static bool is_item(unsigned tag) {
    return tag == DC_TAG_li || tag == DC_TAG_dt || tag == DC_TAG_dd ||
           tag == DC_TAG_td || tag == DC_TAG_th || tag == DC_TAG_caption;
}

static struct place place_inherit(const struct dc_page *page, uint32_t node,
                                  struct place place) {
    unsigned tag = page->nodes[node].tag;
    bool in_list =
        place.group != DC_NONE && is_list(page->nodes[place.group].tag);
    if (tag == DC_TAG_table || tag == DC_TAG_pre || (is_list(tag) && !in_list))
        place = (struct place){node, DC_NONE, node};
    if (is_item(tag))
        place.item = node;
    if (!(dc_tag_flags(tag) & DC_INLINE))
        place.unit = node;
    return place;
}

/* The place of every node, NULL when out of memory.  A parent comes before
 * its children in the table. */
static struct place *places_new(const struct dc_page *page) {
    size_t count = page->node_count;
    struct place *places = NULL;
    if (count <= SIZE_MAX / sizeof *places)
        places = malloc(count * sizeof *places);
    if (!places)
        return NULL;
    for (uint32_t node = 0; node < count; node++) {
        uint32_t parent = page->nodes[node].parent;
        struct place outer = {DC_NONE, DC_NONE, node};
        if (parent != DC_NONE)
            outer = places[parent];
        places[node] = place_inherit(page, node, outer);
    }
    return places;
}

/* Whether two blocks in succession stand on successive lines.  Headings stand
 * alone; paragraphs of one cell or entry, marked up as <p> or set apart by
 * empty lines, are paragraphs also there. */
static bool is_joined(const struct dc_page *page, struct place above,
                      struct place below) {
    if (above.group == DC_NONE || above.group != below.group)
        return false;
    unsigned above_tag = page->nodes[above.unit].tag;
    unsigned below_tag = page->nodes[below.unit].tag;
    if ((dc_tag_flags(above_tag) | dc_tag_flags(below_tag)) & DC_HEADING)
        return false;
    if (page->nodes[above.group].tag == DC_TAG_pre)
        return true;
    return above.item != below.item ||
           (above.unit != below.unit && below_tag != DC_TAG_p);
}

static bool is_printed(const struct dc_page *page, size_t block,
                       uint32_t keep) {
    return (keep >> page->labels[block] & 1) != 0 &&
           !(page->hidden && page->hidden[block]);
}

void dc_render_text(const struct dc_page *page, uint32_t keep,
                    struct dc_output *output) {
    if (page->block_count == 0)
        return;
    struct place *places = places_new(page);
    if (!places) {
        output->failed = true;
        return;
    }
    size_t last = SIZE_MAX; /* the block printed before */
    for (size_t block = 0; block < page->block_count; block++) {
        if (!is_printed(page, block, keep))
            continue;
        if (last != SIZE_MAX &&
            !is_joined(page, places[page->blocks[last].node],
                       places[page->blocks[block].node]))
            dc_output_write(output, "\n", 1);
        struct dc_text text = dc_block_text(page, block);
        dc_output_write(output, text.bytes, text.length);
        dc_output_write(output, "\n", 1);
        last = block;
    }
    free(places);
}
