/* deadline.h: when to give a page up.
 *
 * No signal and no thread: the stages ask, between their parts and every so
 * often within a long loop, and stop as they do when memory has run out.
 * declutter.c tells the two apart.  A page without a limit has no deadline,
 * which costs a loop one comparison. */
#ifndef DC_DEADLINE_H
#define DC_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "declutter.h"

enum { DC_STEPS_MASK = 1023 }; /* steps between two looks at the clock */

/* Times are nanoseconds of a clock that is never set back. */
struct dc_deadline {
    uint32_t limit; /* milliseconds for a page, as given; 0: none */
    uint32_t steps;
    uint64_t start; /* of the current call */
    uint64_t end;   /* when it has to stop */
    uint64_t used;  /* by the calls for this page before */
    bool passed;    /* and then everything stops */
};

/* Begins a call for the page, which had some before unless `fresh`. */
void dc_deadline_start(struct dc_deadline *deadline,
                       const struct declutter_options *options, bool fresh);

/* Ends it.  DECLUTTER_ERROR_TIME, told in *error, when the call is too late,
 * whatever came of it; else the status it came with. */
enum declutter_status dc_deadline_finish(struct dc_deadline *deadline,
                                         enum declutter_status status,
                                         struct declutter_error *error);

/* Looks at the clock: is it too late?  NULL: never. */
bool dc_deadline_check(struct dc_deadline *deadline);

/* The same for loops: looks at the clock every so often. */
static inline bool dc_deadline_step(struct dc_deadline *deadline) {
    if (!deadline)
        return false;
    if (deadline->passed || ++deadline->steps & DC_STEPS_MASK)
        return deadline->passed;
    return dc_deadline_check(deadline);
}

#endif
