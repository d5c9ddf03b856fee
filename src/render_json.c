/* render_json.c: a page as JSON, either one object a block or one a page.
 *
 * In: a classified page, its metadata.  Out: lines of JSON, each complete in
 * itself, so that a reader can take them one by one and a broken pipe loses one
 * line at most. Written straight to the sink: no tree of values is built for a
 * dozen keys. Text is valid UTF-8 already, therefore escaping looks at bytes
 * only and may be cut anywhere.
 */
#include "render.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

/* Levels of a path that are printed.  Real pages have fewer; a hostile page
 * has a million, and a path a block that long would be quadratic output. */
enum { PATH_LEVELS = 64 };

/* -- Values ---------------------------------------------------------------- */

static bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void write_escape(struct dc_output *output, unsigned char byte) {
    static const char hex[] = "0123456789abcdef";
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known = byte ? strchr(from, byte) : NULL;
    if (known) {
        dc_output_write(output, "\\", 1);
        dc_output_write(output, to + (known - from), 1);
    } else {
        dc_output_string(output, "\\u00");
        dc_output_write(output, hex + (byte >> 4), 1);
        dc_output_write(output, hex + (byte & 15), 1);
    }
}

static void write_escaped(struct dc_output *output, const char *bytes,
                          size_t length) {
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        if (is_plain((unsigned char)bytes[i]))
            continue;
        dc_output_write(output, bytes + start, i - start);
        write_escape(output, (unsigned char)bytes[i]);
        start = i + 1;
    }
    dc_output_write(output, bytes + start, length - start);
}

void dc_output_json_string(struct dc_output *output, const char *bytes,
                           size_t length) {
    dc_output_write(output, "\"", 1);
    write_escaped(output, bytes, length);
    dc_output_write(output, "\"", 1);
}

static void write_name(struct dc_output *output, const char *name) {
    dc_output_json_string(output, name, strlen(name));
}

static void write_count(struct dc_output *output, size_t count) {
    char digits[24];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + count % 10);
        count /= 10;
    } while (count);
    dc_output_write(output, digits + start, sizeof digits - start);
}

/* Four decimals: what a probability or a share is good for. */
static void write_share(struct dc_output *output, double share) {
    dc_output_number(output, round(share * 1e4) / 1e4);
}

/* -- Paths ----------------------------------------------------------------- */

/* Position of every node among its siblings of the same tag, from 1; 0 when
 * it is the only one.  `next` links siblings, `first` holds children. */
static void number_siblings(const struct dc_page *page, const uint32_t *first,
                            const uint32_t *next, uint32_t *position) {
    uint32_t seen[DC_TAG_COUNT] = {0};
    for (size_t parent = 0; parent < page->node_count; parent++) {
        uint32_t child;
        for (child = first[parent]; child != DC_NONE; child = next[child])
            position[child] = ++seen[page->nodes[child].tag];
        for (child = first[parent]; child != DC_NONE; child = next[child])
            if (seen[page->nodes[child].tag] == 1)
                position[child] = 0;
        for (child = first[parent]; child != DC_NONE; child = next[child])
            seen[page->nodes[child].tag] = 0;
    }
}

/* One position a node, NULL when out of memory.  Counting per block instead
 * would be quadratic in the siblings. */
static uint32_t *positions_new(const struct dc_page *page) {
    size_t count = page->node_count;
    uint32_t *memory = dc_arena_alloc(page->scratch, count, 3 * sizeof *memory);
    if (!memory)
        return NULL;
    uint32_t *first = memory + count, *next = first + count;
    memset(first, 0xFF, count * sizeof *first);
    memset(memory, 0, count * sizeof *memory);
    for (size_t i = count; i-- > 0;) {
        uint32_t parent = page->nodes[i].parent;
        next[i] = DC_NONE;
        if (parent == DC_NONE)
            continue;
        next[i] = first[parent];
        first[parent] = (uint32_t)i;
    }
    number_siblings(page, first, next, memory);
    return memory;
}

/* From the root's child down; the root is the page, not an element of it.  Tag
 * names hold nothing that JSON escapes. */
static void write_path(struct dc_output *output, const struct dc_page *page,
                       const uint32_t *positions, uint32_t node) {
    const struct dc_node *nodes = page->nodes;
    uint32_t steps[PATH_LEVELS];
    size_t count = 0;
    for (; nodes[node].parent != DC_NONE && count < PATH_LEVELS;
         node = nodes[node].parent)
        steps[count++] = node;
    dc_output_string(output, nodes[node].parent == DC_NONE ? "\"" : "\".../");
    while (count-- > 0) {
        /* cppcheck-suppress uninitvar; the loop above wrote it */
        uint32_t step = steps[count];
        dc_output_string(output, dc_tag_name(nodes[step].tag));
        if (positions[step]) {
            dc_output_write(output, "[", 1);
            write_count(output, positions[step]);
            dc_output_write(output, "]", 1);
        }
        if (count)
            dc_output_write(output, "/", 1);
    }
    dc_output_write(output, "\"", 1);
}

/* -- One object a block ---------------------------------------------------- */

static void write_scores(struct dc_output *output, const struct dc_page *page,
                         const float *scores) {
    uint32_t count = declutter_model_label_count(page->model);
    for (uint32_t label = 0; label < count; label++) {
        dc_output_string(output, label ? "," : "{");
        write_name(output, declutter_model_label_name(page->model, label));
        dc_output_write(output, ":", 1);
        write_share(output, (double)scores[label]);
    }
    dc_output_write(output, "}", 1);
}

static void write_block(struct dc_output *output, const struct dc_page *page,
                        const uint32_t *positions, size_t index) {
    const struct declutter_block *block = &page->views[index];
    dc_output_string(output, "{\"index\":");
    write_count(output, index);
    dc_output_string(output, ",\"label\":");
    write_name(output, declutter_model_label_name(page->model, block->label));
    dc_output_string(output, ",\"scores\":");
    write_scores(output, page, block->scores);
    dc_output_string(output, ",\"tag\":");
    write_name(output, block->tag);
    dc_output_string(output, ",\"path\":");
    write_path(output, page, positions, page->blocks[index].node);
    dc_output_string(output, ",\"text\":");
    dc_output_json_string(output, block->text, block->length);
    dc_output_string(output, ",\"words\":");
    write_count(output, block->words);
    dc_output_string(output, ",\"link_density\":");
    write_share(output, (double)block->link_density);
    dc_output_string(output, "}\n");
}

void dc_render_blocks(const struct dc_page *page, struct dc_output *output) {
    if (page->block_count == 0)
        return;
    uint32_t *positions = positions_new(page);
    if (!positions) {
        output->failed = true;
        return;
    }
    for (size_t i = 0; i < page->block_count && !output->failed; i++)
        write_block(output, page, positions, i);
}

/* -- One object a page ----------------------------------------------------- */

/* Where plain text goes to become the inside of a JSON string.  Line ends
 * wait for the next text: the last one ends a file, not a string. */
struct quoted {
    struct dc_output *output;
    size_t line_ends;
};

static int write_quoted(void *context, const char *bytes, size_t length) {
    struct quoted *quoted = context;
    size_t end = length;
    while (end && bytes[end - 1] == '\n')
        end--;
    if (end) {
        for (; quoted->line_ends; quoted->line_ends--)
            dc_output_string(quoted->output, "\\n");
        write_escaped(quoted->output, bytes, end);
    }
    quoted->line_ends += length - end;
    return quoted->output->failed ? -1 : 0;
}

static void write_page_text(struct dc_output *output,
                            const struct dc_page *page, uint32_t keep) {
    struct quoted quoted = {output, 0};
    struct dc_output plain;
    plain.sink = write_quoted;
    plain.context = &quoted;
    plain.used = 0;
    plain.failed = false;
    plain.deadline = output->deadline;
    plain.flattened = false;
    dc_output_write(output, "\"", 1);
    if (page->body.length && (keep & 1))
        dc_output_write(&plain, page->body.bytes, page->body.length);
    else
        dc_render_text(page, keep, &plain);
    dc_output_flush(&plain);
    if (plain.failed)
        output->failed = true;
    output->flattened = plain.flattened;
    dc_output_write(output, "\"", 1);
}

/* The address came from outside: what is not UTF-8 would spoil the line. */
static void write_url(struct dc_output *output, const char *url) {
    size_t length = url ? strlen(url) : 0;
    if (length && dc_utf8_valid(url, length) == length)
        dc_output_json_string(output, url, length);
    else
        dc_output_string(output, "null");
}

/* ,"KEY":"VALUE", or null for what the page does not say. */
static void write_field(struct dc_output *output, const char *key,
                        const char *value) {
    dc_output_write(output, ",", 1);
    write_name(output, key);
    dc_output_write(output, ":", 1);
    if (value)
        write_name(output, value);
    else
        dc_output_string(output, "null");
}

static void write_list(struct dc_output *output, const char *key,
                       const char *const *items) {
    dc_output_write(output, ",", 1);
    write_name(output, key);
    dc_output_string(output, ":[");
    for (size_t i = 0; items[i]; i++) {
        if (i)
            dc_output_write(output, ",", 1);
        write_name(output, items[i]);
    }
    dc_output_write(output, "]", 1);
}

static void write_metadata(struct dc_output *output,
                           const struct declutter_metadata *metadata) {
    write_field(output, "title", metadata->title);
    write_field(output, "author", metadata->author);
    write_field(output, "date", metadata->date);
    write_field(output, "sitename", metadata->sitename);
    write_field(output, "description", metadata->description);
    write_field(output, "language", metadata->language);
    write_field(output, "image", metadata->image);
    write_field(output, "license", metadata->license);
}

static void write_more_metadata(struct dc_output *output,
                                const struct declutter_metadata *metadata) {
    write_list(output, "authors", metadata->authors);
    write_field(output, "date_modified", metadata->date_modified);
    write_field(output, "canonical", metadata->canonical);
    write_list(output, "tags", metadata->tags);
}

static void write_label_counts(struct dc_output *output,
                               const struct dc_page *page) {
    size_t counts[DC_LABELS_MAX] = {0};
    uint32_t labels = declutter_model_label_count(page->model);
    for (size_t block = 0; block < page->block_count; block++)
        counts[page->labels[block]]++;
    for (uint32_t label = 0; label < labels; label++) {
        dc_output_string(output, label ? "," : "{");
        write_name(output, declutter_model_label_name(page->model, label));
        dc_output_write(output, ":", 1);
        write_count(output, counts[label]);
    }
    dc_output_write(output, "}", 1);
}

static void write_warnings(struct dc_output *output,
                           const struct dc_page *page) {
    dc_output_write(output, "[", 1);
    for (size_t i = 0; i < page->warning_count; i++) {
        if (i)
            dc_output_write(output, ",", 1);
        write_name(output, page->warnings[i]);
    }
    if (output->flattened) {
        if (page->warning_count)
            dc_output_write(output, ",", 1);
        write_name(output, dc_warning_flattened);
    }
    dc_output_write(output, "]", 1);
}

void dc_render_json(const struct dc_page *page,
                    const struct declutter_metadata *metadata, uint32_t keep,
                    struct dc_output *output) {
    dc_output_string(output, "{\"url\":");
    write_url(output, page->url);
    write_metadata(output, metadata);
    dc_output_string(output, ",\"text\":");
    write_page_text(output, page, keep);
    write_more_metadata(output, metadata);
    dc_output_string(output, ",\"labels\":");
    write_label_counts(output, page);
    dc_output_string(output, ",\"charset\":");
    write_name(output, page->charset);
    dc_output_string(output, ",\"warnings\":");
    write_warnings(output, page);
    dc_output_string(output, "}\n");
}
