/* parallel.c: items handed out one by one to a few threads.
 *
 * In: a task and a number of items.  Items differ a lot in cost (pages, SVMs),
 * so each thread takes the next one when it is free.  What a task computes
 * must not depend on the order; then the number of threads changes nothing
 * but the time.
 */
#include "parallel.h"

#include <pthread.h>

enum { THREADS_MAX = 64 };

struct queue {
    pthread_mutex_t lock;
    size_t next, count;
    dc_parallel_task task;
    void *context;
};

struct worker {
    struct queue *queue;
    unsigned number;
};

static void *work(void *argument) {
    const struct worker *worker = argument;
    struct queue *queue = worker->queue;
    for (;;) {
        pthread_mutex_lock(&queue->lock);
        size_t item = queue->next;
        queue->next += item < queue->count;
        pthread_mutex_unlock(&queue->lock);
        if (item >= queue->count)
            return NULL;
        queue->task(queue->context, item, worker->number);
    }
}

void dc_parallel_run(unsigned threads, size_t count, dc_parallel_task task,
                     void *context) {
    struct queue queue = {.count = count, .task = task, .context = context};
    struct worker workers[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    unsigned started = 0;
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    pthread_mutex_init(&queue.lock, NULL);
    for (unsigned i = 1; i < threads; i++) {
        workers[i] = (struct worker){&queue, i};
        if (pthread_create(&ids[started], NULL, work, &workers[i]) != 0)
            break;
        started++;
    }
    workers[0] = (struct worker){&queue, 0};
    work(&workers[0]);
    for (unsigned i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
    pthread_mutex_destroy(&queue.lock);
}
