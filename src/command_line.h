/* command_line.h: what the arguments of the filter say, and how it complains.
 */
#ifndef DC_COMMAND_LINE_H
#define DC_COMMAND_LINE_H

#include "declutter.h"

#include <stdbool.h>
#include <stdio.h>

enum dc_exit { DC_EXIT_DONE, DC_EXIT_SOME_FAILED, DC_EXIT_USAGE };

enum dc_action { DC_ACTION_FILTER, DC_ACTION_HELP, DC_ACTION_VERSION };

/* Zero-initialised, it says what a command line without options says. */
struct dc_settings {
    enum dc_action action;
    enum declutter_format format;
    const char *keep; /* label names as given, NULL: content */
    const char *model_path;
    const char *output_path; /* NULL: standard output */
    bool quiet;
    bool no_sandbox;
    unsigned jobs; /* threads; 0: not given, one */
    struct declutter_options options;
};

/* The text of --help. */
extern const char dc_usage[];

/* One line on standard error, with the program's name before it. */
void dc_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells the way to the help; returns DC_EXIT_USAGE. */
int dc_usage_error(void);

/* false after a message; else *paths are the files, NULL behind the last. */
bool dc_settings_parse(int argc, char **argv, struct dc_settings *settings,
                       char ***paths);

/* The names of a model's labels, in one line. */
void dc_labels_print(FILE *stream, const struct declutter_model *model);

/* Which labels a list names depends on the model, so this comes after it.
 * Sets a bit of *keep for each; false after a message. */
bool dc_keep_parse(const char *list, const struct declutter_model *model,
                   uint32_t *keep);

#endif
