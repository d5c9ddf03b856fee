/* peers.c: other extractors, scored beside ours.
 *
 * In: a shell command, or a file of texts.  Out: a system of the suite with
 * its scores.  A command runs once a page with plain files as its standard
 * input and output (unlinked temporary ones), not pipes: a peer that prints
 * before it has read everything cannot lock up, and descriptors that leak
 * into another peer's process do no harm.  Each runs in a process group of
 * its own, killed as a whole when its time is over, and with a limit on what
 * it may write.  CPU time is what the kernel accounted to the process and
 * those of its children it waited for, start-up included.
 */
#define _DEFAULT_SOURCE /* wait4 */
#include "evaluate.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pool.h"
#include "timing.h"

enum { PEER_SECONDS = 60, PEER_OUTPUT_MAX = 64 << 20 };

struct peer_run {
    const struct dc_suite *suite;
    struct dc_system *system;
    const char *command;
};

/* What a process came to. */
struct peer_exit {
    int status;
    bool timed_out;
    double seconds; /* of CPU */
};

/* -- Commands ------------------------------------------------------------- */

/* In the child: only calls that are safe after a fork with threads. */
static void peer_exec(const char *command, int input, int output) {
    struct rlimit limit = {PEER_OUTPUT_MAX, PEER_OUTPUT_MAX};
    setpgid(0, 0);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static double rusage_seconds(const struct rusage *usage) {
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

/* Waits for the process; past the limit, kills its group.  Polling costs the
 * peer nothing: its CPU time is measured, not ours. */
static bool peer_wait(pid_t process, struct peer_exit *end) {
    const struct timespec nap = {0, 2000000};
    double start = dc_seconds_wall();
    struct rusage usage;
    pid_t done;
    while ((done = wait4(process, &end->status, WNOHANG, &usage)) != process) {
        if (done < 0 && errno != EINTR)
            return false;
        if (!end->timed_out && dc_seconds_wall() - start > PEER_SECONDS) {
            end->timed_out = true;
            kill(-process, SIGKILL);
        }
        nanosleep(&nap, NULL);
    }
    end->seconds = rusage_seconds(&usage);
    return true;
}

static bool peer_execute(const char *command, FILE *input, FILE *output,
                         struct peer_exit *end) {
    pid_t process = fork();
    if (process < 0)
        return false;
    if (!process)
        peer_exec(command, fileno(input), fileno(output));
    /* Both sides set the group: whichever runs first, it exists when the
     * time limit needs it. */
    setpgid(process, process);
    return peer_wait(process, end);
}

/* All of a file written by another process; NULL when it cannot be read. */
static char *file_take(FILE *file, size_t *length) {
    struct stat facts;
    if (fstat(fileno(file), &facts) || facts.st_size < 0)
        return NULL;
    size_t size = (size_t)facts.st_size;
    char *bytes = malloc(size + 1);
    rewind(file);
    if (bytes)
        *length = fread(bytes, 1, size, file);
    return bytes;
}

static const char *peer_problem(const struct peer_exit *end) {
    if (end->timed_out)
        return "took longer than 60 seconds";
    if (WIFSIGNALED(end->status))
        return "was killed by a signal";
    return WEXITSTATUS(end->status) ? "exit status is not 0" : NULL;
}

static void peer_score(struct peer_run *run, size_t page, FILE *input,
                       FILE *output) {
    struct peer_exit end = {0, false, 0};
    size_t length = 0;
    if (!peer_execute(run->command, input, output, &end)) {
        dc_evaluate_fail(run->suite, run->system, page, "cannot be started");
        return;
    }
    run->system->seconds[page] = end.seconds;
    const char *problem = peer_problem(&end);
    char *text = problem ? NULL : file_take(output, &length);
    if (text)
        dc_evaluate_text(run->suite, run->system, page, text, length);
    else
        dc_evaluate_fail(run->suite, run->system, page,
                         problem ? problem : "cannot read its output");
    free(text);
}

static void peer_task(void *context, size_t page, unsigned worker) {
    struct peer_run *run = context;
    const char *path = run->suite->pages[page].gold->path;
    struct declutter_input html = {NULL, 0};
    struct declutter_error error = {0, 0, "cannot make a temporary file"};
    FILE *input = tmpfile(), *output = tmpfile();
    (void)worker;
    if (input && output && !declutter_input_read(path, 0, &html, &error) &&
        fwrite(html.bytes, 1, html.length, input) == html.length &&
        !fflush(input) && !fseek(input, 0, SEEK_SET))
        peer_score(run, page, input, output);
    else
        dc_evaluate_fail(run->suite, run->system, page, error.message);
    declutter_input_free(&html);
    if (input)
        fclose(input);
    if (output)
        fclose(output);
}

enum declutter_status dc_evaluate_peer(struct dc_suite *suite,
                                       const struct dc_evaluation *how,
                                       const char *name, const char *command,
                                       struct declutter_error *error) {
    struct dc_system *system = dc_suite_add_system(suite, name);
    if (!system)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    struct peer_run run = {suite, system, command};
    struct dc_pool pool = {.threads = how->threads,
                           .stage = name,
                           .progress = how->progress,
                           .task = peer_task,
                           .context = &run};
    system->timed = true;
    for (size_t c = 0; c < suite->corpus_count; c++)
        system->covers[c] = true;
    dc_pool_run(&pool, suite->page_count);
    return DECLUTTER_OK;
}

/* -- Files of predictions ------------------------------------------------- */

/* The page with this id, by bisection: a corpus is sorted by id. */
static size_t page_find(const struct dc_suite *suite, size_t corpus,
                        const char *id) {
    size_t low = 0;
    for (size_t c = 0; c < corpus; c++)
        low += suite->corpora[c].page_count;
    size_t high = low + suite->corpora[corpus].page_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(suite->pages[middle].gold->id, id);
        if (!order)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return suite->page_count;
}

/* A line is an object with an id and a text, and perhaps a time. */
static bool prediction_is_sound(const json_t *object) {
    const json_t *seconds = json_object_get(object, "seconds");
    return json_is_string(json_object_get(object, "id")) &&
           json_is_string(json_object_get(object, "text")) &&
           (!seconds ||
            (json_is_number(seconds) && json_number_value(seconds) >= 0));
}

/* Scores one line's text on every corpus that it is meant for. */
static void prediction_score(const struct dc_suite *suite,
                             struct dc_system *system, bool *seen,
                             json_t *object) {
    const char *id = json_string_value(json_object_get(object, "id"));
    const char *corpus = json_string_value(json_object_get(object, "corpus"));
    json_t *value = json_object_get(object, "text");
    json_t *seconds = json_object_get(object, "seconds");
    for (size_t c = 0; c < suite->corpus_count; c++) {
        if (corpus && strcmp(corpus, suite->corpora[c].name) != 0)
            continue;
        size_t page = page_find(suite, c, id);
        size_t length = json_string_length(value);
        char *text = page < suite->page_count ? malloc(length + 1) : NULL;
        if (!text)
            continue;
        memcpy(text, json_string_value(value), length);
        dc_evaluate_text(suite, system, page, text, length);
        system->covers[c] = seen[page] = true;
        system->timed = system->timed && seconds;
        system->seconds[page] = json_number_value(seconds);
        free(text);
    }
}

static enum declutter_status predictions_read(const struct dc_suite *suite,
                                              struct dc_system *system,
                                              bool *seen, const char *path,
                                              FILE *file,
                                              struct declutter_error *error) {
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t length;
    enum declutter_status status = DECLUTTER_OK;
    while (!status && (length = getline(&line, &capacity, file)) > 0) {
        number++;
        if (line[strspn(line, " \t\r\n")] == '\0')
            continue;
        json_t *object = json_loadb(line, (size_t)length, JSON_ALLOW_NUL, NULL);
        if (prediction_is_sound(object))
            prediction_score(suite, system, seen, object);
        else
            status = dc_fail(error, DECLUTTER_ERROR_DAMAGED, number,
                             "%s:%zu: not a {\"id\", \"text\"} object, or its "
                             "\"seconds\" is no time",
                             path, number);
        json_decref(object);
    }
    if (!status && ferror(file))
        status =
            dc_fail(error, DECLUTTER_ERROR_READ, 0, "cannot read %s", path);
    free(line);
    return status;
}

/* A page that only has labels asks nothing of a text. */
static bool text_is_scored(const struct dc_gold *gold) {
    return gold->content || gold->with_count || gold->without_count;
}

static enum declutter_status predictions_close(const struct dc_suite *suite,
                                               struct dc_system *system,
                                               const bool *seen,
                                               const char *path,
                                               struct declutter_error *error) {
    bool any = false;
    for (size_t i = 0; i < suite->page_count; i++) {
        any = any || seen[i];
        if (seen[i] || !system->covers[suite->pages[i].corpus])
            continue;
        system->timed = false; /* a mean over some pages would mislead */
        if (text_is_scored(suite->pages[i].gold))
            dc_evaluate_fail(suite, system, i, "no prediction for it");
    }
    if (!any)
        return dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                       "%s: predicts no page of the corpora", path);
    return DECLUTTER_OK;
}

enum declutter_status dc_evaluate_predictions(struct dc_suite *suite,
                                              const char *name,
                                              const char *path,
                                              struct declutter_error *error) {
    struct dc_system *system = dc_suite_add_system(suite, name);
    bool *seen = calloc(suite->page_count, sizeof *seen);
    FILE *file = fopen(path, "rb");
    enum declutter_status status;
    if (!system || !seen)
        status = dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    else if (!file)
        status = dc_fail(error, DECLUTTER_ERROR_READ, 0, "%s: %s", path,
                         strerror(errno));
    else {
        system->timed = true; /* until a page comes without seconds */
        status = predictions_read(suite, system, seen, path, file, error);
    }
    if (!status)
        status = predictions_close(suite, system, seen, path, error);
    if (file)
        fclose(file);
    free(seen);
    return status;
}
