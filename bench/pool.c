/* pool.c: a counter that threads draw the next item from.
 *
 * In: a task and a number of items.  Out: the task was called once for each.
 * The calling thread is worker 0 and alone shows progress.  A thread that
 * cannot be started is no failure: the others do its share.
 */
#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>

struct pool_run {
    const struct dc_pool *pool;
    atomic_size_t next;
    size_t count;
};

struct pool_worker {
    struct pool_run *run;
    unsigned number;
};

static void *worker_run(void *argument) {
    struct pool_worker *worker = argument;
    struct pool_run *run = worker->run;
    const struct dc_pool *pool = run->pool;
    for (;;) {
        size_t item = atomic_fetch_add(&run->next, 1);
        if (item >= run->count)
            return NULL;
        pool->task(pool->context, item, worker->number);
        if (!worker->number)
            dc_progress_show(pool->progress, pool->stage, item + 1, run->count);
    }
}

void dc_pool_run(const struct dc_pool *pool, size_t count) {
    pthread_t threads[DC_POOL_THREADS_MAX];
    struct pool_worker workers[DC_POOL_THREADS_MAX];
    struct pool_run run = {.pool = pool, .count = count};
    unsigned started = 1;
    atomic_init(&run.next, 0);
    for (unsigned i = 0; i < DC_POOL_THREADS_MAX; i++)
        workers[i] = (struct pool_worker){&run, i};
    while (
        started < pool->threads && started < DC_POOL_THREADS_MAX &&
        !pthread_create(&threads[started], NULL, worker_run, &workers[started]))
        started++;
    worker_run(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(threads[i], NULL);
    dc_progress_clear(pool->progress);
}
