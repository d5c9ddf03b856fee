/* settings.h: the command line of declutter-bench. */
#ifndef DC_SETTINGS_H
#define DC_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NAME=VALUE of an option, cut at the '='. */
struct dc_pair {
    char *name;
    const char *value;
    bool is_command; /* --peer; else --predictions */
};

/* [CORPUS:]METRIC=NUMBER: the metric must not be below the number. */
struct dc_floor {
    char *corpus; /* NULL: all that measure the metric */
    char *metric;
    double number;
};

struct dc_settings {
    const char *model, *labels, *without, *report, *json, *results, *dump;
    unsigned folds, threads, repeat;
    uint64_t seed;
    size_t limit, worst;
    bool speed, quiet;
    struct dc_pair *peers;
    size_t peer_count;
    struct dc_floor *floors;
    size_t floor_count;
    const char *const *corpora;
    size_t corpus_count;
};

enum dc_settings_result {
    DC_SETTINGS_RUN,
    DC_SETTINGS_DONE, /* --help or --version was printed */
    DC_SETTINGS_WRONG /* a message was printed */
};

/* Reads the command line; prints help, version and usage errors itself. */
enum dc_settings_result dc_settings_read(int argc, char **argv,
                                         struct dc_settings *settings);
void dc_settings_free(struct dc_settings *settings);

#endif
