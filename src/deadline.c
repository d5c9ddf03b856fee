/* deadline.c: the time a page may take.
 *
 * In: options with a limit, the calls made for a page.  Out: whether it is too
 * late.  The limit holds for reading, classifying and rendering a page
 * together; what the caller does in between is not the page's fault and does
 * not count.  Once too late is always too late: what a stage left undone must
 * not be taken for a result by the next.
 */
#include "deadline.h"

#include <time.h>

#include "page.h"

static uint64_t clock_now(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void dc_deadline_start(struct dc_deadline *deadline,
                       const struct declutter_options *options, bool fresh) {
    if (fresh)
        *deadline = (struct dc_deadline){.limit = 0};
    deadline->limit = options ? options->max_milliseconds : 0;
    deadline->passed = false;
    if (!deadline->limit)
        return;
    uint64_t whole = (uint64_t)deadline->limit * 1000000u;
    deadline->start = clock_now();
    deadline->end = deadline->start;
    if (deadline->used < whole)
        deadline->end += whole - deadline->used;
}

bool dc_deadline_check(struct dc_deadline *deadline) {
    if (!deadline)
        return false;
    if (!deadline->passed)
        deadline->passed = clock_now() >= deadline->end;
    return deadline->passed;
}

enum declutter_status dc_deadline_finish(struct dc_deadline *deadline,
                                         enum declutter_status status,
                                         struct declutter_error *error) {
    if (!deadline->limit)
        return status;
    deadline->used += clock_now() - deadline->start;
    if (!dc_deadline_check(deadline))
        return status;
    return dc_fail(error, DECLUTTER_ERROR_TIME, 0, "took longer than %g %s",
                   deadline->limit / 1000.0,
                   deadline->limit == 1000 ? "second" : "seconds");
}
