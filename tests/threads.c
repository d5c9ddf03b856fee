/* threads.c: the library is reentrant.
 *
 *     threads MODEL PAGE.html...
 *
 * In: pages, in many charsets, and a model.  One thread filters all of them
 * in every format, and keeps what came out.  Then several threads, which begin
 * together, each with a page object of its own, do the same with the one model
 * they share, each from another page on, so that the same page is also
 * filtered by several at a time.  Half of the threads read the model anew and
 * use that.  Out: exit 1 when any output differs; built with the thread
 * sanitizer, also when two threads touch the same memory.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declutter.h"

enum { THREADS = 6, FORMATS = DECLUTTER_HTML + 1 };

struct output {
    char *bytes;
    size_t length, room;
};

struct pages {
    const char *model_path;
    const struct declutter_model *model;
    char **paths;
    struct declutter_input *inputs;
    struct output *expected; /* FORMATS a page */
    size_t count;
    pthread_barrier_t start;
};

struct worker {
    struct pages *pages;
    size_t number;
    size_t compared;
    bool failed;
};

static bool complain(const char *what, const char *why) {
    fprintf(stderr, "threads: %s: %s\n", what, why);
    return false;
}

static int append(void *context, const char *bytes, size_t length) {
    struct output *output = context;
    if (length > output->room - output->length) {
        size_t room = (output->length + length) * 2;
        char *grown = realloc(output->bytes, room);
        if (!grown)
            return -1;
        output->bytes = grown;
        output->room = room;
    }
    if (length)
        memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
    return 0;
}

/* One page in every format; outputs[format] begins empty. */
static bool page_filter(const struct pages *pages, size_t number,
                        const struct declutter_model *model,
                        struct declutter_page *page, struct output *outputs) {
    const struct declutter_input *input = &pages->inputs[number];
    struct declutter_options options = {.url = "https://example.org/a/b",
                                        .front_matter = 1};
    struct declutter_error error;
    if (declutter_page_read(page, input->bytes, input->length, &options,
                            &error) ||
        declutter_page_classify(page, model, &options, &error))
        return complain(pages->paths[number], error.message);
    for (unsigned format = 0; format < FORMATS; format++) {
        outputs[format].length = 0;
        if (declutter_page_render(page, (enum declutter_format)format, &options,
                                  append, &outputs[format], &error))
            return complain(pages->paths[number], error.message);
    }
    return true;
}

static void outputs_free(struct output *outputs, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(outputs[i].bytes);
}

/* -- One of the threads --------------------------------------------------- */

static bool page_compare(const struct pages *pages, size_t number,
                         const struct output *outputs) {
    for (size_t format = 0; format < FORMATS; format++) {
        const struct output *expected =
            &pages->expected[number * FORMATS + format];
        if (expected->length != outputs[format].length ||
            (expected->length != 0 &&
             memcmp(expected->bytes, outputs[format].bytes, expected->length) !=
                 0))
            return complain(pages->paths[number], "another output");
    }
    return true;
}

static bool pages_compare(struct worker *worker,
                          const struct declutter_model *model,
                          struct declutter_page *page) {
    const struct pages *pages = worker->pages;
    struct output outputs[FORMATS] = {0};
    bool good = true;
    for (size_t i = 0; good && i < pages->count; i++) {
        size_t number =
            (i + worker->number * pages->count / THREADS) % pages->count;
        good = page_filter(pages, number, model, page, outputs) &&
               page_compare(pages, number, outputs);
        worker->compared += good;
    }
    outputs_free(outputs, FORMATS);
    return good;
}

static void *work(void *argument) {
    struct worker *worker = argument;
    const struct pages *pages = worker->pages;
    struct declutter_error error = {.message = "out of memory"};
    struct declutter_model *own = NULL;
    bool reads = worker->number % 2 != 0;
    pthread_barrier_wait(&worker->pages->start);
    struct declutter_page *page = declutter_page_new();
    if (!page || (reads && declutter_model_load(pages->model_path, &own,
                                                &error) != DECLUTTER_OK))
        worker->failed = !complain(pages->model_path, error.message);
    else
        worker->failed = !pages_compare(worker, own ? own : pages->model, page);
    declutter_page_free(page);
    declutter_model_free(own);
    return NULL;
}

/* -- All of them ---------------------------------------------------------- */

static bool threads_run(struct pages *pages) {
    struct worker workers[THREADS] = {0};
    pthread_t ids[THREADS];
    bool good = true;
    if (pthread_barrier_init(&pages->start, NULL, THREADS) != 0)
        return complain("barrier", "cannot be made");
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.pages = pages, .number = i};
        /* Those that run wait for the missing one for ever: end. */
        if (pthread_create(&ids[i], NULL, work, &workers[i]) != 0) {
            complain("thread", "cannot be made");
            exit(2);
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(ids[i], NULL);
        good =
            good && !workers[i].failed && workers[i].compared == pages->count;
    }
    pthread_barrier_destroy(&pages->start);
    return good;
}

/* What one thread alone makes of the pages, all in one page object. */
static bool pages_expect(struct pages *pages) {
    struct declutter_page *page = declutter_page_new();
    struct declutter_error error;
    bool good = page && pages->inputs && pages->expected;
    if (!good)
        complain("pages", "out of memory");
    for (size_t i = 0; good && i < pages->count; i++)
        good = declutter_input_read(pages->paths[i], 0, &pages->inputs[i],
                                    &error) == DECLUTTER_OK
                   ? page_filter(pages, i, pages->model, page,
                                 &pages->expected[i * FORMATS])
                   : complain(pages->paths[i], error.message);
    declutter_page_free(page);
    return good;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: threads MODEL PAGE.html...\n");
        return 2;
    }
    struct pages pages = {.model_path = argv[1],
                          .model = declutter_model_default(),
                          .paths = argv + 2,
                          .count = (size_t)argc - 2};
    pages.inputs = calloc(pages.count, sizeof *pages.inputs);
    pages.expected = calloc(pages.count * FORMATS, sizeof *pages.expected);
    bool good = pages_expect(&pages) && threads_run(&pages);
    for (size_t i = 0; pages.inputs && i < pages.count; i++)
        declutter_input_free(&pages.inputs[i]);
    if (pages.expected)
        outputs_free(pages.expected, pages.count * FORMATS);
    free(pages.inputs);
    free(pages.expected);
    if (good)
        printf("threads: %zu pages, %d threads, %d formats: the same\n",
               pages.count, THREADS, FORMATS);
    return good ? 0 : 1;
}
