/* stages_clock.c: the clocks of the stages, and the wrappers that run them.
 *
 * In: calls of the library's stages by the library, which --wrap=NAME of the
 * linker leads to __wrap_NAME here.  Out: seconds a stage.  One clock is read
 * at every change of stage, and a stack says whose time it was.  Features are
 * made block by block, so that a page of 300 blocks reads the clock some 2,000
 * times, which is one or two hundredths of its time.  State is one struct: a
 * wrapper has no other place to find it, and the program has one thread.
 */
#include "stages_clock.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "classify.h"
#include "cut.h"
#include "decode.h"
#include "lexicon.h"
#include "parse.h"
#include "segment.h"

enum { NESTING_MAX = 16 };

static struct {
    enum dc_stage open[NESTING_MAX];
    unsigned depth;
    bool stopped;
    int64_t since; /* the last change of stage */
    int64_t spent[DC_STAGE_COUNT];
} stages;

const char *dc_stage_name(enum dc_stage stage) {
    static const char *const names[DC_STAGE_COUNT] = {
        "read",      "decode",  "cut",      "parse",  "segment", "layout",
        "featurize", "lexicon", "classify", "render", "rest",    "bare parse"};
    return names[stage];
}

static int64_t nanoseconds(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The time up to now goes to the innermost open stage. */
static void time_charge(void) {
    int64_t now = nanoseconds();
    if (stages.depth)
        stages.spent[stages.open[stages.depth - 1]] += now - stages.since;
    stages.since = now;
}

void dc_stage_enter(enum dc_stage stage) {
    if (stages.stopped || stages.depth == NESTING_MAX)
        return;
    time_charge();
    stages.open[stages.depth++] = stage;
}

void dc_stage_leave(void) {
    if (stages.stopped || !stages.depth)
        return;
    time_charge();
    stages.depth--;
}

void dc_stage_take(double seconds[DC_STAGE_COUNT]) {
    for (unsigned s = 0; s < DC_STAGE_COUNT; s++)
        seconds[s] = 1e-9 * (double)stages.spent[s];
    memset(stages.spent, 0, sizeof stages.spent);
}

void dc_stage_clock_stop(void) {
    stages.stopped = true;
}

/* -- Wrappers: the linker gives the names -------------------------------- */

__typeof__(dc_decode) __real_dc_decode, __wrap_dc_decode;
__typeof__(dc_cut) __real_dc_cut, __wrap_dc_cut;
__typeof__(dc_parse) __real_dc_parse, __wrap_dc_parse;
__typeof__(dc_segment) __real_dc_segment, __wrap_dc_segment;
__typeof__(dc_layout_new) __real_dc_layout_new, __wrap_dc_layout_new;
__typeof__(dc_features_new) __real_dc_features_new, __wrap_dc_features_new;
__typeof__(dc_features_refine) __real_dc_features_refine,
    __wrap_dc_features_refine;
__typeof__(dc_features_own) __real_dc_features_own, __wrap_dc_features_own;
__typeof__(dc_features_context) __real_dc_features_context,
    __wrap_dc_features_context;
__typeof__(dc_lexicon_score) __real_dc_lexicon_score, __wrap_dc_lexicon_score;
__typeof__(dc_classify) __real_dc_classify, __wrap_dc_classify;

enum declutter_status __wrap_dc_decode(struct dc_page *page, const char *bytes,
                                       size_t length, const char *encoding,
                                       struct declutter_error *error) {
    dc_stage_enter(DC_STAGE_DECODE);
    enum declutter_status status =
        __real_dc_decode(page, bytes, length, encoding, error);
    dc_stage_leave();
    return status;
}

enum declutter_status __wrap_dc_cut(struct dc_page *page,
                                    struct dc_clean *clean,
                                    struct declutter_error *error) {
    dc_stage_enter(DC_STAGE_CUT);
    enum declutter_status status = __real_dc_cut(page, clean, error);
    dc_stage_leave();
    return status;
}

enum declutter_status __wrap_dc_parse(struct dc_page *page,
                                      struct declutter_error *error) {
    dc_stage_enter(DC_STAGE_PARSE);
    enum declutter_status status = __real_dc_parse(page, error);
    dc_stage_leave();
    return status;
}

enum declutter_status __wrap_dc_segment(struct dc_page *page,
                                        struct declutter_error *error) {
    dc_stage_enter(DC_STAGE_SEGMENT);
    enum declutter_status status = __real_dc_segment(page, error);
    dc_stage_leave();
    return status;
}

struct dc_layout *__wrap_dc_layout_new(struct dc_page *page) {
    dc_stage_enter(DC_STAGE_LAYOUT);
    struct dc_layout *layout = __real_dc_layout_new(page);
    dc_stage_leave();
    return layout;
}

struct dc_features *
__wrap_dc_features_new(struct dc_page *page,
                       const struct declutter_model *model) {
    dc_stage_enter(DC_STAGE_FEATURIZE);
    struct dc_features *features = __real_dc_features_new(page, model);
    dc_stage_leave();
    return features;
}

bool __wrap_dc_features_refine(struct dc_features *features,
                               struct dc_arena *arena, const float *p) {
    dc_stage_enter(DC_STAGE_FEATURIZE);
    bool done = __real_dc_features_refine(features, arena, p);
    dc_stage_leave();
    return done;
}

void __wrap_dc_features_own(const struct dc_features *features, uint32_t block,
                            float *row) {
    dc_stage_enter(DC_STAGE_FEATURIZE);
    __real_dc_features_own(features, block, row);
    dc_stage_leave();
}

void __wrap_dc_features_context(const struct dc_features *features,
                                uint32_t block, float *row) {
    dc_stage_enter(DC_STAGE_FEATURIZE);
    __real_dc_features_context(features, block, row);
    dc_stage_leave();
}

bool __wrap_dc_lexicon_score(const struct dc_layout *layout,
                             const struct declutter_model *model,
                             struct dc_arena *arena, float *scores) {
    dc_stage_enter(DC_STAGE_LEXICON);
    bool done = __real_dc_lexicon_score(layout, model, arena, scores);
    dc_stage_leave();
    return done;
}

enum declutter_status __wrap_dc_classify(struct dc_page *page,
                                         const struct declutter_model *model,
                                         double bias,
                                         struct declutter_error *error) {
    dc_stage_enter(DC_STAGE_CLASSIFY);
    enum declutter_status status = __real_dc_classify(page, model, bias, error);
    dc_stage_leave();
    return status;
}
