/* pool.h: the same task over many items, on a few threads. */
#ifndef DC_POOL_H
#define DC_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "progress.h"

enum { DC_POOL_THREADS_MAX = 64 };

struct dc_pool {
    unsigned threads;
    const char *stage; /* for the progress line */
    struct dc_progress *progress;
    /* Works on item `item`; `worker` (0..threads-1) tells which of the
     * caller's per-thread states to use. */
    void (*task)(void *context, size_t item, unsigned worker);
    void *context;
};

/* Runs the task on every item 0..count-1, in no particular order. */
void dc_pool_run(const struct dc_pool *pool, size_t count);

#endif
