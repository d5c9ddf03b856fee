/* pool.c: dc_parallel_run with a progress line.
 *
 * In: a task and a number of items.  Out: the task was called once for each.
 * The calling thread is worker 0 and alone shows progress.  A thread that
 * cannot be started is no failure: the others do its share.
 */
#include "pool.h"

#include "parallel.h"

struct pool_run {
    const struct dc_pool *pool;
    size_t count;
};

static void item_run(void *context, size_t item, unsigned worker) {
    const struct pool_run *run = context;
    const struct dc_pool *pool = run->pool;
    pool->task(pool->context, item, worker);
    if (!worker)
        dc_progress_show(pool->progress, pool->stage, item + 1, run->count);
}

void dc_pool_run(const struct dc_pool *pool, size_t count) {
    struct pool_run run = {pool, count};
    dc_parallel_run(pool->threads, count, item_run, &run);
    dc_progress_clear(pool->progress);
}
