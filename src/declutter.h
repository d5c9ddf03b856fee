/* declutter.h: main content and typed clutter of web pages.
 *
 * The simple way, one call:
 *
 *     static int to_stdout(void *context, const char *bytes, size_t length)
 *     { return fwrite(bytes, 1, length, context) == length ? 0 : -1; }
 *
 *     declutter_filter(html, length, NULL, NULL, to_stdout, stdout, NULL);
 *
 * prints the text a reader came for.  The longer way gives the blocks:
 *
 *     struct declutter_page *page = declutter_page_new();
 *     declutter_page_read(page, html, length, &options, &error);
 *     declutter_page_classify(page, NULL, &options, &error);
 *     blocks = declutter_page_blocks(page, &count);
 *     declutter_page_free(page);
 *
 * Rules that hold for every function: the library never prints, exits, keeps
 * global state, or changes the locale.  Text in and out has an explicit
 * length; text out is valid UTF-8.  A model is immutable and may be shared by
 * threads; a page belongs to one thread at a time.  NULL for `model` means
 * the built-in one, NULL for `options` the defaults, NULL for `error` that
 * the caller does not want the message.
 */
#ifndef DECLUTTER_H
#define DECLUTTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DECLUTTER_VERSION "0.1.0"

#if defined(__GNUC__)
#define DECLUTTER_API __attribute__((visibility("default")))
#else
#define DECLUTTER_API
#endif

/* What a call came to.  0 is success; the message says the rest. */
enum declutter_status {
    DECLUTTER_OK = 0,
    DECLUTTER_ERROR_MEMORY,    /* out of memory */
    DECLUTTER_ERROR_READ,      /* cannot open or read the input */
    DECLUTTER_ERROR_DAMAGED,   /* truncated or corrupt gzip data */
    DECLUTTER_ERROR_TOO_LARGE, /* more bytes than options.max_bytes */
    DECLUTTER_ERROR_ENCODING,  /* options.encoding names no known charset */
    DECLUTTER_ERROR_MODEL, /* the model file is damaged or of another make */
    DECLUTTER_ERROR_WRITE, /* the sink refused */
    DECLUTTER_ERROR_USAGE, /* a call out of order, an unknown label... */
    DECLUTTER_ERROR_TIME   /* longer than options.max_milliseconds */
};

/* Details of a failure.  `offset` is the byte of the input (or the line of a
 * model file) where it was noticed, 0 when that means nothing. */
struct declutter_error {
    enum declutter_status status;
    size_t offset;
    char message[200]; /* one line, no newline, no file name */
};

/* Default of options.max_bytes: 32 MiB, counted after gunzipping. */
#define DECLUTTER_MAX_BYTES ((size_t)32 << 20)
/* Hard ceiling of options.max_bytes: offsets inside a page are 32 bits. */
#define DECLUTTER_MAX_BYTES_LIMIT ((size_t)1 << 30)

/* Zero-initialise; zero means the default everywhere. */
struct declutter_options {
    const char *encoding; /* charset known from outside, an iconv name */
    const char *url;      /* address of the page, UTF-8 */
    size_t max_bytes;     /* larger pages are refused; 0: the default */
    double bias;          /* log-odds added to "content": > 0 keeps more */
    uint32_t keep;        /* labels to print, bit i for label i; 0: content */
    int links;            /* addresses of links: > 0 printed, < 0 not; 0: in
                           * Markdown and HTML, not in text */
    int images;           /* images: the same */
    int front_matter;     /* not 0: metadata as YAML on top of Markdown */
    uint32_t max_milliseconds; /* a page that takes longer is given up, see
                                * declutter_page_read; 0: no limit */
};

struct declutter_model; /* labels, lexicon, weights; immutable */
struct declutter_page;  /* one page and its arena; reusable */

/* Receives output piece by piece; anything but 0 stops with
 * DECLUTTER_ERROR_WRITE. */
typedef int (*declutter_sink)(void *context, const char *bytes, size_t length);

enum declutter_format {
    DECLUTTER_TEXT,     /* kept blocks, a blank line between paragraphs */
    DECLUTTER_BLOCKS,   /* all blocks, one JSON object a line */
    DECLUTTER_JSON,     /* one JSON object a page, one line */
    DECLUTTER_MARKDOWN, /* CommonMark with GFM's tables and footnotes */
    DECLUTTER_HTML      /* one <article>, safe to be shown as it is */
};

/* A text block: what a browser would show as one line or paragraph.  All
 * pointers are into the page: valid until its next read, or its free. */
struct declutter_block {
    const char *text;    /* UTF-8, white space collapsed, not terminated */
    size_t length;       /* bytes of text, > 0 */
    const char *tag;     /* element that holds the text, lower case */
    const float *scores; /* one probability a label, in the model's order */
    uint32_t label;      /* the winner: an index into the model's labels */
    uint32_t words;      /* runs of \w; a CJK character counts as one */
    float link_density;  /* share of its characters under <a>, 0..1 */
};

/* Whole filter in one call: reads `length` bytes of HTML at `html`, writes
 * the kept text to the sink.  A page without main content writes nothing and
 * is no error. */
DECLUTTER_API enum declutter_status
declutter_filter(const char *html, size_t length,
                 const struct declutter_model *model,
                 const struct declutter_options *options, declutter_sink sink,
                 void *context, struct declutter_error *error);

/* -- Inputs ------------------------------------------------------------- */

/* Bytes of a file; free with declutter_input_free. */
struct declutter_input {
    char *bytes;
    size_t length;
};

/* Reads a file (NULL or "-": standard input), gunzipping it if it is gzip,
 * up to max_bytes (0: the default).  A directory, a truncated or corrupt gzip
 * file or a larger file is an error; *input is then empty. */
DECLUTTER_API enum declutter_status
declutter_input_read(const char *path, size_t max_bytes,
                     struct declutter_input *input,
                     struct declutter_error *error);
DECLUTTER_API void declutter_input_free(struct declutter_input *input);

/* -- Models ------------------------------------------------------------- */

/* The model compiled in; never NULL, never freed, costs nothing to get. */
DECLUTTER_API const struct declutter_model *declutter_model_default(void);

/* Loads a model file written by declutter-train.  Every count and number is
 * checked, and a CRC-32 guards against damage; the file is trusted
 * otherwise.  *model is NULL on failure. */
DECLUTTER_API enum declutter_status
declutter_model_load(const char *path, struct declutter_model **model,
                     struct declutter_error *error);
DECLUTTER_API void declutter_model_free(struct declutter_model *model);

/* Labels in the model's order; label 0 is always "content". */
DECLUTTER_API uint32_t
declutter_model_label_count(const struct declutter_model *model);
DECLUTTER_API const char *
declutter_model_label_name(const struct declutter_model *model, uint32_t label);

/* -- Pages -------------------------------------------------------------- */

/* NULL when out of memory. */
DECLUTTER_API struct declutter_page *declutter_page_new(void);
DECLUTTER_API void declutter_page_free(struct declutter_page *page);

/* Decodes, parses and segments.  `html` need not outlive the call.  Any bytes
 * are acceptable; what was there before is gone.
 *
 * options.max_milliseconds is for reading, classifying and rendering together
 * (with the time the sink takes, without the time between the calls): a call
 * that goes beyond it fails with DECLUTTER_ERROR_TIME, a few milliseconds
 * later at most on ordinary pages. */
DECLUTTER_API enum declutter_status
declutter_page_read(struct declutter_page *page, const char *html,
                    size_t length, const struct declutter_options *options,
                    struct declutter_error *error);

/* Labels the blocks of the page read last.  May be called again with another
 * model or bias. */
DECLUTTER_API enum declutter_status declutter_page_classify(
    struct declutter_page *page, const struct declutter_model *model,
    const struct declutter_options *options, struct declutter_error *error);

/* All blocks in page order; labels and scores are set by classify. */
DECLUTTER_API const struct declutter_block *
declutter_page_blocks(const struct declutter_page *page, size_t *count);

/* Charset the page was decoded from, an upper-case iconv name. */
DECLUTTER_API const char *
declutter_page_charset(const struct declutter_page *page);

/* Things a careful caller may want to know (undecodable bytes were replaced,
 * ...), one sentence each; NULL behind the last. */
DECLUTTER_API const char *
declutter_page_warning(const struct declutter_page *page, size_t index);

/* Not 0 when one of the warnings tells of a limit that struck: something of
 * the page was flattened, or of its metadata left out.  Elements nest 512 deep;
 * lists, quotations, tables and figures nest 20 deep when they are rendered,
 * which is when the warning of that comes.  What lies deeper stands beside, no
 * word is lost.  Metadata, once they are asked for, hold 64 authors and 256
 * tags and are read from 256 objects of JSON-LD. */
DECLUTTER_API int declutter_page_limited(const struct declutter_page *page);

/* What a page says of itself.  Strings end with a NUL; NULL (or no item) is
 * what the page does not say.  Dates are ISO 8601: YYYY-MM-DD, or with time
 * and zone where the page gives both.  Addresses are absolute when the page's
 * own is known. */
struct declutter_metadata {
    const char *title;
    const char *author;         /* the authors, joined by ", " */
    const char *const *authors; /* each alone, NULL behind the last */
    const char *date;           /* of publication, else of the last change */
    const char *date_modified;
    const char *sitename;
    const char *description;
    const char *language;    /* "en", "en-US" */
    const char *canonical;   /* address */
    const char *image;       /* address */
    const char *const *tags; /* NULL behind the last */
    const char *license;     /* address or name */
};

/* Metadata of the page read last; valid as long as its blocks, collected at
 * the first call.  NULL: out of memory, or no page was read. */
DECLUTTER_API const struct declutter_metadata *
declutter_page_metadata(struct declutter_page *page);

/* Writes the page in a format.  Needs a classified page.  After a failure the
 * sink has got the beginning of the page, or nothing. */
DECLUTTER_API enum declutter_status
declutter_page_render(struct declutter_page *page, enum declutter_format format,
                      const struct declutter_options *options,
                      declutter_sink sink, void *context,
                      struct declutter_error *error);

/* DECLUTTER_VERSION of the library linked. */
DECLUTTER_API const char *declutter_version(void);

#ifdef __cplusplus
}
#endif

#endif
