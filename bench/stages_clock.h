/* stages_clock.h: which stage of the filter is at work, and for how long.
 *
 * The linker puts a wrapper around every entry of a stage (--wrap in
 * bench/CMakeLists.txt), so that the stages are clocked where the library
 * itself runs them: nothing here repeats their order, and what is measured is
 * the filter, not a copy of its main loop.  A stage called by another one
 * stops that one's clock: the times add up to the whole.
 */
#ifndef DC_STAGES_CLOCK_H
#define DC_STAGES_CLOCK_H

#include <stdbool.h>

enum dc_stage {
    DC_STAGE_READ,
    DC_STAGE_DECODE,
    DC_STAGE_CUT,
    DC_STAGE_PARSE,
    DC_STAGE_SEGMENT,
    DC_STAGE_LAYOUT,
    DC_STAGE_FEATURIZE,
    DC_STAGE_LEXICON,
    DC_STAGE_CLASSIFY,
    DC_STAGE_RENDER,
    DC_STAGE_REST, /* of the filter: what declutter.c does between them */
    DC_STAGE_BARE, /* not of the filter: the bare parse beside it */
    DC_STAGE_COUNT
};

const char *dc_stage_name(enum dc_stage stage);

/* From now on time goes to this stage, until it is left. */
void dc_stage_enter(enum dc_stage stage);
void dc_stage_leave(void);

/* Seconds of every stage since the last call. */
void dc_stage_take(double seconds[DC_STAGE_COUNT]);

/* No clock is read any more: who counts instructions wants none of the
 * clock's. */
void dc_stage_clock_stop(void);

#endif
