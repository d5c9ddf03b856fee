/* progress.c: the progress line.
 *
 * In: a stage and how much of it is done.  Out: one line on standard error,
 * rewritten in place, and nothing at all when that is not a terminal: a log
 * file full of carriage returns helps nobody.
 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "timing.h"

void dc_progress_init(struct dc_progress *progress, bool quiet) {
    progress->active = !quiet && isatty(STDERR_FILENO);
    progress->shown = 0;
}

void dc_progress_show(void *context, const char *stage, size_t done,
                      size_t total) {
    struct dc_progress *progress = context;
    if (!progress->active)
        return;
    double now = dc_seconds_wall();
    if (now - progress->shown < 1.0 / 6 && done < total)
        return;
    progress->shown = now;
    fprintf(stderr, "\r%s: %zu of %zu\033[K", stage, done, total);
    fflush(stderr);
}

void dc_progress_clear(struct dc_progress *progress) {
    if (progress->active)
        fputs("\r\033[K", stderr);
}
