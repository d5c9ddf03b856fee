/* steady.c: a process that filters page after page settles down.
 *
 *     steady PAGES PAGE.html...
 *
 * In: pages, and how many to filter in all.  The linker leads every malloc,
 * calloc and realloc of the library to a counter here (--wrap); what libxml2,
 * uchardet, jansson and iconv allocate is not ours and is not counted.  Once
 * one page object has seen every page, no page may cost a malloc of ours any
 * more, to read, classify or render it; and filtering the small ones PAGES
 * times must leave the process as large as it was.  Out: the counts; exit 1
 * when one is too high.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declutter.h"

enum {
    ROUNDS = 3,
    SMALL_BYTES = 2048,
    GROWTH_MOST = 512 /* kB between a tenth of the pages and all of them */
};

enum step { STEP_READ, STEP_CLASSIFY, STEP_RENDER, STEP_COUNT };

/* -- The counter ---------------------------------------------------------- */

static size_t allocations;

__typeof__(malloc) __real_malloc, __wrap_malloc;
__typeof__(calloc) __real_calloc, __wrap_calloc;
__typeof__(realloc) __real_realloc, __wrap_realloc;

void *__wrap_malloc(size_t size) {
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    allocations++;
    return __real_realloc(memory, size);
}

/* -- Pages ---------------------------------------------------------------- */

static void die(const char *what, const char *why) {
    fprintf(stderr, "steady: %s: %s\n", what, why);
    exit(2);
}

static struct declutter_input *pages_read(char **paths, size_t count) {
    struct declutter_input *inputs = calloc(count, sizeof *inputs);
    struct declutter_error error;
    if (!inputs)
        die("pages", "out of memory");
    for (size_t i = 0; i < count; i++)
        if (declutter_input_read(paths[i], 0, &inputs[i], &error))
            die(paths[i], error.message);
    return inputs;
}

static void pages_free(struct declutter_input *inputs, size_t count) {
    for (size_t i = 0; i < count; i++)
        declutter_input_free(&inputs[i]);
    free(inputs);
}

static int length_sink(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return 0;
}

/* Filters one page; made[step] is how many allocations it took. */
static void page_filter(struct declutter_page *page,
                        const struct declutter_input *input,
                        size_t made[STEP_COUNT]) {
    struct declutter_error error;
    size_t printed = 0, before = allocations;
    if (declutter_page_read(page, input->bytes, input->length, NULL, &error))
        die("read", error.message);
    made[STEP_READ] = allocations - before;
    before = allocations;
    if (declutter_page_classify(page, NULL, NULL, &error))
        die("classify", error.message);
    made[STEP_CLASSIFY] = allocations - before;
    before = allocations;
    if (declutter_page_render(page, DECLUTTER_TEXT, NULL, length_sink, &printed,
                              &error))
        die("render", error.message);
    made[STEP_RENDER] = allocations - before;
}

/* -- Allocations ---------------------------------------------------------- */

static bool page_check(const char *path, const size_t made[STEP_COUNT]) {
    static const char *const names[STEP_COUNT] = {"reading", "classifying",
                                                  "rendering"};
    bool good = true;
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        if (!made[step])
            continue;
        fprintf(stderr, "steady: %s: %s made %zu allocations\n", path,
                names[step], made[step]);
        good = false;
    }
    return good;
}

static bool rounds_run(struct declutter_page *page,
                       const struct declutter_input *inputs, char **paths,
                       size_t count) {
    bool good = true;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        size_t sums[STEP_COUNT] = {0};
        for (size_t i = 0; i < count; i++) {
            size_t made[STEP_COUNT];
            page_filter(page, &inputs[i], made);
            for (unsigned step = 0; step < STEP_COUNT; step++)
                sums[step] += made[step];
            if (round > 1 && !page_check(paths[i], made))
                good = false;
        }
        printf("round %u: %zu pages, allocations: read %zu, classify %zu, "
               "render %zu\n",
               round, count, sums[STEP_READ], sums[STEP_CLASSIFY],
               sums[STEP_RENDER]);
        /* A counter that counts nothing proves nothing: the page's memory has
         * to come from somewhere. */
        if (round == 1 && !(sums[STEP_READ] && sums[STEP_RENDER]))
            die("counter", "the first round made no allocation");
    }
    return good;
}

/* -- Memory --------------------------------------------------------------- */

/* Kilobytes of the process that are in memory. */
static long resident(void) {
    char line[256];
    long kilobytes = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "VmRSS:", 6))
            kilobytes = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    if (kilobytes <= 0)
        die("/proc/self/status", "no VmRSS");
    return kilobytes;
}

/* Filters the small pages in turn until it has been `wanted` pages. */
static bool growth_check(struct declutter_page *page,
                         const struct declutter_input *inputs, size_t count,
                         size_t wanted) {
    size_t done = 0, made[STEP_COUNT];
    long before = 0;
    while (done < wanted) {
        size_t start = done;
        for (size_t i = 0; i < count && done < wanted; i++) {
            if (inputs[i].length > SMALL_BYTES)
                continue;
            page_filter(page, &inputs[i], made);
            if (++done == wanted / 10)
                before = resident();
        }
        if (done == start)
            die("pages", "none is small");
    }
    long after = resident();
    printf("%zu pages: %ld kB after a tenth of them, %ld kB at the end\n", done,
           before, after);
    if (after - before <= GROWTH_MOST)
        return true;
    fprintf(stderr, "steady: the process grew by %ld kB\n", after - before);
    return false;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: steady PAGES PAGE.html...\n", stderr);
        return 2;
    }
    char *end;
    unsigned long wanted = strtoul(argv[1], &end, 10);
    if (*end || wanted < 100)
        die(argv[1], "not a number of pages, 100 or more");
    char **paths = argv + 2;
    size_t count = (size_t)argc - 2;
    struct declutter_input *inputs = pages_read(paths, count);
    struct declutter_page *page = declutter_page_new();
    if (!page)
        die("page", "out of memory");
    bool settled = rounds_run(page, inputs, paths, count);
    bool level = growth_check(page, inputs, count, wanted);
    declutter_page_free(page);
    pages_free(inputs, count);
    return settled && level ? 0 : 1;
}
