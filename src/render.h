/* render.h: tape + labels -> output, all formats through one sink. */
#ifndef DC_RENDER_H
#define DC_RENDER_H

#include "page.h"

/* Collects small writes and remembers the first failure. */
struct dc_output {
    declutter_sink sink;
    void *context;
    size_t used;
    bool failed;
    struct dc_deadline *deadline; /* of the page, or NULL */
    bool flattened;               /* the outline nested too deep */
    bool refused; /* by the sink; else it failed for want of memory */
    char buffer[1 << 14];
};

/* The warning that tells so. */
extern const char dc_warning_flattened[];

void dc_output_write(struct dc_output *output, const char *bytes,
                     size_t length);
void dc_output_string(struct dc_output *output, const char *string);
void dc_output_flush(struct dc_output *output);

/* JSON string with quotes; control characters escaped. */
void dc_output_json_string(struct dc_output *output, const char *bytes,
                           size_t length);
/* A number with at most 6 significant digits, always in the C locale. */
void dc_output_number(struct dc_output *output, double number);

/* What of a page is printed. */
struct dc_view {
    uint32_t keep; /* bit i: blocks of label i */
    bool links, images;
    bool front_matter;
};

/* One function a format; `keep` has bit i set when label i is printed.  Text
 * is plain without links and images. */
void dc_render_text(const struct dc_page *page, uint32_t keep,
                    struct dc_output *output);
void dc_render_plain(const struct dc_page *page, const struct dc_view *view,
                     struct dc_output *output);
void dc_render_markdown(const struct dc_page *page, const struct dc_view *view,
                        struct dc_output *output);
void dc_render_html(const struct dc_page *page, const struct dc_view *view,
                    struct dc_output *output);
void dc_render_blocks(const struct dc_page *page, struct dc_output *output);
void dc_render_json(const struct dc_page *page,
                    const struct declutter_metadata *metadata, uint32_t keep,
                    struct dc_output *output);
/* Metadata as YAML between two lines of "---", for Markdown. */
void dc_render_front_matter(const struct dc_page *page,
                            const struct declutter_metadata *metadata,
                            struct dc_output *output);

#endif
