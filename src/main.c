/* main.c: the filter's command line; the only file that prints or exits.
 *
 * In: arguments, pages.  Out: the kept text on standard output, complaints on
 * standard error, and an exit status: 0 done, 1 some input failed (the others
 * were done), 2 the command line or the model cannot be used.  Everything
 * about pages is behind declutter.h: what this program does, any other can.
 * No locale is ever set, hence numbers read the same everywhere.
 */
#include "declutter.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_DONE, EXIT_SOME_FAILED, EXIT_USAGE };

enum action { ACTION_FILTER, ACTION_HELP, ACTION_VERSION };

struct settings {
    enum action action;
    enum declutter_format format;
    const char *keep; /* label names as given, NULL: content */
    const char *model_path;
    const char *output_path; /* NULL: standard output */
    bool quiet;
    struct declutter_options options;
};

/* Where the output goes, and what has become of it so far. */
struct writer {
    FILE *stream;
    const char *name;
    int error;       /* errno of the first failed write */
    bool separate;   /* an empty line between pages */
    bool any_page;   /* some page before this one wrote something */
    bool page_begun; /* this page did */
};

enum long_only {
    OPTION_MAX_BYTES = 256,
    OPTION_PRECISION,
    OPTION_RECALL,
    OPTION_LINKS,
    OPTION_NO_LINKS,
    OPTION_IMAGES,
    OPTION_NO_IMAGES,
    OPTION_FRONT_MATTER
};

static const char short_options[] = "f:k:m:b:e:u:o:qhV";

static const struct option long_options[] = {
    {"format", required_argument, NULL, 'f'},
    {"keep", required_argument, NULL, 'k'},
    {"model", required_argument, NULL, 'm'},
    {"bias", required_argument, NULL, 'b'},
    {"precision", no_argument, NULL, OPTION_PRECISION},
    {"recall", no_argument, NULL, OPTION_RECALL},
    {"links", no_argument, NULL, OPTION_LINKS},
    {"no-links", no_argument, NULL, OPTION_NO_LINKS},
    {"images", no_argument, NULL, OPTION_IMAGES},
    {"no-images", no_argument, NULL, OPTION_NO_IMAGES},
    {"front-matter", no_argument, NULL, OPTION_FRONT_MATTER},
    {"encoding", required_argument, NULL, 'e'},
    {"url", required_argument, NULL, 'u'},
    {"output", required_argument, NULL, 'o'},
    {"max-bytes", required_argument, NULL, OPTION_MAX_BYTES},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0}};

static const char usage[] =
    "Usage: declutter [OPTION]... [FILE]...\n"
    "Print the main content of web pages, without menus, promotion and\n"
    "cookie notices.  A FILE is HTML, plain or gzip; no FILE, or -, is\n"
    "standard input.\n"
    "\n"
    "  -f, --format=FORMAT     text (default): the kept blocks\n"
    "                          markdown: CommonMark, with tables and "
    "footnotes\n"
    "                          html: one <article>, safe to be shown as it is\n"
    "                          blocks: all blocks with label and scores, one\n"
    "                          JSON object a line\n"
    "                          json: one JSON object a page\n"
    "  -k, --keep=LABEL[,...]  labels to print (default: content)\n"
    "  -m, --model=FILE        model to use (default: the built-in one)\n"
    "  -b, --bias=NUMBER       log-odds added to content: > 0 keeps more, < 0\n"
    "                          drops more (default: 0)\n"
    "      --precision         same as --bias=-1\n"
    "      --recall            same as --bias=1\n"
    "      --links, --no-links    print the addresses of links, or do not;\n"
    "      --images, --no-images  the same for images (default: in markdown "
    "and\n"
    "                          html, not in text)\n"
    "      --front-matter      metadata as YAML on top of markdown\n"
    "  -e, --encoding=NAME     charset of the pages, when known from outside\n"
    "  -u, --url=URL           address of the page, when known\n"
    "  -o, --output=FILE       write there instead of standard output\n"
    "      --max-bytes=N       refuse larger pages; N may end in K, M or G\n"
    "                          (default: 32M, at most 1G)\n"
    "  -q, --quiet             no warnings\n"
    "  -h, --help              print this help\n"
    "  -V, --version           print the version and the built-in labels\n"
    "\n"
    "Exit status: 0 done; 1 some input failed, the others were done; 2 the\n"
    "command line or the model cannot be used.\n";

static void complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static void complain(const char *format, ...) {
    va_list arguments;
    fputs("declutter: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static int usage_error(void) {
    fputs("Try 'declutter --help' for more information.\n", stderr);
    return EXIT_USAGE;
}

/* -- Options --------------------------------------------------------------- */

static bool parse_format(const char *text, enum declutter_format *format) {
    static const char *const names[] = {[DECLUTTER_TEXT] = "text",
                                        [DECLUTTER_BLOCKS] = "blocks",
                                        [DECLUTTER_JSON] = "json",
                                        [DECLUTTER_MARKDOWN] = "markdown",
                                        [DECLUTTER_HTML] = "html"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (enum declutter_format)i;
            return true;
        }
    complain("unknown format '%s' (text, markdown, html, json or blocks)",
             text);
    return false;
}

static bool parse_bias(const char *text, double *bias) {
    char *end;
    *bias = strtod(text, &end);
    /* strtod takes more than numbers: leading blanks, hexadecimals, "nan". */
    if (end == text || text[strspn(text, "+-.0123456789eE")] != '\0' ||
        *end != '\0' || !isfinite(*bias)) {
        complain("bad bias '%s': not a number", text);
        return false;
    }
    return true;
}

/* Shift of a size's suffix, -1 for one that is none. */
static int size_shift(const char *suffix) {
    static const char letters[] = "KMG";
    if (*suffix == '\0')
        return 0;
    const char *letter = strchr(letters, *suffix);
    return letter && suffix[1] == '\0' ? 10 * (int)(letter - letters + 1) : -1;
}

static bool parse_size(const char *text, size_t *size) {
    size_t digits = strspn(text, "0123456789");
    int shift = size_shift(text + digits);
    if (digits == 0 || shift < 0) {
        complain("bad size '%s': digits, then K, M, G or nothing", text);
        return false;
    }
    errno = 0;
    unsigned long long count = strtoull(text, NULL, 10);
    if (count == 0 || errno == ERANGE ||
        count > DECLUTTER_MAX_BYTES_LIMIT >> shift) {
        complain("bad size '%s': must be 1 to 1G", text);
        return false;
    }
    *size = (size_t)count << shift;
    return true;
}

/* Options that are on or off. */
static bool parse_switch(int option, struct declutter_options *options) {
    switch (option) {
    case OPTION_LINKS:
    case OPTION_NO_LINKS:
        options->links = option == OPTION_LINKS ? 1 : -1;
        return true;
    case OPTION_IMAGES:
    case OPTION_NO_IMAGES:
        options->images = option == OPTION_IMAGES ? 1 : -1;
        return true;
    case OPTION_FRONT_MATTER:
        options->front_matter = 1;
        return true;
    default:
        return false; /* getopt has said why */
    }
}

static bool parse_option(int option, const char *text,
                         struct settings *settings) {
    switch (option) {
    case 'f':
        return parse_format(text, &settings->format);
    case 'k':
        settings->keep = text;
        return true;
    case 'm':
        settings->model_path = text;
        return true;
    case 'b':
        return parse_bias(text, &settings->options.bias);
    case OPTION_PRECISION:
        settings->options.bias = -1;
        return true;
    case OPTION_RECALL:
        settings->options.bias = 1;
        return true;
    case 'e':
        settings->options.encoding = text;
        return true;
    case 'u':
        settings->options.url = text;
        return true;
    case 'o':
        settings->output_path = strcmp(text, "-") == 0 ? NULL : text;
        return true;
    case OPTION_MAX_BYTES:
        return parse_size(text, &settings->options.max_bytes);
    case 'q':
        settings->quiet = true;
        return true;
    default:
        return parse_switch(option, &settings->options);
    }
}

/* false after a message; else the files are argv[optind] and on. */
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
    return true;
}

/* -- Labels ---------------------------------------------------------------- */

static void print_labels(FILE *stream, const struct declutter_model *model) {
    uint32_t count = declutter_model_label_count(model);
    for (uint32_t i = 0; i < count; i++)
        fprintf(stream, "%s%s", i ? ", " : "",
                declutter_model_label_name(model, i));
    fputc('\n', stream);
}

static bool add_label(const struct declutter_model *model, const char *name,
                      size_t length, uint32_t *keep) {
    uint32_t count = declutter_model_label_count(model);
    for (uint32_t i = 0; i < count; i++) {
        const char *label = declutter_model_label_name(model, i);
        if (strlen(label) == length && memcmp(label, name, length) == 0) {
            *keep |= UINT32_C(1) << i;
            return true;
        }
    }
    complain("unknown label '%.*s'", (int)(length < 80 ? length : 80), name);
    fputs("declutter: labels of the model: ", stderr);
    print_labels(stderr, model);
    return false;
}

/* Which labels a list names depends on the model, so this comes after it. */
static bool parse_keep(const char *list, const struct declutter_model *model,
                       uint32_t *keep) {
    for (;;) {
        size_t length = strcspn(list, ",");
        if (!add_label(model, list, length, keep))
            return false;
        if (list[length] == '\0')
            return true;
        list += length + 1;
    }
}

/* -- Output ---------------------------------------------------------------- */

static int write_piece(void *context, const char *bytes, size_t length) {
    struct writer *writer = context;
    errno = 0;
    if (!writer->page_begun && writer->any_page && writer->separate)
        fputc('\n', writer->stream);
    writer->page_begun = writer->any_page = true;
    if (fwrite(bytes, 1, length, writer->stream) == length &&
        !ferror(writer->stream))
        return 0;
    writer->error = errno ? errno : EIO;
    return -1;
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

static int writer_open(struct writer *writer, const struct settings *settings,
                       char **paths) {
    *writer = (struct writer){.stream = stdout, .name = "standard output"};
    writer->separate = settings->format == DECLUTTER_TEXT ||
                       settings->format == DECLUTTER_MARKDOWN;
    if (!settings->output_path)
        return EXIT_DONE;
    writer->name = settings->output_path;
    if (is_output_an_input(writer->name, paths)) {
        complain("%s: is an input as well as the output", writer->name);
        return EXIT_USAGE;
    }
    writer->stream = fopen(writer->name, "w");
    if (!writer->stream) {
        complain("%s: %s", writer->name, strerror(errno));
        return EXIT_SOME_FAILED;
    }
    return EXIT_DONE;
}

/* Closes the output and reports what went wrong with it, be it now or
 * before: a full disk may show as late as here.  Who ignores SIGPIPE and stops
 * reading wants no message. */
static int writer_close(struct writer *writer) {
    errno = 0;
    if (fclose(writer->stream) != 0 && !writer->error)
        writer->error = errno ? errno : EIO;
    if (!writer->error)
        return EXIT_DONE;
    if (writer->error != EPIPE)
        complain("%s: %s", writer->name, strerror(writer->error));
    return EXIT_SOME_FAILED;
}

/* -- Pages ----------------------------------------------------------------- */

static const char *display_name(const char *path) {
    return is_standard_input(path) ? "standard input" : path;
}

static void print_warnings(const struct declutter_page *page,
                           const char *name) {
    const char *warning;
    for (size_t i = 0; (warning = declutter_page_warning(page, i)); i++)
        complain("%s: warning: %s", name, warning);
}

static enum declutter_status filter_page(struct declutter_page *page,
                                         const struct declutter_input *input,
                                         const struct declutter_model *model,
                                         const struct settings *settings,
                                         struct writer *writer,
                                         struct declutter_error *error) {
    const struct declutter_options *options = &settings->options;
    enum declutter_status status =
        declutter_page_read(page, input->bytes, input->length, options, error);
    if (!status)
        status = declutter_page_classify(page, model, options, error);
    if (!status)
        status = declutter_page_render(page, settings->format, options,
                                       write_piece, writer, error);
    return status;
}

/* false after a message.  A failed write gets its message when the output is
 * closed. */
static bool filter_file(struct declutter_page *page, const char *path,
                        const struct declutter_model *model,
                        const struct settings *settings,
                        struct writer *writer) {
    struct declutter_input input = {NULL, 0};
    struct declutter_error error = {.message = ""};
    writer->page_begun = false;
    enum declutter_status status =
        declutter_input_read(path, settings->options.max_bytes, &input, &error);
    if (!status) {
        status = filter_page(page, &input, model, settings, writer, &error);
        if (!status && !settings->quiet)
            print_warnings(page, display_name(path));
    }
    declutter_input_free(&input);
    if (status && !writer->error)
        complain("%s: %s", display_name(path), error.message);
    return status == DECLUTTER_OK;
}

static int filter_files(struct declutter_page *page, char **paths,
                        const struct declutter_model *model,
                        const struct settings *settings) {
    struct writer writer;
    int status = writer_open(&writer, settings, paths);
    if (status)
        return status;
    for (; *paths && !writer.error; paths++)
        if (!filter_file(page, *paths, model, settings, &writer))
            status = EXIT_SOME_FAILED;
    int closed = writer_close(&writer);
    return closed ? closed : status;
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
    complain("%s", error.message);
    return false;
}

static int run_filter(struct settings *settings, char **paths,
                      const struct declutter_model *model) {
    static char standard_input[] = "-";
    char *only_standard_input[] = {standard_input, NULL};
    struct declutter_options *options = &settings->options;
    if (settings->keep && !parse_keep(settings->keep, model, &options->keep))
        return usage_error();
    struct declutter_page *page = declutter_page_new();
    if (!page) {
        complain("out of memory");
        return EXIT_SOME_FAILED;
    }
    int status;
    if (check_encoding(page, options))
        status = filter_files(page, *paths ? paths : only_standard_input, model,
                              settings);
    else
        status = usage_error();
    declutter_page_free(page);
    return status;
}

static int run_with_model(struct settings *settings, char **paths) {
    if (!settings->model_path)
        return run_filter(settings, paths, declutter_model_default());
    struct declutter_model *model;
    struct declutter_error error;
    if (declutter_model_load(settings->model_path, &model, &error)) {
        complain("%s: %s", settings->model_path, error.message);
        return EXIT_USAGE;
    }
    int status = run_filter(settings, paths, model);
    declutter_model_free(model);
    return status;
}

static int print_help(void) {
    struct writer writer = {.stream = stdout, .name = "standard output"};
    write_piece(&writer, usage, sizeof usage - 1);
    return writer_close(&writer);
}

static int print_version(void) {
    struct writer writer = {.stream = stdout, .name = "standard output"};
    fprintf(stdout, "declutter %s\nbuilt-in labels: ", declutter_version());
    print_labels(stdout, declutter_model_default());
    return writer_close(&writer);
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
    struct settings settings = {.action = ACTION_FILTER};
    if (!reserve_descriptors())
        return EXIT_SOME_FAILED;
    if (argc > 0)
        argv[0] = name;
    if (!parse_settings(argc, argv, &settings))
        return usage_error();
    switch (settings.action) {
    case ACTION_HELP:
        return print_help();
    case ACTION_VERSION:
        return print_version();
    default:
        return run_with_model(&settings,
                              argc > 0 ? argv + optind : argv + argc);
    }
}
