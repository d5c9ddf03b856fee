/* jobs.h: the same work over many items by several threads, with the results
 * delivered in the order of the items.
 *
 * A job is one item on its way.  Its result is kept by the caller, under the
 * number of the slot: there are never more than `slots` jobs between handing
 * out and delivery, so memory is bounded however slow one of them is. */
#ifndef DC_JOBS_H
#define DC_JOBS_H

#include <stdbool.h>
#include <stddef.h>

enum { DC_JOBS_MAX = 64, DC_JOBS_SLOTS_MAX = 4 * DC_JOBS_MAX };

struct dc_jobs; /* one run */

struct dc_job {
    size_t item;     /* 0..count-1 */
    size_t slot;     /* 0..slots-1: belongs to this job until delivered */
    unsigned worker; /* 0..threads-1: names the caller's state of a thread */
};

struct dc_jobs_task {
    /* Fills the slot.  Called by many threads at once, items in any order. */
    void (*work)(void *context, struct dc_jobs *jobs, struct dc_job job);
    /* Empties the slot.  Called by one thread at a time, items in order; false
     * ends the run: nothing is handed out or delivered any more. */
    bool (*deliver)(void *context, struct dc_job job);
    void *context;
};

/* Returns when all items are delivered, or the run has ended early.  The
 * calling thread works too; a thread that cannot be started leaves its work to
 * the others. */
void dc_jobs_run(unsigned threads, size_t slots, size_t count,
                 const struct dc_jobs_task *task);

/* For work that cannot be done out of order: waits until all items before this
 * one are delivered.  false: the run has ended, the result is not wanted. */
bool dc_jobs_await_turn(struct dc_jobs *jobs, struct dc_job job);

#endif
