/* timing.c: how fast the filter is.
 *
 * In: the pages of a suite.  Out: CPU time a page (median, 99th percentile,
 * longest), of the whole run, and of a bare parse.  Passes alternate between
 * filter and bare parse so that a change of clock speed or a noisy neighbour
 * falls on both; medians over the passes drop the odd slow one.  The bare
 * parse is what no filter on libxml2 can do without: every SAX event of the
 * page is delivered to a handler, which counts it; no tree is built.
 */
#include "timing.h"

#include <libxml/HTMLparser.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct pages {
    struct declutter_input *inputs;
    double *seconds;             /* CPU time: seconds[page * passes + pass] */
    double *cpu, *wall, *parse;  /* of each pass */
    struct declutter_page *page; /* its memory is used again and again */
};

static double clock_seconds(clockid_t clock) {
    struct timespec now = {0, 0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double dc_seconds_wall(void) {
    return clock_seconds(CLOCK_MONOTONIC);
}

double dc_seconds_process(void) {
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double dc_seconds_thread(void) {
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

static size_t rss_peak(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage))
        return 0;
    return (size_t)usage.ru_maxrss * 1024;
}

/* Says which page a failure is about. */
static enum declutter_status page_fail(const struct dc_suite *suite,
                                       size_t page,
                                       const struct declutter_error *reason,
                                       struct declutter_error *error) {
    return dc_fail(error, reason->status, reason->offset, "%s: %s",
                   suite->pages[page].gold->path, reason->message);
}

/* -- The bare parse ------------------------------------------------------ */

static void count_start(void *context, const xmlChar *name,
                        const xmlChar **attributes) {
    (void)name;
    (void)attributes;
    ++*(size_t *)context;
}

static void count_end(void *context, const xmlChar *name) {
    (void)name;
    ++*(size_t *)context;
}

static void count_text(void *context, const xmlChar *text, int length) {
    (void)text;
    (void)length;
    ++*(size_t *)context;
}

static void count_comment(void *context, const xmlChar *text) {
    (void)text;
    ++*(size_t *)context;
}

size_t dc_parse_bare(const struct declutter_input *input) {
    size_t events = 0;
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    if (!parser || input->length > INT_MAX) {
        htmlFreeParserCtxt(parser);
        return 0;
    }
    memset(parser->sax, 0, sizeof *parser->sax);
    parser->sax->startElement = count_start;
    parser->sax->endElement = count_end;
    parser->sax->characters = count_text;
    parser->sax->ignorableWhitespace = count_text;
    parser->sax->cdataBlock = count_text;
    parser->sax->comment = count_comment;
    parser->userData = &events;
    htmlDocPtr document = htmlCtxtReadMemory(
        parser, input->bytes, (int)input->length, NULL, "UTF-8",
        HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER |
            XML_PARSE_HUGE);
    xmlFreeDoc(document);
    htmlFreeParserCtxt(parser);
    return events;
}

/* -- Passes -------------------------------------------------------------- */

static int null_sink(void *context, const char *bytes, size_t length) {
    (void)bytes;
    *(size_t *)context += length;
    return 0;
}

/* Bytes to text, as the filter does it for one of many files. */
static enum declutter_status filter(struct declutter_page *page,
                                    const struct declutter_input *input,
                                    const struct declutter_model *model,
                                    struct declutter_error *error) {
    size_t printed = 0;
    enum declutter_status status =
        declutter_page_read(page, input->bytes, input->length, NULL, error);
    if (!status)
        status = declutter_page_classify(page, model, NULL, error);
    if (!status)
        status = declutter_page_render(page, DECLUTTER_TEXT, NULL, null_sink,
                                       &printed, error);
    return status;
}

static enum declutter_status filter_pass(const struct dc_suite *suite,
                                         const struct declutter_model *model,
                                         const struct dc_speed *speed,
                                         unsigned pass, struct pages *pages,
                                         struct declutter_error *error) {
    double wall = dc_seconds_wall(), start = dc_seconds_process();
    double before = start;
    for (size_t i = 0; i < suite->page_count; i++) {
        struct declutter_error reason;
        if (filter(pages->page, &pages->inputs[i], model, &reason))
            return page_fail(suite, i, &reason, error);
        double after = dc_seconds_process();
        pages->seconds[i * speed->passes + pass] = after - before;
        before = after;
    }
    pages->cpu[pass] = before - start;
    pages->wall[pass] = dc_seconds_wall() - wall;
    return DECLUTTER_OK;
}

static enum declutter_status parse_pass(const struct dc_suite *suite,
                                        unsigned pass, struct pages *pages,
                                        struct declutter_error *error) {
    size_t events = 0;
    double start = dc_seconds_process();
    for (size_t i = 0; i < suite->page_count; i++)
        events += dc_parse_bare(&pages->inputs[i]);
    pages->parse[pass] = dc_seconds_process() - start;
    if (!events)
        return dc_fail(error, DECLUTTER_ERROR_READ, 0,
                       "the bare parse found nothing in any page");
    return DECLUTTER_OK;
}

static enum declutter_status pages_load(const struct dc_suite *suite,
                                        struct dc_progress *progress,
                                        struct pages *pages,
                                        struct dc_speed *speed,
                                        struct declutter_error *error) {
    for (size_t i = 0; i < suite->page_count; i++) {
        struct declutter_error reason;
        if (declutter_input_read(suite->pages[i].gold->path, 0,
                                 &pages->inputs[i], &reason))
            return page_fail(suite, i, &reason, error);
        speed->bytes += pages->inputs[i].length;
        dc_progress_show(progress, "load", i + 1, suite->page_count);
    }
    speed->pages = suite->page_count;
    speed->rss_before = rss_peak();
    return DECLUTTER_OK;
}

/* -- Summary ------------------------------------------------------------- */

static int number_compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sorts the numbers. */
static double median(double *numbers, size_t count) {
    qsort(numbers, count, sizeof *numbers, number_compare);
    return (numbers[(count - 1) / 2] + numbers[count / 2]) / 2;
}

static void speed_sum_up(struct pages *pages, struct dc_speed *speed) {
    size_t passes = speed->passes, count = speed->pages;
    double *by_page = pages->seconds;
    /* In place: number i lands at or before the passes of page i, which have
     * been read by then. */
    for (size_t i = 0; i < count; i++)
        by_page[i] = median(pages->seconds + i * passes, passes);
    speed->median = median(by_page, count);
    speed->p99 = by_page[(size_t)ceil(0.99 * (double)count) - 1];
    speed->max = by_page[count - 1];
    speed->filter_cpu = median(pages->cpu, passes);
    speed->filter_wall = median(pages->wall, passes);
    speed->parse_cpu = median(pages->parse, passes);
    speed->ratio =
        speed->parse_cpu > 0 ? speed->filter_cpu / speed->parse_cpu : 0;
    speed->rss_peak = rss_peak();
}

static enum declutter_status
passes_run(const struct dc_suite *suite, const struct declutter_model *model,
           struct dc_progress *progress, struct pages *pages,
           struct dc_speed *speed, struct declutter_error *error) {
    enum declutter_status status =
        pages_load(suite, progress, pages, speed, error);
    for (unsigned pass = 0; !status && pass < speed->passes; pass++) {
        dc_progress_show(progress, "speed, pass", pass, speed->passes);
        status = filter_pass(suite, model, speed, pass, pages, error);
        if (!status)
            status = parse_pass(suite, pass, pages, error);
    }
    dc_progress_clear(progress);
    if (!status)
        speed_sum_up(pages, speed);
    return status;
}

static bool pages_allocate(struct pages *pages, size_t count, unsigned passes) {
    pages->inputs = calloc(count, sizeof *pages->inputs);
    pages->cpu = calloc(passes, sizeof *pages->cpu);
    pages->wall = calloc(passes, sizeof *pages->wall);
    pages->parse = calloc(passes, sizeof *pages->parse);
    if (count > SIZE_MAX / sizeof *pages->seconds / passes)
        return false;
    pages->seconds = calloc(count * passes, sizeof *pages->seconds);
    pages->page = declutter_page_new();
    return pages->page && pages->inputs && pages->cpu && pages->wall &&
           pages->parse && pages->seconds;
}

enum declutter_status dc_speed_measure(const struct dc_suite *suite,
                                       const struct declutter_model *model,
                                       unsigned passes,
                                       struct dc_progress *progress,
                                       struct dc_speed *speed,
                                       struct declutter_error *error) {
    struct pages pages;
    enum declutter_status status;
    memset(&pages, 0, sizeof pages);
    memset(speed, 0, sizeof *speed);
    speed->passes = passes ? passes : 1;
    if (pages_allocate(&pages, suite->page_count, speed->passes))
        status = passes_run(suite, model, progress, &pages, speed, error);
    else
        status = dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    for (size_t i = 0; pages.inputs && i < suite->page_count; i++)
        declutter_input_free(&pages.inputs[i]);
    free(pages.inputs);
    free(pages.seconds);
    free(pages.cpu);
    free(pages.wall);
    free(pages.parse);
    declutter_page_free(pages.page);
    return status;
}
