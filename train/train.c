/* train.c: the program declutter-train: corpora in, a model file out.
 *
 * In: the command line.  Out: the model, if wanted a report of how well
 * training works on unseen pages, messages on standard error, and an exit
 * status: 0 done, 1 something could not be read or written, 2 the command
 * line is wrong.  The learning is in trainer.c; this file only asks for it.
 *
 * A training run takes minutes, so whether its outputs can be written is found
 * out before it starts; and they are written beside their place and renamed
 * into it: a filter that loads the file meets the old model or the new one,
 * never half of it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "label_file.h"
#include "train_report.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

enum long_only {
    OPTION_FOLDS = 256,
    OPTION_SEED,
    OPTION_THREADS,
    OPTION_ROWS,
    OPTION_REPORT,
    OPTION_CROSS_VALIDATE,
    OPTION_EXPORT,
    OPTION_LABELS,
    OPTION_WITHOUT
};

enum action { ACTION_TRAIN, ACTION_HELP, ACTION_VERSION };

struct settings {
    enum action action;
    const char *model_path, *report_path; /* "-": standard output */
    const char *labels_path;
    bool cross_validate, quiet;
    struct dc_trainer_options trainer;
};

/* Everything one run owns. */
struct run {
    const struct settings *settings;
    struct dc_corpus *corpora;
    size_t corpus_count;
    struct dc_trainer *trainer;
    struct dc_validation validation;
    struct declutter_model *model;
    double validation_seconds, training_seconds;
};

static const char short_options[] = "o:qhV";

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"labels", required_argument, NULL, OPTION_LABELS},
    {"folds", required_argument, NULL, OPTION_FOLDS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"without", required_argument, NULL, OPTION_WITHOUT},
    {"rows", required_argument, NULL, OPTION_ROWS},
    {"report", required_argument, NULL, OPTION_REPORT},
    {"cross-validate", no_argument, NULL, OPTION_CROSS_VALIDATE},
    {"export-libsvm", required_argument, NULL, OPTION_EXPORT},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0}};

static const char usage[] =
    "Usage: declutter-train [OPTION]... CORPUS... -o MODEL\n"
    "Train a model for declutter from labelled pages.  A CORPUS is a folder\n"
    "with manifest.jsonl, or a folder or file of HTML whose elements carry\n"
    "data-declutter=\"LABEL\".\n"
    "\n"
    "  -o, --output=MODEL       write the model there; -: standard output\n"
    "      --labels=FILE        add the labels of a label file to its pages\n"
    "      --cross-validate     also measure how well training works on pages\n"
    "                           it has not seen, and print a report\n"
    "      --report=FILE        the same, but write the report to FILE\n"
    "      --folds=N            parts of the cross-validation, 3 to 10\n"
    "                           (default: 5)\n"
    "      --seed=N             of all random choices (default: 1); the same\n"
    "                           corpora, options and seed give the same model\n"
    "      --threads=N          1 to 64 (default: 2)\n"
    "      --rows=N             blocks the content SVM is trained on\n"
    "      --without=NAME,...   leave out features whose names begin so\n"
    "      --export-libsvm=DIR  write what libsvm is given to files in DIR\n"
    "  -q, --quiet              no progress line\n"
    "  -h, --help               print this help\n"
    "  -V, --version            print the version\n"
    "\n"
    "Exit status: 0 done; 1 a corpus could not be read or an output not be\n"
    "written; 2 the command line is wrong.\n";

/* -- Messages ----------------------------------------------------------- */

/* The progress line; a terminal only, at most six times a second. */
struct progress {
    bool active, visible;
    double shown;
};

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void progress_show(void *context, const char *stage, size_t done,
                          size_t total) {
    struct progress *progress = context;
    double now = seconds_now();
    if (!progress->active || (now - progress->shown < 1.0 / 6 && done < total))
        return;
    progress->shown = now;
    progress->visible = true;
    fprintf(stderr, "\r%s: %zu of %zu\033[K", stage, done, total);
    fflush(stderr);
}

static void progress_clear(struct progress *progress) {
    if (progress->visible)
        fputs("\r\033[K", stderr);
    progress->visible = false;
}

static void complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static void complain(const char *format, ...) {
    va_list arguments;
    fputs("declutter-train: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* -- Options ------------------------------------------------------------ */

static bool parse_number(const char *name, const char *text, uint64_t low,
                         uint64_t high, uint64_t *number) {
    errno = 0;
    unsigned long long value = strtoull(text, NULL, 10);
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0' || errno ||
        value < low || value > high) {
        complain("bad --%s '%s': must be a number from %llu to %llu", name,
                 text, (unsigned long long)low, (unsigned long long)high);
        return false;
    }
    *number = value;
    return true;
}

static bool parse_unsigned(const char *name, const char *text, uint64_t low,
                           uint64_t high, unsigned *number) {
    uint64_t value;
    if (!parse_number(name, text, low, high, &value))
        return false;
    *number = (unsigned)value;
    return true;
}

static bool parse_option(int option, const char *text,
                         struct settings *settings) {
    struct dc_trainer_options *trainer = &settings->trainer;
    switch (option) {
    case 'o':
        settings->model_path = text;
        return true;
    case OPTION_LABELS:
        settings->labels_path = text;
        return true;
    case OPTION_FOLDS:
        return parse_unsigned("folds", text, 3, 10, &trainer->folds);
    case OPTION_SEED:
        return parse_number("seed", text, 1, UINT64_MAX, &trainer->seed);
    case OPTION_THREADS:
        return parse_unsigned("threads", text, 1, 64, &trainer->threads);
    case OPTION_ROWS:
        return parse_unsigned("rows", text, 100, 1000000, &trainer->rows);
    case OPTION_WITHOUT:
        trainer->without = text;
        return true;
    case OPTION_REPORT:
        settings->report_path = text;
        settings->cross_validate = true;
        return true;
    case OPTION_CROSS_VALIDATE:
        settings->cross_validate = true;
        return true;
    case OPTION_EXPORT:
        trainer->export_folder = text;
        return true;
    case 'q':
        settings->quiet = true;
        return true;
    default:
        return false; /* getopt has said why */
    }
}

static bool is_stdout(const char *path) {
    return path && strcmp(path, "-") == 0;
}

static bool check_settings(struct settings *settings, int corpora) {
    if (settings->cross_validate && !settings->report_path)
        settings->report_path = "-";
    if (corpora == 0) {
        complain("no corpus");
    } else if (!settings->model_path && !settings->cross_validate) {
        complain("no output: give -o MODEL, or --cross-validate");
    } else if (is_stdout(settings->model_path) &&
               is_stdout(settings->report_path)) {
        complain("model and report cannot both go to standard output");
    } else {
        return true;
    }
    return false;
}

static bool parse_settings(int argc, char **argv, struct settings *settings) {
    int option;
    while ((option = getopt_long(argc, argv, short_options, long_options,
                                 NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            settings->action = option == 'h' ? ACTION_HELP : ACTION_VERSION;
            return true;
        }
        if (!parse_option(option, optarg, settings))
            return false;
    }
    return check_settings(settings, argc - optind);
}

/* -- Outputs ------------------------------------------------------------ */

/* A file that takes its place only when it is complete. */
struct output {
    FILE *stream;
    const char *path;
    char *temporary; /* NULL: written in place (a pipe, a device) */
};

static bool output_failed(const char *path) {
    complain("%s: %s", path, strerror(errno));
    return false;
}

/* mkstemp() makes files that only their owner may read. */
static void mode_usual(int file) {
    mode_t mask = umask(0);
    umask(mask);
    fchmod(file, 0666 & ~mask);
}

static bool output_open(const char *path, struct output *output) {
    struct stat status;
    *output = (struct output){.path = path};
    if (is_stdout(path)) {
        output->stream = stdout;
        return true;
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        output->stream = fopen(path, "w");
        return output->stream || output_failed(path);
    }
    static const char suffix[] = ".XXXXXX";
    output->temporary = malloc(strlen(path) + sizeof suffix);
    if (!output->temporary)
        return output_failed(path);
    memcpy(output->temporary, path, strlen(path));
    memcpy(output->temporary + strlen(path), suffix, sizeof suffix);
    int file = mkstemp(output->temporary);
    output->stream = file < 0 ? NULL : fdopen(file, "w");
    if (output->stream) {
        mode_usual(file);
        return true;
    }
    output_failed(path);
    if (file >= 0) {
        close(file);
        remove(output->temporary);
    }
    free(output->temporary);
    return false;
}

/* Closes; keeps what was written if `ok`, else leaves no trace. */
static bool output_close(struct output *output, bool ok) {
    errno = 0;
    bool written = fflush(output->stream) == 0 && !ferror(output->stream);
    written = fclose(output->stream) == 0 && written;
    if (ok && written && output->temporary)
        written = rename(output->temporary, output->path) == 0;
    if (ok && !written)
        complain("%s: %s", output->path,
                 errno ? strerror(errno) : "cannot be written");
    if (output->temporary && !(ok && written))
        remove(output->temporary);
    free(output->temporary);
    return ok && written;
}

/* Finds out before the work that a file could not be written after it.
 * Devices and pipes are not opened: that may do something. */
static bool output_probe(const char *path) {
    struct output output;
    struct stat status;
    if (is_stdout(path))
        return true;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        if (S_ISDIR(status.st_mode))
            errno = EISDIR;
        else if (access(path, W_OK) == 0)
            return true;
        return output_failed(path);
    }
    if (!output_open(path, &output))
        return false;
    output_close(&output, false);
    return true;
}

/* The model with the scores of the cross-validation among its facts. */
static bool model_save(const struct run *run) {
    const struct settings *settings = run->settings;
    struct declutter_model model = *run->model;
    struct output output;
    char *facts = NULL;
    size_t length;
    FILE *stream = open_memstream(&facts, &length);
    bool ok = stream != NULL;
    if (ok) {
        fputs(model.facts ? model.facts : "", stream);
        ok = !settings->cross_validate ||
             dc_train_facts_write(&run->validation, settings->trainer.seed,
                                  settings->trainer.folds, stream);
        ok = fclose(stream) == 0 && ok;
    }
    model.facts = facts;
    if (!ok)
        complain("out of memory");
    if (ok && (ok = output_open(settings->model_path, &output))) {
        enum declutter_status status = dc_model_write(&model, output.stream);
        if (status == DECLUTTER_ERROR_MODEL)
            complain("%s: training gave numbers out of bounds",
                     settings->model_path);
        ok = output_close(&output, status != DECLUTTER_ERROR_MODEL);
    }
    free(facts);
    return ok;
}

static bool report_save(const struct run *run) {
    const struct settings *settings = run->settings;
    struct output output;
    struct dc_train_report report = {.corpora = run->corpora,
                                     .corpus_count = run->corpus_count,
                                     .options = &settings->trainer,
                                     .validation = &run->validation,
                                     .model = run->model,
                                     .validation_seconds =
                                         run->validation_seconds,
                                     .training_seconds = run->training_seconds};
    if (!output_open(settings->report_path, &output))
        return false;
    bool ok = dc_train_report_write(&report, output.stream);
    if (!ok)
        complain("out of memory");
    return output_close(&output, ok);
}

/* -- The run ------------------------------------------------------------ */

static bool corpora_read(struct run *run, char **paths, int count) {
    run->corpora = calloc((size_t)count, sizeof *run->corpora);
    if (!run->corpora) {
        complain("out of memory");
        return false;
    }
    for (int i = 0; i < count; i++) {
        struct declutter_error error = {0};
        if (dc_corpus_read(paths[i], &run->corpora[i], &error) !=
            DECLUTTER_OK) {
            complain("%s: %s", paths[i], error.message);
            return false;
        }
        run->corpus_count++;
    }
    const char *labels = run->settings->labels_path;
    struct declutter_error error = {0};
    if (labels && dc_label_file_read(labels, run->corpora, run->corpus_count,
                                     &error) != DECLUTTER_OK) {
        complain("%s: %s", labels, error.message);
        return false;
    }
    return true;
}

static bool outputs_probe(const struct settings *settings) {
    const char *folder = settings->trainer.export_folder;
    if (folder && mkdir(folder, 0777) != 0 && errno != EEXIST)
        return output_failed(folder);
    return (!settings->model_path || output_probe(settings->model_path)) &&
           (!settings->report_path || output_probe(settings->report_path));
}

/* Cross-validates and trains, as far as asked for. */
static enum declutter_status learn(struct run *run,
                                   struct declutter_error *error) {
    const struct dc_trainer_options *options = &run->settings->trainer;
    enum declutter_status status = dc_trainer_new(
        run->corpora, run->corpus_count, options, &run->trainer, error);
    double start = seconds_now();
    if (status == DECLUTTER_OK && run->settings->cross_validate)
        status = dc_validate(run->trainer, run->corpora, run->corpus_count,
                             options, &run->validation, error);
    run->validation_seconds = seconds_now() - start;
    start = seconds_now();
    if (status == DECLUTTER_OK && run->settings->model_path)
        status = dc_trainer_train(run->trainer, DC_NONE, &run->model, error);
    run->training_seconds = seconds_now() - start;
    return status;
}

static void run_free(struct run *run) {
    declutter_model_free(run->model);
    dc_validation_free(&run->validation);
    dc_trainer_free(run->trainer);
    for (size_t i = 0; i < run->corpus_count; i++)
        dc_corpus_free(&run->corpora[i]);
    free(run->corpora);
}

static int train(struct settings *settings, char **paths, int count) {
    struct progress progress = {.active =
                                    !settings->quiet && isatty(STDERR_FILENO)};
    struct declutter_error error = {0};
    struct run run = {.settings = settings};
    settings->trainer.progress = progress_show;
    settings->trainer.progress_context = &progress;
    bool ok = outputs_probe(settings) && corpora_read(&run, paths, count);
    if (ok) {
        ok = learn(&run, &error) == DECLUTTER_OK;
        progress_clear(&progress);
        if (!ok)
            complain("%s", error.message);
    }
    if (ok && settings->model_path)
        ok = model_save(&run);
    if (ok && settings->report_path)
        ok = report_save(&run);
    run_free(&run);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

static int print(const char *text) {
    if (fputs(text, stdout) >= 0 && fclose(stdout) == 0)
        return EXIT_DONE;
    complain("standard output: %s", strerror(errno));
    return EXIT_FAILED;
}

int main(int argc, char **argv) {
    static char name[] = "declutter-train"; /* opens getopt's own messages */
    if (argc > 0)
        argv[0] = name;
    struct settings settings = {
        .trainer = {.folds = 5, .threads = 2, .seed = 1}};
    if (!parse_settings(argc, argv, &settings)) {
        fputs("Try 'declutter-train --help' for more information.\n", stderr);
        return EXIT_USAGE;
    }
    if (settings.action == ACTION_HELP)
        return print(usage);
    if (settings.action == ACTION_VERSION)
        return print("declutter-train " DECLUTTER_VERSION "\n");
    return train(&settings, argv + optind, argc - optind);
}
