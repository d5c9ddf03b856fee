/* progress.h: one line on a terminal that says how far a long run is. */
#ifndef DC_PROGRESS_H
#define DC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct dc_progress {
    bool active;  /* standard error is a terminal, and not --quiet */
    double shown; /* when the line was written last, seconds */
};

void dc_progress_init(struct dc_progress *progress, bool quiet);
/* Writes the line, at most six times a second; `context` is the struct, so
 * that the trainer can call it as well. */
void dc_progress_show(void *context, const char *stage, size_t done,
                      size_t total);
/* Wipes the line, so that other output starts on a clean one. */
void dc_progress_clear(struct dc_progress *progress);

#endif
