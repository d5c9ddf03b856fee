/* timing.h: clocks, and the speed of the filter.
 *
 * Speed is CPU time of one process over pages already in memory, so that
 * neither the disk nor process start counts, beside a bare libxml2 SAX parse
 * of the same bytes in the same run: the ratio of the two moves little from
 * machine to machine, which seconds do.
 */
#ifndef DC_TIMING_H
#define DC_TIMING_H

#include <stddef.h>

#include "progress.h"
#include "suite.h"

/* Seconds of wall time, of CPU time of this process, of this thread. */
double dc_seconds_wall(void);
double dc_seconds_process(void);
double dc_seconds_thread(void);

/* The bare parse of one page.  Returns the number of events, so that the work
 * cannot be optimised away; 0: out of memory. */
size_t dc_parse_bare(const struct declutter_input *input);

struct dc_speed {
    size_t pages, bytes; /* bytes after gunzipping */
    unsigned passes;
    double median, p99, max;        /* CPU seconds a page, over pages */
    double filter_cpu, filter_wall; /* seconds of a pass, median of passes */
    double parse_cpu;               /* the bare parse, likewise */
    double ratio;                   /* filter_cpu / parse_cpu */
    size_t rss_before, rss_peak;    /* bytes: pages loaded; after all passes */
};

/* Reads all pages of the suite into memory, then runs `passes` passes of
 * declutter_filter and as many of the bare parse, alternating. */
enum declutter_status dc_speed_measure(const struct dc_suite *suite,
                                       const struct declutter_model *model,
                                       unsigned passes,
                                       struct dc_progress *progress,
                                       struct dc_speed *speed,
                                       struct declutter_error *error);

#endif
