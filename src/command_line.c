/* command_line.c: the arguments of the filter.
 *
 * In: arguments.  Out: settings, or one message that says what is wrong with
 * them.  Numbers are checked here to the last character: what strtod and
 * strtoull would take beyond plain numbers (blanks, hexadecimals, "nan") is a
 * slip of whoever wrote the command.  No locale is ever set, hence numbers
 * read the same everywhere.  The names of labels depend on the model and are
 * looked up once it is loaded.
 */
#include "command_line.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs.h"

enum long_only {
    OPTION_MAX_BYTES = 256,
    OPTION_PRECISION,
    OPTION_RECALL,
    OPTION_LINKS,
    OPTION_NO_LINKS,
    OPTION_IMAGES,
    OPTION_NO_IMAGES,
    OPTION_FRONT_MATTER,
    OPTION_TIMEOUT,
    OPTION_NO_SANDBOX
};

static const char short_options[] = "f:k:m:b:e:u:o:j:qhV";

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
    {"jobs", required_argument, NULL, 'j'},
    {"max-bytes", required_argument, NULL, OPTION_MAX_BYTES},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"no-sandbox", no_argument, NULL, OPTION_NO_SANDBOX},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0}};

const char dc_usage[] =
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
    "  -j, --jobs=N            filter N files at a time (default: 1; 0: as "
    "many "
    "as\n"
    "                          there are processors)\n"
    "      --max-bytes=N       refuse larger pages; N may end in K, M or G\n"
    "                          (default: 32M, at most 1G)\n"
    "      --timeout=SECONDS   give up a page that takes longer (default: "
    "none)\n"
    "      --no-sandbox        keep the rights to write files, run programs "
    "and\n"
    "                          so on while pages are read\n"
    "  -q, --quiet             no warnings\n"
    "  -h, --help              print this help\n"
    "  -V, --version           print the version, the built-in labels and "
    "what\n"
    "                          sandbox the kernel offers\n"
    "\n"
    "Exit status: 0 done; 1 some input failed or went beyond a limit, the "
    "others\n"
    "were done; 2 the command line or the model cannot be used.\n";

void dc_complain(const char *format, ...) {
    va_list arguments;
    fputs("declutter: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

int dc_usage_error(void) {
    fputs("Try 'declutter --help' for more information.\n", stderr);
    return DC_EXIT_USAGE;
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
    dc_complain("unknown format '%s' (text, markdown, html, json or blocks)",
                text);
    return false;
}

static bool parse_bias(const char *text, double *bias) {
    char *end;
    *bias = strtod(text, &end);
    /* strtod takes more than numbers: leading blanks, hexadecimals, "nan". */
    if (end == text || text[strspn(text, "+-.0123456789eE")] != '\0' ||
        *end != '\0' || !isfinite(*bias)) {
        dc_complain("bad bias '%s': not a number", text);
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
        dc_complain("bad size '%s': digits, then K, M, G or nothing", text);
        return false;
    }
    errno = 0;
    unsigned long long count = strtoull(text, NULL, 10);
    if (count == 0 || errno == ERANGE ||
        count > DECLUTTER_MAX_BYTES_LIMIT >> shift) {
        dc_complain("bad size '%s': must be 1 to 1G", text);
        return false;
    }
    *size = (size_t)count << shift;
    return true;
}

/* Seconds, up to what the library can count in milliseconds. */
static bool parse_timeout(const char *text, uint32_t *milliseconds) {
    enum { SECONDS_MOST = 1000000 };
    size_t length = strspn(text, ".0123456789");
    char *end;
    double seconds = strtod(text, &end);
    if (length == 0 || text[length] != '\0' || *end != '\0' || end == text ||
        seconds < 0.001 || seconds > SECONDS_MOST) {
        dc_complain("bad timeout '%s': must be 0.001 to %d seconds", text,
                    (int)SECONDS_MOST);
        return false;
    }
    *milliseconds = (uint32_t)(seconds * 1000 + 0.5);
    return true;
}

static unsigned processor_count(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1)
        return 1;
    return count < DC_JOBS_MAX ? (unsigned)count : DC_JOBS_MAX;
}

static bool parse_jobs(const char *text, unsigned *jobs) {
    size_t digits = strspn(text, "0123456789");
    /* A number too large for strtoul comes back as the largest one. */
    unsigned long count = strtoul(text, NULL, 10);
    if (digits == 0 || text[digits] != '\0' || count > DC_JOBS_MAX) {
        dc_complain("bad number of jobs '%s': must be 0 to %d", text,
                    (int)DC_JOBS_MAX);
        return false;
    }
    *jobs = count ? (unsigned)count : processor_count();
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
                         struct dc_settings *settings) {
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
    case 'j':
        return parse_jobs(text, &settings->jobs);
    case OPTION_MAX_BYTES:
        return parse_size(text, &settings->options.max_bytes);
    case OPTION_TIMEOUT:
        return parse_timeout(text, &settings->options.max_milliseconds);
    case OPTION_NO_SANDBOX:
        settings->no_sandbox = true;
        return true;
    case 'q':
        settings->quiet = true;
        return true;
    default:
        return parse_switch(option, &settings->options);
    }
}

bool dc_settings_parse(int argc, char **argv, struct dc_settings *settings,
                       char ***paths) {
    int option;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread yet */
    while ((option = getopt_long(argc, argv, short_options, long_options,
                                 NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            settings->action =
                option == 'h' ? DC_ACTION_HELP : DC_ACTION_VERSION;
            break;
        }
        if (!parse_option(option, optarg, settings))
            return false;
    }
    *paths = argc > 0 ? argv + optind : argv + argc;
    return true;
}

/* -- Labels ---------------------------------------------------------------- */

void dc_labels_print(FILE *stream, const struct declutter_model *model) {
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
    dc_complain("unknown label '%.*s'", (int)(length < 80 ? length : 80), name);
    fputs("declutter: labels of the model: ", stderr);
    dc_labels_print(stderr, model);
    return false;
}

bool dc_keep_parse(const char *list, const struct declutter_model *model,
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
