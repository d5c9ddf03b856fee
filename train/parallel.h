/* parallel.h: the same task over many items, on a few threads. */
#ifndef DC_PARALLEL_H
#define DC_PARALLEL_H

#include <stddef.h>

/* Works on item `item`; `worker` (0..threads-1) names the caller's own state
 * of that thread. */
typedef void (*dc_parallel_task)(void *context, size_t item, unsigned worker);

/* Runs the task on every item 0..count-1, each exactly once, in no particular
 * order, and returns when all are done.  `threads` is at most 64; a thread
 * that cannot be started leaves its work to the others. */
void dc_parallel_run(unsigned threads, size_t count, dc_parallel_task task,
                     void *context);

#endif
