/* jobs.c: items worked on by several threads, delivered in order.
 *
 * In: a task and a number of items.  Out: every item worked on once, every
 * result delivered once, in the order of the items.  Items differ a lot in
 * cost (pages do), so each thread takes the next one when it is free.  There
 * is no thread that only delivers: whoever finishes the item whose turn it is
 * delivers it and all finished ones behind it, without holding the lock, while
 * the others work on.  A slow receiver thus stops nobody until the slots are
 * full, and then everybody.
 */
#include "jobs.h"

#include <pthread.h>

struct dc_jobs {
    pthread_mutex_t lock;
    pthread_cond_t moved; /* something was delivered, or the run has ended */
    const struct dc_jobs_task *task;
    size_t count, slots;
    size_t next;      /* the item to be handed out */
    size_t delivered; /* all items before this one are */
    bool delivering;  /* some thread is at it */
    bool ended;
    bool finished[DC_JOBS_SLOTS_MAX]; /* the slot waits for its delivery */
};

struct worker {
    struct dc_jobs *jobs;
    unsigned number;
};

/* false: nothing is left to do. */
static bool job_take(struct dc_jobs *jobs, struct dc_job *job) {
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->ended && jobs->next < jobs->count &&
           jobs->next - jobs->delivered >= jobs->slots)
        pthread_cond_wait(&jobs->moved, &jobs->lock);
    bool taken = !jobs->ended && jobs->next < jobs->count;
    if (taken) {
        job->item = jobs->next++;
        job->slot = job->item % jobs->slots;
    }
    pthread_mutex_unlock(&jobs->lock);
    return taken;
}

/* Delivers all that can be.  The lock is held, but not while delivering. */
static void results_deliver(struct dc_jobs *jobs, unsigned worker) {
    size_t slot = jobs->delivered % jobs->slots;
    jobs->delivering = true;
    while (!jobs->ended && jobs->finished[slot]) {
        struct dc_job job = {jobs->delivered, slot, worker};
        pthread_mutex_unlock(&jobs->lock);
        bool wanted = jobs->task->deliver(jobs->task->context, job);
        pthread_mutex_lock(&jobs->lock);
        jobs->finished[slot] = false;
        jobs->delivered++;
        jobs->ended = !wanted;
        pthread_cond_broadcast(&jobs->moved);
        slot = jobs->delivered % jobs->slots;
    }
    jobs->delivering = false;
}

/* A thread that is delivering looks again before it stops, hence what is
 * finished meanwhile is not forgotten. */
static void job_finish(struct dc_jobs *jobs, struct dc_job job) {
    pthread_mutex_lock(&jobs->lock);
    jobs->finished[job.slot] = true;
    if (!jobs->delivering)
        results_deliver(jobs, job.worker);
    pthread_mutex_unlock(&jobs->lock);
}

bool dc_jobs_await_turn(struct dc_jobs *jobs, struct dc_job job) {
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->ended && jobs->delivered != job.item)
        pthread_cond_wait(&jobs->moved, &jobs->lock);
    bool wanted = !jobs->ended;
    pthread_mutex_unlock(&jobs->lock);
    return wanted;
}

static void *work(void *argument) {
    const struct worker *worker = argument;
    struct dc_jobs *jobs = worker->jobs;
    struct dc_job job = {.worker = worker->number};
    while (job_take(jobs, &job)) {
        jobs->task->work(jobs->task->context, jobs, job);
        job_finish(jobs, job);
    }
    return NULL;
}

static void workers_run(struct dc_jobs *jobs, unsigned threads) {
    struct worker workers[DC_JOBS_MAX];
    pthread_t ids[DC_JOBS_MAX];
    unsigned started = 1; /* this thread */
    for (; started < threads; started++) {
        workers[started] = (struct worker){jobs, started};
        if (pthread_create(&ids[started], NULL, work, &workers[started]) != 0)
            break;
    }
    workers[0] = (struct worker){jobs, 0};
    work(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(ids[i], NULL);
}

void dc_jobs_run(unsigned threads, size_t slots, size_t count,
                 const struct dc_jobs_task *task) {
    struct dc_jobs jobs = {.task = task, .count = count, .slots = slots};
    if (threads > DC_JOBS_MAX)
        threads = DC_JOBS_MAX;
    if (jobs.slots < 1)
        jobs.slots = 1;
    if (jobs.slots > DC_JOBS_SLOTS_MAX)
        jobs.slots = DC_JOBS_SLOTS_MAX;
    pthread_mutex_init(&jobs.lock, NULL);
    pthread_cond_init(&jobs.moved, NULL);
    workers_run(&jobs, threads);
    pthread_cond_destroy(&jobs.moved);
    pthread_mutex_destroy(&jobs.lock);
}
