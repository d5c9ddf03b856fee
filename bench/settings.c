/* settings.c: options of declutter-bench.
 *
 * In: argv.  Out: struct dc_settings, or a message on standard error.  Every
 * value is checked here, before hours of work: a number must be a whole
 * number in its range, NAME=VALUE must have both, a metric must have a name
 * that some metric can have.
 */
#include "settings.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "score.h"

static const char usage[] =
    "usage: declutter-bench [OPTION]... CORPUS...\n"
    "Scores declutter, and others beside it, on labelled pages.\n"
    "\n"
    "      --model=FILE            model to score (default: built in)\n"
    "      --folds=N               train and score out of fold instead, 3..10\n"
    "      --labels=FILE           add the labels of a label file to its "
    "pages\n"
    "      --without=NAME,...      with --folds: leave out features whose "
    "names\n"
    "                              begin so\n"
    "      --seed=N                of folds, training and bootstrap (default "
    "1)\n"
    "      --threads=N             (default 2)\n"
    "      --limit=N               first N pages of each corpus\n"
    "      --predictions NAME=FILE score the texts in a file beside ours\n"
    "      --peer 'NAME=COMMAND'   score a command beside ours: html in, text "
    "out\n"
    "      --speed                 measure speed and memory\n"
    "      --repeat=N              passes of --speed (default 5)\n"
    "      --worst=N               list the N pages with the lowest word F1\n"
    "      --dump=FOLDER           write each page's text below FOLDER\n"
    "      --report=FILE           write an HTML report with plots\n"
    "      --json=FILE             write everything as JSON\n"
    "      --results=FILE          write the table of results as TSV\n"
    "      --fail-under=[CORPUS:]METRIC=NUMBER\n"
    "                              exit with 1 when the metric is lower\n"
    "  -q, --quiet                 no tables, no progress\n"
    "  -h, --help    -V, --version\n";

enum option_name {
    OPTION_MODEL = 256,
    OPTION_FOLDS,
    OPTION_LABELS,
    OPTION_WITHOUT,
    OPTION_SEED,
    OPTION_THREADS,
    OPTION_LIMIT,
    OPTION_PREDICTIONS,
    OPTION_PEER,
    OPTION_SPEED,
    OPTION_REPEAT,
    OPTION_WORST,
    OPTION_DUMP,
    OPTION_REPORT,
    OPTION_JSON,
    OPTION_RESULTS,
    OPTION_FAIL_UNDER
};

static const struct option options[] = {
    {"model", required_argument, NULL, OPTION_MODEL},
    {"folds", required_argument, NULL, OPTION_FOLDS},
    {"without", required_argument, NULL, OPTION_WITHOUT},
    {"labels", required_argument, NULL, OPTION_LABELS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"limit", required_argument, NULL, OPTION_LIMIT},
    {"predictions", required_argument, NULL, OPTION_PREDICTIONS},
    {"peer", required_argument, NULL, OPTION_PEER},
    {"speed", no_argument, NULL, OPTION_SPEED},
    {"repeat", required_argument, NULL, OPTION_REPEAT},
    {"worst", required_argument, NULL, OPTION_WORST},
    {"dump", required_argument, NULL, OPTION_DUMP},
    {"report", required_argument, NULL, OPTION_REPORT},
    {"json", required_argument, NULL, OPTION_JSON},
    {"results", required_argument, NULL, OPTION_RESULTS},
    {"fail-under", required_argument, NULL, OPTION_FAIL_UNDER},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0}};

static bool wrong(const char *what, const char *value) {
    fprintf(stderr, "declutter-bench: %s: %s\n", what, value);
    return false;
}

static bool number_read(const char *text, uint64_t low, uint64_t high,
                        const char *what, uint64_t *number) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value < low ||
        value > high)
        return wrong(what, text);
    *number = value;
    return true;
}

static bool count_read(const char *text, unsigned low, unsigned high,
                       const char *what, unsigned *count) {
    uint64_t number;
    if (!number_read(text, low, high, what, &number))
        return false;
    *count = (unsigned)number;
    return true;
}

static bool size_read(const char *text, const char *what, size_t *size) {
    uint64_t number;
    if (!number_read(text, 1, UINT32_MAX, what, &number))
        return false;
    *size = (size_t)number;
    return true;
}

static bool pair_read(const char *text, bool is_command,
                      struct dc_settings *settings) {
    const char *equals = strchr(text, '=');
    struct dc_pair *pair = &settings->peers[settings->peer_count];
    if (!equals || equals == text || !equals[1])
        return wrong("not NAME=VALUE", text);
    pair->name = strndup(text, (size_t)(equals - text));
    pair->value = equals + 1;
    pair->is_command = is_command;
    if (!pair->name)
        return wrong("out of memory", text);
    settings->peer_count++;
    if (!strcmp(pair->name, "declutter"))
        return wrong("this name is taken by declutter itself", text);
    for (size_t i = 0; i + 1 < settings->peer_count; i++)
        if (!strcmp(settings->peers[i].name, pair->name))
            return wrong("two systems of one name", text);
    return true;
}

/* A name that a metric can have; labels come with the model, which is not
 * loaded yet, so any label will do here. */
static bool metric_exists(const char *name) {
    static const char *const parts[] = {"_precision", "_recall", "_f1"};
    size_t length = strlen(name);
    char fixed[64];
    for (unsigned m = 0; m < DC_METRIC_LABELS; m++) {
        dc_metric_name(m, NULL, fixed, sizeof fixed);
        if (!strcmp(fixed, name))
            return true;
    }
    for (size_t i = 0; i < 3 && !strncmp(name, "label_", 6); i++) {
        size_t part = strlen(parts[i]);
        if (length > 6 + part && !strcmp(name + length - part, parts[i]))
            return true;
    }
    return false;
}

static bool floor_read(const char *text, struct dc_settings *settings) {
    struct dc_floor *limit = &settings->floors[settings->floor_count];
    const char *equals = strrchr(text, '=');
    char *end;
    if (!equals || !equals[1])
        return wrong("not METRIC=NUMBER", text);
    limit->number = strtod(equals + 1, &end);
    if (*end || !(limit->number >= 0 && limit->number <= 1))
        return wrong("not a number from 0 to 1", text);
    char *name = strndup(text, (size_t)(equals - text));
    if (!name)
        return wrong("out of memory", text);
    settings->floor_count++;
    char *colon = strrchr(name, ':');
    limit->corpus = colon ? name : NULL;
    limit->metric = strdup(colon ? colon + 1 : name);
    if (colon)
        *colon = '\0';
    else
        free(name);
    if (!limit->metric)
        return wrong("out of memory", text);
    return metric_exists(limit->metric) || wrong("no such metric", text);
}

/* Options whose value is a string or nothing; false: it is none of them. */
static bool plain_option(int option, struct dc_settings *settings) {
    switch (option) {
    case OPTION_MODEL:
        settings->model = optarg;
        return true;
    case OPTION_DUMP:
        settings->dump = optarg;
        return true;
    case OPTION_REPORT:
        settings->report = optarg;
        return true;
    case OPTION_JSON:
        settings->json = optarg;
        return true;
    case OPTION_LABELS:
        settings->labels = optarg;
        return true;
    case OPTION_WITHOUT:
        settings->without = optarg;
        return true;
    case OPTION_RESULTS:
        settings->results = optarg;
        return true;
    case OPTION_SPEED:
        settings->speed = true;
        return true;
    case 'q':
        settings->quiet = true;
        return true;
    default:
        return false;
    }
}

static bool checked_option(int option, struct dc_settings *settings) {
    switch (option) {
    case OPTION_FOLDS:
        return count_read(optarg, 3, 10, "folds must be 3..10",
                          &settings->folds);
    case OPTION_THREADS:
        return count_read(optarg, 1, DC_POOL_THREADS_MAX,
                          "threads must be 1..64", &settings->threads);
    case OPTION_REPEAT:
        return count_read(optarg, 1, 1000, "passes must be 1..1000",
                          &settings->repeat);
    case OPTION_SEED:
        return number_read(optarg, 1, UINT32_MAX, "not a seed",
                           &settings->seed);
    case OPTION_LIMIT:
        return size_read(optarg, "not a number of pages", &settings->limit);
    case OPTION_WORST:
        return size_read(optarg, "not a number of pages", &settings->worst);
    case OPTION_PREDICTIONS:
        return pair_read(optarg, false, settings);
    case OPTION_PEER:
        return pair_read(optarg, true, settings);
    case OPTION_FAIL_UNDER:
        return floor_read(optarg, settings);
    default: /* getopt_long has said what is wrong */
        return false;
    }
}

static enum dc_settings_result options_read(int argc, char **argv,
                                            struct dc_settings *settings) {
    int option;
    while ((option = getopt_long(argc, argv, "qhV", options, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            if (option == 'h')
                fputs(usage, stdout);
            else
                printf("declutter-bench %s\n", declutter_version());
            return DC_SETTINGS_DONE;
        }
        if (!plain_option(option, settings) &&
            !checked_option(option, settings))
            return DC_SETTINGS_WRONG;
    }
    if (settings->model && settings->folds) {
        wrong("--model and --folds exclude each other", settings->model);
        return DC_SETTINGS_WRONG;
    }
    settings->corpora = (const char *const *)(argv + optind);
    settings->corpus_count = (size_t)(argc - optind);
    if (settings->corpus_count)
        return DC_SETTINGS_RUN;
    fputs(usage, stderr);
    return DC_SETTINGS_WRONG;
}

enum dc_settings_result dc_settings_read(int argc, char **argv,
                                         struct dc_settings *settings) {
    memset(settings, 0, sizeof *settings);
    settings->threads = 2;
    settings->repeat = 5;
    settings->seed = 1;
    /* No option can be given more often than there are arguments. */
    settings->peers = calloc((size_t)argc + 1, sizeof *settings->peers);
    settings->floors = calloc((size_t)argc + 1, sizeof *settings->floors);
    if (!settings->peers || !settings->floors) {
        wrong("out of memory", "options");
        return DC_SETTINGS_WRONG;
    }
    return options_read(argc, argv, settings);
}

void dc_settings_free(struct dc_settings *settings) {
    for (size_t i = 0; i < settings->peer_count; i++)
        free(settings->peers[i].name);
    for (size_t i = 0; i < settings->floor_count; i++) {
        free(settings->floors[i].corpus);
        free(settings->floors[i].metric);
    }
    free(settings->peers);
    free(settings->floors);
}
