/* render_front_matter.c: metadata as YAML, on top of Markdown.
 *
 * In: what the page says of itself.  Out: the keys it has a value for, between
 * two lines of "---".  Every value is a double-quoted string, the one form in
 * which no text can mean anything else, whatever it begins with.
 */
#include "render.h"

#include <string.h>

#include "utf8.h"

static void field_write(struct dc_output *output, const char *key,
                        const char *value) {
    if (!value)
        return;
    dc_output_string(output, key);
    dc_output_string(output, ": ");
    dc_output_json_string(output, value, strlen(value));
    dc_output_write(output, "\n", 1);
}

static void list_write(struct dc_output *output, const char *key,
                       const char *const *items) {
    if (!items || !*items)
        return;
    dc_output_string(output, key);
    dc_output_string(output, ":\n");
    for (; *items; items++) {
        dc_output_string(output, "  - ");
        dc_output_json_string(output, *items, strlen(*items));
        dc_output_write(output, "\n", 1);
    }
}

void dc_render_front_matter(const struct dc_page *page,
                            const struct declutter_metadata *metadata,
                            struct dc_output *output) {
    const char *url = metadata->canonical ? metadata->canonical : page->url;
    if (url && dc_utf8_valid(url, strlen(url)) != strlen(url))
        url = NULL; /* it came from outside */
    dc_output_string(output, "---\n");
    field_write(output, "title", metadata->title);
    list_write(output, "authors", metadata->authors);
    field_write(output, "date", metadata->date);
    field_write(output, "date_modified", metadata->date_modified);
    field_write(output, "sitename", metadata->sitename);
    field_write(output, "description", metadata->description);
    field_write(output, "language", metadata->language);
    field_write(output, "url", url);
    field_write(output, "image", metadata->image);
    list_write(output, "tags", metadata->tags);
    field_write(output, "license", metadata->license);
    dc_output_string(output, "---\n\n");
}
