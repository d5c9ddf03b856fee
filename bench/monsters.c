/* monsters.c: declutter-monsters, is the filter's time in proportion to size?
 *
 * In: nothing; it makes pages of six kinds that no author would write, of
 * some sizes each.  Out: a table of CPU time and peak memory, and a plot of
 * time against size, both axes logarithmic, where what is linear is parallel
 * to the dashed line.  Every page is filtered in a process of its own, with a
 * limit of time and memory, so that peaks are told apart and a kind that runs
 * away takes nothing with it: its larger pages are then left out, and said to
 * be.  Judged and drawn is user time: at gigabytes the system's time to hand
 * out memory for the first time is that of the machine, not of the filter; it
 * has a column of its own.
 *
 * Exit status: 0 done; 1 the time of some kind grows faster than its size, or
 * a file could not be written; 2 usage.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "declutter.h"
#include "svg.h"

static const char usage[] =
    "usage: declutter-monsters [OPTION]...\n"
    "Filters pages made to exhaust, of 1 MB and more, and tells how time and\n"
    "memory grow with their size.\n"
    "\n"
    "      --kind=NAME      this kind only: deep, wide, unclosed, attribute,\n"
    "                       text or blocks\n"
    "      --max-bytes=N    the largest page (default 30000000)\n"
    "      --seconds=N      give up a page after so long (default 600; 0: "
    "never)\n"
    "      --memory=N       gigabytes a process may ask for (default 20; 0: "
    "any)\n"
    "      --tsv=FILE       write the table\n"
    "      --svg=FILE       write the plot\n"
    "  -h, --help    -V, --version\n";

enum {
    OPTION_KIND = 256,
    OPTION_MAX_BYTES,
    OPTION_SECONDS,
    OPTION_MEMORY,
    OPTION_TSV,
    OPTION_SVG,
    RUNS_MILLISECONDS = 500, /* of one page at least: clocks tick slowly */
    /* Times the time a byte, from the smallest page to the largest: caches
     * end, and a sort has its logarithm. */
    LINEAR_MOST = 2
};

static const struct option options[] = {
    {"kind", required_argument, NULL, OPTION_KIND},
    {"max-bytes", required_argument, NULL, OPTION_MAX_BYTES},
    {"seconds", required_argument, NULL, OPTION_SECONDS},
    {"memory", required_argument, NULL, OPTION_MEMORY},
    {"tsv", required_argument, NULL, OPTION_TSV},
    {"svg", required_argument, NULL, OPTION_SVG},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0}};

/* A page is `start`, then `unit` again and again, and in its second half,
 * where there is one, `close` instead. */
struct kind {
    const char *name, *start, *unit, *close;
};

static const struct kind kinds[] = {
    {"deep", "<body>", "<div>a", "</div>"},
    {"wide", "<body>", "<div>some words</div>\n", NULL},
    {"unclosed", "<body>", "<b><i><td><a href=x>some words <li>", NULL},
    {"attribute", "<body><p>text<div class=\"", "name-of-class ", NULL},
    {"text", "<body><p>", "A sentence of some words. ", NULL},
    {"blocks", "<body>", "<p>a", NULL}};

enum { KINDS = sizeof kinds / sizeof *kinds };

static const size_t sizes[] = {1000000, 3000000, 10000000, 30000000, 100000000};

enum { SIZES = sizeof sizes / sizeof *sizes, POINTS_MAX = KINDS * SIZES };

/* What came of one page. */
struct outcome {
    bool done;
    double user, system; /* CPU seconds of one run */
    double peak;         /* megabytes */
    char message[200];
};

struct monsters {
    const char *kind; /* NULL: all */
    size_t max_bytes;
    unsigned long seconds, memory;
    const char *tsv_path, *svg_path;
    FILE *tsv;
    struct dc_svg_point points[POINTS_MAX];
    size_t point_count;
    bool failed;
};

/* -- The command line ----------------------------------------------------- */

static bool wrong(const char *what, const char *value) {
    fprintf(stderr, "declutter-monsters: %s: %s\n", what, value);
    return false;
}

static bool number_read(const char *text, unsigned long most,
                        unsigned long *number) {
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || *number > most)
        return wrong("not a number, or too large", text);
    return true;
}

static bool kind_read(const char *name, struct monsters *monsters) {
    for (size_t k = 0; k < KINDS; k++)
        if (!strcmp(kinds[k].name, name))
            monsters->kind = kinds[k].name;
    return monsters->kind || wrong("no such kind", name);
}

static bool option_read(int option, struct monsters *monsters) {
    unsigned long number;
    switch (option) {
    case OPTION_KIND:
        return kind_read(optarg, monsters);
    case OPTION_MAX_BYTES:
        if (!number_read(optarg, DECLUTTER_MAX_BYTES_LIMIT, &number))
            return false;
        monsters->max_bytes = number;
        return true;
    case OPTION_SECONDS:
        return number_read(optarg, 1000000, &monsters->seconds);
    case OPTION_MEMORY:
        return number_read(optarg, 100000, &monsters->memory);
    case OPTION_TSV:
        monsters->tsv_path = optarg;
        return true;
    case OPTION_SVG:
        monsters->svg_path = optarg;
        return true;
    default: /* getopt_long has said what is wrong */
        return false;
    }
}

/* -1: run; else the exit status. */
static int options_read(int argc, char **argv, struct monsters *monsters) {
    int option;
    while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (option == 'V') {
            printf("declutter-monsters %s\n", declutter_version());
            return 0;
        }
        if (!option_read(option, monsters))
            return 2;
    }
    if (optind == argc)
        return -1;
    fputs(usage, stderr);
    return 2;
}

/* -- One page, in a process of its own ------------------------------------ */

static char *page_make(const struct kind *kind, size_t size) {
    char *page = malloc(size);
    size_t used = strlen(kind->start), half = kind->close ? size / 2 : size;
    if (!page || size < used)
        return page;
    memcpy(page, kind->start, used);
    for (size_t i = used; i < size;) {
        const char *unit = i < half ? kind->unit : kind->close;
        size_t length = strlen(unit), room = size - i;
        memcpy(page + i, unit, length < room ? length : room);
        i += length < room ? length : room;
    }
    return page;
}

static int null_sink(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return 0;
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

/* Filters the page often enough to be timed. */
static bool page_measure(const char *page, size_t size,
                         struct outcome *outcome) {
    const struct declutter_options all = {.max_bytes =
                                              DECLUTTER_MAX_BYTES_LIMIT};
    struct declutter_error error;
    struct rusage before, after;
    unsigned runs = 0;
    getrusage(RUSAGE_SELF, &before);
    do {
        size_t printed = 0;
        if (declutter_filter(page, size, NULL, &all, null_sink, &printed,
                             &error)) {
            snprintf(outcome->message, sizeof outcome->message, "%s",
                     error.message);
            return false;
        }
        runs++;
        getrusage(RUSAGE_SELF, &after);
        outcome->user =
            seconds_of(after.ru_utime) - seconds_of(before.ru_utime);
        outcome->system =
            seconds_of(after.ru_stime) - seconds_of(before.ru_stime);
    } while (1e3 * (outcome->user + outcome->system) < RUNS_MILLISECONDS);
    outcome->user /= runs;
    outcome->system /= runs;
    outcome->peak = (double)after.ru_maxrss / 1e3;
    return true;
}

/* The whole life of the child. */
static int child_run(const struct monsters *monsters, const struct kind *kind,
                     size_t size, int pipe_end) {
    struct outcome outcome = {.message = "out of memory"};
    if (monsters->memory) {
        rlim_t most = (rlim_t)monsters->memory * 1000000000;
        const struct rlimit limit = {most, most};
        setrlimit(RLIMIT_AS, &limit);
    }
    alarm((unsigned)monsters->seconds);
    char *page = page_make(kind, size);
    outcome.done = page && page_measure(page, size, &outcome);
    free(page);
    ssize_t written = write(pipe_end, &outcome, sizeof outcome);
    return written == (ssize_t)sizeof outcome ? 0 : 1;
}

static void outcome_read(const struct monsters *monsters, pid_t child,
                         int pipe_end, struct outcome *outcome) {
    int status = 0;
    ssize_t got;
    do
        got = read(pipe_end, outcome, sizeof *outcome);
    while (got < 0 && errno == EINTR);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (got == (ssize_t)sizeof *outcome)
        return;
    *outcome = (struct outcome){.done = false};
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(outcome->message, sizeof outcome->message,
                 "more than %lu seconds", monsters->seconds);
    else
        snprintf(outcome->message, sizeof outcome->message,
                 "the process ended with status %d", status);
}

static void page_run(const struct monsters *monsters, const struct kind *kind,
                     size_t size, struct outcome *outcome) {
    int ends[2];
    *outcome = (struct outcome){.message = "cannot start a process"};
    if (pipe(ends))
        return;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        _exit(child_run(monsters, kind, size, ends[1]));
    }
    close(ends[1]);
    if (child > 0)
        outcome_read(monsters, child, ends[0], outcome);
    close(ends[0]);
}

/* -- All of them ---------------------------------------------------------- */

static void outcome_tell(struct monsters *monsters, const char *kind,
                         size_t size, const struct outcome *outcome) {
    double megabytes = (double)size / 1e6;
    if (!outcome->done) {
        printf("%-10s %6.0f MB: stopped: %s\n", kind, megabytes,
               outcome->message);
        if (monsters->tsv)
            fprintf(monsters->tsv, "%s\t%zu\t\t\t\t\t%s\n", kind, size,
                    outcome->message);
        return;
    }
    double each = 1e9 * outcome->user / (double)size;
    printf("%-10s %6.0f MB %9.3f s %8.1f ns/byte, system %8.3f s, %7.0f MB of "
           "memory\n",
           kind, megabytes, outcome->user, each, outcome->system,
           outcome->peak);
    if (monsters->tsv)
        fprintf(monsters->tsv, "%s\t%zu\t%.4f\t%.1f\t%.4f\t%.0f\t\n", kind,
                size, outcome->user, each, outcome->system, outcome->peak);
}

static void kind_run(struct monsters *monsters, size_t number) {
    const struct kind *kind = &kinds[number];
    double first = 0, last = 0;
    for (size_t s = 0; s < SIZES && sizes[s] <= monsters->max_bytes; s++) {
        struct outcome outcome;
        page_run(monsters, kind, sizes[s], &outcome);
        outcome_tell(monsters, kind->name, sizes[s], &outcome);
        if (!outcome.done)
            return;
        if (outcome.user > 0)
            monsters->points[monsters->point_count++] = (struct dc_svg_point){
                number, (double)sizes[s] / 1e6, outcome.user};
        last = outcome.user / (double)sizes[s];
        first = s ? first : last;
    }
    if (last <= LINEAR_MOST * first)
        return;
    fprintf(stderr,
            "declutter-monsters: %s is not linear: %.1f times the time a byte "
            "of the smallest page\n",
            kind->name, last / first);
    monsters->failed = true;
}

static void plot_write(struct monsters *monsters) {
    const char *names[KINDS];
    for (size_t k = 0; k < KINDS; k++)
        names[k] = kinds[k].name;
    FILE *file = fopen(monsters->svg_path, "wb");
    if (file)
        dc_svg_growth(
            file, "CPU seconds (user) of the filter by megabytes of the page",
            names, KINDS, monsters->points, monsters->point_count);
    bool written = file && !ferror(file);
    if (file && fclose(file))
        written = false;
    if (!written)
        monsters->failed = !wrong("cannot write", monsters->svg_path);
}

static int monsters_run(struct monsters *monsters) {
    if (monsters->tsv_path &&
        !(monsters->tsv = fopen(monsters->tsv_path, "wb")))
        return wrong("cannot write", monsters->tsv_path), 1;
    if (monsters->tsv)
        fputs(
            "kind\tbytes\tuser_seconds\tns_per_byte\tsystem_seconds\tpeak_mb\t"
            "stopped\n",
            monsters->tsv);
    for (size_t k = 0; k < KINDS; k++)
        if (!monsters->kind || !strcmp(monsters->kind, kinds[k].name))
            kind_run(monsters, k);
    if (monsters->tsv) {
        bool bad = ferror(monsters->tsv) != 0;
        if (fclose(monsters->tsv) || bad)
            monsters->failed = !wrong("cannot write", monsters->tsv_path);
    }
    if (monsters->svg_path)
        plot_write(monsters);
    return monsters->failed ? 1 : 0;
}

int main(int argc, char **argv) {
    struct monsters monsters = {
        .max_bytes = 30000000, .seconds = 600, .memory = 20};
    int status = options_read(argc, argv, &monsters);
    if (status < 0)
        status = monsters_run(&monsters);
    if (fflush(stdout) || ferror(stdout)) {
        fputs("declutter-monsters: cannot write standard output\n", stderr);
        return status ? status : 1;
    }
    return status;
}
