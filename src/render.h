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
    char buffer[1 << 14];
};

void dc_output_write(struct dc_output *output, const char *bytes,
                     size_t length);
void dc_output_string(struct dc_output *output, const char *string);
void dc_output_flush(struct dc_output *output);

/* JSON string with quotes; control characters escaped. */
void dc_output_json_string(struct dc_output *output, const char *bytes,
                           size_t length);
/* A number with at most 6 significant digits, always in the C locale. */
void dc_output_number(struct dc_output *output, double number);

/* One function a format; `keep` has bit i set when label i is printed. */
void dc_render_text(const struct dc_page *page, uint32_t keep,
                    struct dc_output *output);
void dc_render_blocks(const struct dc_page *page, struct dc_output *output);
void dc_render_json(const struct dc_page *page, uint32_t keep,
                    struct dc_output *output);

#endif
