/* main.c: the filter: pages in, kept text out.
 *
 * In: arguments, pages.  Out: the kept text on standard output, complaints on
 * standard error, and an exit status: 0 done, 1 some input failed (the others
 * were done), 2 the command line or the model cannot be used.  Everything
 * about pages is behind declutter.h: what this program does, any other can.
 * What comes of a page, its messages too, is kept until the page is done and
 * the pages before it are written: then what is written, where and in what
 * order is the same for any number of threads, and half a page, when memory
 * runs out, is never written.
 * Before the first page is read the program gives up its rights (sandbox.h).
 */
#include "declutter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "command_line.h"
#include "jobs.h"
#include "sandbox.h"

enum {
    SLOTS_PER_THREAD = 4,   /* enough for one page that takes long */
    ROOM_KEPT = 1024 * 1024 /* of a buffer, from one page to the next */
};

/* Where the output goes, and what has become of it so far. */
struct writer {
    int file;
    const char *name;
    int error;     /* errno of the first failed write */
    bool separate; /* an empty line between pages */
    bool any_page; /* some page wrote something */
};

/* What comes of a page. */
struct result {
    struct dc_buffer output;   /* the empty line before it included */
    struct dc_buffer warnings; /* whole lines */
    bool limited;
    enum declutter_status status;
    struct declutter_error error;
};

/* What all pages share. */
struct filter {
    const struct declutter_model *model;
    const struct dc_settings *settings;
    char **paths;
    struct writer writer;
    bool any_failed;
    /* One for each thread. */
    struct declutter_page *pages[DC_JOBS_MAX];
    unsigned page_count;
    struct result *results; /* one for each slot */
    size_t slot_count;
};

/* -- Output ---------------------------------------------------------------- */

/* Not through stdio, which gives up when a signal comes, and does not tell how
 * much it has written then. */
static void writer_write(struct writer *writer, const char *bytes,
                         size_t length) {
    while (length && !writer->error) {
        ssize_t done = write(writer->file, bytes, length);
        if (done > 0) {
            bytes += done;
            length -= (size_t)done;
        } else if (done == 0 || errno != EINTR) {
            writer->error = done == 0 ? EIO : errno;
        }
    }
}

/* Pages that print nothing do not count: no empty line is for them. */
static void writer_write_page(struct writer *writer,
                              const struct dc_buffer *page) {
    size_t line = writer->separate;
    if (page->length <= line)
        return;
    size_t skipped = writer->any_page ? 0 : line;
    writer->any_page = true;
    writer_write(writer, page->bytes + skipped, page->length - skipped);
}

/* Whether two descriptions are of one regular file.  Devices may well be
 * read and written at once. */
static bool is_same_file(const struct stat *one, const struct stat *other) {
    return S_ISREG(one->st_mode) && one->st_dev == other->st_dev &&
           one->st_ino == other->st_ino;
}

static bool is_standard_input(const char *path) {
    return strcmp(path, "-") == 0;
}

/* Opening the output empties it, so an input of the same name must be found
 * before. */
static bool is_output_an_input(const char *output, char **paths) {
    struct stat out, in;
    if (stat(output, &out) != 0)
        return false;
    for (; *paths; paths++) {
        int failed = is_standard_input(*paths) ? fstat(STDIN_FILENO, &in)
                                               : stat(*paths, &in);
        if (!failed && is_same_file(&out, &in))
            return true;
    }
    return false;
}

static int file_create(const char *path) {
    int file;
    do {
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EINTR);
    return file;
}

static int writer_open(struct writer *writer,
                       const struct dc_settings *settings, char **paths) {
    *writer = (struct writer){.file = STDOUT_FILENO, .name = "standard output"};
    writer->separate = settings->format == DECLUTTER_TEXT ||
                       settings->format == DECLUTTER_MARKDOWN;
    if (!settings->output_path)
        return DC_EXIT_DONE;
    writer->name = settings->output_path;
    if (is_output_an_input(writer->name, paths)) {
        dc_complain("%s: is an input as well as the output", writer->name);
        return DC_EXIT_USAGE;
    }
    writer->file = file_create(writer->name);
    if (writer->file < 0) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's is safe */
        dc_complain("%s: %s", writer->name, strerror(errno));
        return DC_EXIT_SOME_FAILED;
    }
    return DC_EXIT_DONE;
}

/* Closes the output and reports what went wrong with it, be it now or
 * before: a full disk may show as late as here.  Who ignores SIGPIPE and stops
 * reading wants no message. */
static int writer_close(struct writer *writer) {
    if (close(writer->file) != 0 && errno != EINTR && !writer->error)
        writer->error = errno;
    if (!writer->error)
        return DC_EXIT_DONE;
    if (writer->error != EPIPE)
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's is safe */
        dc_complain("%s: %s", writer->name, strerror(writer->error));
    return DC_EXIT_SOME_FAILED;
}

/* -- Pages ----------------------------------------------------------------- */

static const char *display_name(const char *path) {
    return is_standard_input(path) ? "standard input" : path;
}

static enum declutter_status filter_page(struct declutter_page *page,
                                         const struct declutter_input *input,
                                         const struct filter *filter,
                                         declutter_sink sink, void *context,
                                         struct declutter_error *error) {
    const struct declutter_options *options = &filter->settings->options;
    enum declutter_status status =
        declutter_page_read(page, input->bytes, input->length, options, error);
    if (!status)
        status = declutter_page_classify(page, filter->model, options, error);
    if (!status)
        status = declutter_page_render(page, filter->settings->format, options,
                                       sink, context, error);
    return status;
}

static enum declutter_status filter_file(struct declutter_page *page,
                                         const char *path,
                                         const struct filter *filter,
                                         declutter_sink sink, void *context,
                                         struct declutter_error *error) {
    struct declutter_input input = {NULL, 0};
    *error = (struct declutter_error){.message = ""};
    enum declutter_status status = declutter_input_read(
        path, filter->settings->options.max_bytes, &input, error);
    if (!status)
        status = filter_page(page, &input, filter, sink, context, error);
    declutter_input_free(&input);
    return status;
}

/* A failed write gets its message when the output is closed. */
static void report_failure(struct filter *filter, const char *path,
                           const struct declutter_error *error) {
    filter->any_failed = true;
    if (!filter->writer.error)
        dc_complain("%s: %s", display_name(path), error->message);
}

static int keep_piece(void *context, const char *bytes, size_t length) {
    struct result *result = context;
    dc_buffer_add(&result->output, bytes, length);
    return result->output.failed ? -1 : 0;
}

static void keep_warnings(struct dc_buffer *warnings,
                          const struct declutter_page *page, const char *name) {
    const char *warning;
    for (size_t i = 0; (warning = declutter_page_warning(page, i)); i++) {
        dc_buffer_string(warnings, "declutter: ");
        dc_buffer_string(warnings, name);
        dc_buffer_string(warnings, ": warning: ");
        dc_buffer_string(warnings, warning);
        dc_buffer_byte(warnings, '\n');
    }
}

/* Two names may be of one pipe, and what comes from a terminal or a program
 * may be an answer to the pages before: such inputs are read as one thread
 * would read them. */
static bool is_read_in_turn(const char *path) {
    struct stat facts;
    return is_standard_input(path) ||
           (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode));
}

/* An empty line comes first, should there be something to separate it from. */
static void filter_path(const struct filter *filter, const char *path,
                        struct declutter_page *page, struct result *result) {
    if (filter->writer.separate)
        dc_buffer_byte(&result->output, '\n');
    result->status =
        filter_file(page, path, filter, keep_piece, result, &result->error);
    result->limited = !result->status && declutter_page_limited(page);
    if (!result->status && !filter->settings->quiet)
        keep_warnings(&result->warnings, page, display_name(path));
    if (result->output.failed || result->warnings.failed) {
        result->status = DECLUTTER_ERROR_MEMORY;
        result->error = (struct declutter_error){.status = result->status,
                                                 .message = "out of memory"};
    }
    if (result->status)
        result->output.length = 0;
}

static void filter_and_keep(void *context, struct dc_jobs *jobs,
                            struct dc_job job) {
    const struct filter *filter = context;
    const char *path = filter->paths[job.item];
    if (filter->page_count > 1 && is_read_in_turn(path) &&
        !dc_jobs_await_turn(jobs, job))
        return;
    filter_path(filter, path, filter->pages[job.worker],
                &filter->results[job.slot]);
}

/* Empties a buffer for the next page.  The room of a huge one is given back:
 * there are many buffers. */
static void buffer_clear(struct dc_buffer *buffer) {
    if (buffer->capacity > ROOM_KEPT)
        dc_buffer_free(buffer);
    buffer->length = 0;
    buffer->failed = false;
}

static bool write_result(void *context, struct dc_job job) {
    struct filter *filter = context;
    struct writer *writer = &filter->writer;
    struct result *result = &filter->results[job.slot];
    writer_write_page(writer, &result->output);
    if (result->status)
        report_failure(filter, filter->paths[job.item], &result->error);
    else if (result->warnings.length && !writer->error)
        fwrite(result->warnings.bytes, 1, result->warnings.length, stderr);
    filter->any_failed |= result->limited;
    buffer_clear(&result->output);
    buffer_clear(&result->warnings);
    return !writer->error;
}

/* -- All pages ------------------------------------------------------------- */

static size_t count_paths(char **paths) {
    size_t count = 0;
    while (paths[count])
        count++;
    return count;
}

/* As many pages as threads are wanted, or as memory allows; false: none.  */
static bool filter_prepare(struct filter *filter) {
    size_t count = count_paths(filter->paths);
    unsigned threads = filter->settings->jobs;
    if (count < threads)
        threads = (unsigned)count;
    do {
        struct declutter_page *page = declutter_page_new();
        if (!page)
            break;
        filter->pages[filter->page_count++] = page;
    } while (filter->page_count < threads);
    filter->slot_count = filter->page_count;
    if (filter->page_count > 1)
        filter->slot_count *= SLOTS_PER_THREAD;
    if (filter->page_count)
        filter->results = calloc(filter->slot_count, sizeof *filter->results);
    return filter->results;
}

static void filter_free(struct filter *filter) {
    for (size_t i = 0; filter->results && i < filter->slot_count; i++) {
        dc_buffer_free(&filter->results[i].output);
        dc_buffer_free(&filter->results[i].warnings);
    }
    free(filter->results);
    for (unsigned i = 0; i < filter->page_count; i++)
        declutter_page_free(filter->pages[i]);
}

/* What the libraries below set up at their first use is set up by one thread:
 * not all of them are careful with several. */
static void run_jobs(struct filter *filter) {
    const struct dc_jobs_task task = {filter_and_keep, write_result, filter};
    if (filter->page_count > 1)
        declutter_page_read(filter->pages[0], "a", 1, NULL, NULL);
    dc_jobs_run(filter->page_count, filter->slot_count,
                count_paths(filter->paths), &task);
}

/* What the parsers are kept from when pages come; the words say how far. */
static void sandbox_enter(const struct dc_settings *settings,
                          struct dc_sandbox *sandbox) {
    *sandbox = (struct dc_sandbox){.text = "none (--no-sandbox)"};
    if (!settings->no_sandbox)
        dc_sandbox_enter(DC_SANDBOX_ALL, sandbox);
}

/* The sandbox comes when the output is open, and before any thread is. */
static int filter_files(struct filter *filter) {
    struct dc_sandbox sandbox;
    int status = writer_open(&filter->writer, filter->settings, filter->paths);
    if (status)
        return status;
    sandbox_enter(filter->settings, &sandbox);
    run_jobs(filter);
    status = writer_close(&filter->writer);
    return filter->any_failed ? DC_EXIT_SOME_FAILED : status;
}

/* -- The program ----------------------------------------------------------- */

/* A charset that iconv does not know fails every page: better said once, and
 * before the output is opened. */
static bool check_encoding(struct declutter_page *page,
                           const struct declutter_options *options) {
    struct declutter_error error;
    if (!options->encoding ||
        declutter_page_read(page, "a", 1, options, &error) !=
            DECLUTTER_ERROR_ENCODING)
        return true;
    dc_complain("%s", error.message);
    return false;
}

static int run_filter(struct dc_settings *settings, char **paths,
                      const struct declutter_model *model) {
    static char standard_input[] = "-";
    char *only_standard_input[] = {standard_input, NULL};
    struct declutter_options *options = &settings->options;
    struct filter filter = {.model = model, .settings = settings};
    filter.paths = *paths ? paths : only_standard_input;
    if (settings->keep && !dc_keep_parse(settings->keep, model, &options->keep))
        return dc_usage_error();
    int status = DC_EXIT_SOME_FAILED;
    if (!filter_prepare(&filter))
        dc_complain("out of memory");
    else if (check_encoding(filter.pages[0], options))
        status = filter_files(&filter);
    else
        status = dc_usage_error();
    filter_free(&filter);
    return status;
}

static int run_with_model(struct dc_settings *settings, char **paths) {
    if (!settings->model_path)
        return run_filter(settings, paths, declutter_model_default());
    struct declutter_model *model;
    struct declutter_error error;
    if (declutter_model_load(settings->model_path, &model, &error)) {
        dc_complain("%s: %s", settings->model_path, error.message);
        return DC_EXIT_USAGE;
    }
    int status = run_filter(settings, paths, model);
    declutter_model_free(model);
    return status;
}

static int print(const char *bytes, size_t length) {
    struct writer writer = {.file = STDOUT_FILENO, .name = "standard output"};
    writer_write(&writer, bytes, length);
    return writer_close(&writer);
}

/* Enters the sandbox to tell how far that goes here. */
static int print_version(const struct dc_settings *settings) {
    struct dc_sandbox sandbox;
    sandbox_enter(settings, &sandbox);
    struct dc_buffer text = {.bytes = NULL};
    const char *label;
    dc_buffer_string(&text, "declutter ");
    dc_buffer_string(&text, declutter_version());
    dc_buffer_string(&text, "\nbuilt-in labels: ");
    for (uint32_t i = 0; (label = declutter_model_label_name(NULL, i)); i++) {
        dc_buffer_string(&text, i ? ", " : "");
        dc_buffer_string(&text, label);
    }
    dc_buffer_string(&text, "\nsandbox: ");
    dc_buffer_string(&text, sandbox.text);
    dc_buffer_byte(&text, '\n');
    int status = DC_EXIT_SOME_FAILED;
    if (text.failed)
        dc_complain("out of memory");
    else
        status = print(text.bytes, text.length);
    dc_buffer_free(&text);
    return status;
}

/* A file opened while 0, 1 or 2 is closed would take that number, and pages
 * or messages would end up in it.  What is opened here instead fails when
 * used, as a closed descriptor does. */
static bool reserve_descriptors(void) {
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", modes[fd]) != fd)
            return false;
    return true;
}

int main(int argc, char **argv) {
    static char name[] = "declutter"; /* opens getopt's own messages */
    struct dc_settings settings = {.action = DC_ACTION_FILTER};
    char **paths;
    if (!reserve_descriptors())
        return DC_EXIT_SOME_FAILED;
    if (argc > 0)
        argv[0] = name;
    if (!dc_settings_parse(argc, argv, &settings, &paths))
        return dc_usage_error();
    switch (settings.action) {
    case DC_ACTION_HELP:
        return print(dc_usage, strlen(dc_usage));
    case DC_ACTION_VERSION:
        return print_version(&settings);
    default:
        return run_with_model(&settings, paths);
    }
}
