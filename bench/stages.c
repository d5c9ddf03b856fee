/* stages.c: declutter-stages, which stage of the filter costs what.
 *
 * In: pages, plain or gzip.  Out: a table of the stages with their share of
 * the whole, nanoseconds a byte and milliseconds a page, beside a bare libxml2
 * SAX parse of the same bytes.  Every pass reads, filters and renders each
 * page with one page object, as a long-running user of the library does.  Of
 * a stage's times on a page the shortest pass counts: other work on the
 * machine only ever adds.  With --count nothing is timed; the same calls are
 * made once, for callgrind to count (bench/instructions.py).
 *
 * Exit status: 0 done; 1 a page could not be filtered; 2 usage.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stages_clock.h"
#include "timing.h"

static const char usage[] =
    "usage: declutter-stages [OPTION]... PAGE...\n"
    "Prints what each stage of the filter costs over the pages, beside a bare\n"
    "libxml2 SAX parse of the same bytes.  libxml2's part of \"parse\" is in\n"
    "\"parse\"; bench/instructions.py tells them apart.\n"
    "\n"
    "      --repeat=N       passes; the shortest counts (default 5)\n"
    "      --format=FORMAT  text (default), markdown, html, json or blocks\n"
    "      --count          one pass, no clock, no table: for callgrind\n"
    "  -h, --help    -V, --version\n";

enum { OPTION_REPEAT = 256, OPTION_FORMAT, OPTION_COUNT, PASSES_MAX = 1000 };

static const struct option options[] = {
    {"repeat", required_argument, NULL, OPTION_REPEAT},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"count", no_argument, NULL, OPTION_COUNT},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0}};

struct run {
    unsigned passes;
    enum declutter_format format;
    bool count;
    char **paths;
    size_t page_count;
    struct declutter_page *page;
    size_t bytes;    /* of all pages, gunzipped */
    double *seconds; /* seconds[page * DC_STAGE_COUNT + stage], the least */
};

/* -- The command line ----------------------------------------------------- */

static bool wrong(const char *what, const char *value) {
    fprintf(stderr, "declutter-stages: %s: %s\n", what, value);
    return false;
}

static bool passes_read(const char *text, unsigned *passes) {
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number < 1 ||
        number > PASSES_MAX)
        return wrong("passes must be 1..1000", text);
    *passes = (unsigned)number;
    return true;
}

static bool format_read(const char *text, enum declutter_format *format) {
    static const char *const names[] = {"text", "blocks", "json", "markdown",
                                        "html"};
    for (unsigned f = 0; f < sizeof names / sizeof *names; f++) {
        if (strcmp(text, names[f]) != 0)
            continue;
        *format = (enum declutter_format)f;
        return true;
    }
    return wrong("not a format", text);
}

/* -1: run; else the exit status. */
static int options_read(int argc, char **argv, struct run *run) {
    int option;
    while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (option == 'V') {
            printf("declutter-stages %s\n", declutter_version());
            return 0;
        }
        bool right = option == OPTION_REPEAT ? passes_read(optarg, &run->passes)
                     : option == OPTION_FORMAT
                         ? format_read(optarg, &run->format)
                         : option == OPTION_COUNT;
        if (!right)
            return 2;
        run->count = run->count || option == OPTION_COUNT;
    }
    run->paths = argv + optind;
    run->page_count = (size_t)(argc - optind);
    if (run->page_count)
        return -1;
    fputs(usage, stderr);
    return 2;
}

/* -- Passes --------------------------------------------------------------- */

static int null_sink(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return 0;
}

static enum declutter_status page_filter(struct run *run,
                                         const struct declutter_input *input,
                                         struct declutter_error *error) {
    size_t printed = 0;
    dc_stage_enter(DC_STAGE_REST);
    enum declutter_status status = declutter_page_read(
        run->page, input->bytes, input->length, NULL, error);
    if (!status)
        status = declutter_page_classify(run->page, NULL, NULL, error);
    dc_stage_leave();
    if (status)
        return status;
    dc_stage_enter(DC_STAGE_RENDER);
    status = declutter_page_render(run->page, run->format, NULL, null_sink,
                                   &printed, error);
    dc_stage_leave();
    return status;
}

static enum declutter_status page_run(struct run *run, const char *path,
                                      struct declutter_error *error) {
    struct declutter_input input;
    dc_stage_enter(DC_STAGE_READ);
    enum declutter_status status = declutter_input_read(path, 0, &input, error);
    dc_stage_leave();
    if (status)
        return status;
    run->bytes += input.length;
    status = page_filter(run, &input, error);
    dc_stage_enter(DC_STAGE_BARE);
    if (!dc_parse_bare(&input) && input.length && !status)
        status = dc_fail(error, DECLUTTER_ERROR_MEMORY, 0,
                         "the bare parse found nothing");
    dc_stage_leave();
    declutter_input_free(&input);
    return status;
}

static bool pass_run(struct run *run, unsigned pass) {
    struct declutter_error error;
    run->bytes = 0;
    for (size_t i = 0; i < run->page_count; i++) {
        double seconds[DC_STAGE_COUNT];
        if (page_run(run, run->paths[i], &error))
            return wrong(run->paths[i], error.message);
        dc_stage_take(seconds);
        double *least = run->seconds + i * DC_STAGE_COUNT;
        for (unsigned s = 0; s < DC_STAGE_COUNT; s++)
            if (!pass || seconds[s] < least[s])
                least[s] = seconds[s];
    }
    return true;
}

/* -- The table ------------------------------------------------------------ */

static void row_print(const struct run *run, const char *name, double seconds,
                      double total) {
    printf("%-10s %6.1f %% %8.3f %9.4f\n", name,
           total > 0 ? 100 * seconds / total : 0,
           run->bytes ? 1e9 * seconds / (double)run->bytes : 0,
           1e3 * seconds / (double)run->page_count);
}

static void table_print(const struct run *run) {
    double sums[DC_STAGE_COUNT] = {0}, total = 0;
    for (size_t i = 0; i < run->page_count; i++)
        for (unsigned s = 0; s < DC_STAGE_COUNT; s++)
            sums[s] += run->seconds[i * DC_STAGE_COUNT + s];
    for (unsigned s = 0; s < DC_STAGE_BARE; s++)
        total += sums[s];
    printf("%-10s %8s %8s %9s\n", "stage", "share", "ns/byte", "ms/page");
    for (unsigned s = 0; s < DC_STAGE_BARE; s++)
        row_print(run, dc_stage_name((enum dc_stage)s), sums[s], total);
    row_print(run, "total", total, total);
    row_print(run, dc_stage_name(DC_STAGE_BARE), sums[DC_STAGE_BARE], total);
    if (sums[DC_STAGE_BARE] > 0)
        printf("total without read / bare parse: %.3f\n",
               (total - sums[DC_STAGE_READ]) / sums[DC_STAGE_BARE]);
    printf("%zu pages, %zu bytes, %u passes\n", run->page_count, run->bytes,
           run->passes);
}

/* The seeds of jansson's hashes are fixed, or no count would ever come out
 * twice. */
static int run_all(struct run *run) {
    json_object_seed(1);
    run->page = declutter_page_new();
    run->seconds =
        calloc(run->page_count, DC_STAGE_COUNT * sizeof *run->seconds);
    bool done = run->page && run->seconds;
    if (!done)
        wrong("out of memory", "pages");
    if (run->count) {
        run->passes = 1;
        dc_stage_clock_stop();
    }
    for (unsigned pass = 0; done && pass < run->passes; pass++)
        done = pass_run(run, pass);
    if (done && !run->count)
        table_print(run);
    declutter_page_free(run->page);
    free(run->seconds);
    return done ? 0 : 1;
}

int main(int argc, char **argv) {
    struct run run = {.passes = 5, .format = DECLUTTER_TEXT};
    int status = options_read(argc, argv, &run);
    if (status < 0)
        status = run_all(&run);
    if (fflush(stdout) || ferror(stdout)) {
        fputs("declutter-stages: cannot write standard output\n", stderr);
        return status ? status : 1;
    }
    return status;
}
