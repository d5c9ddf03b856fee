/* cutter.h: where dc_cut stands; what the cut files share. */
#ifndef DC_CUTTER_H
#define DC_CUTTER_H

#include <string.h>

#include "cut.h"
#include "cut_scan.h"
#include "reference.h"

struct dc_cutter {
    struct dc_page *page;
    struct dc_clean *clean;
    struct dc_scan scan;
    const char *at;    /* input */
    char *html, *out;  /* clean HTML; where it ends */
    char *text, *used; /* texts of all runs */
    char *run;         /* start of the run being read */
    bool solid;        /* it has more than white space */
    size_t json_ld_capacity, formula_capacity;
    size_t attribute_capacity, tag_capacity, run_capacity;
    unsigned preformatted; /* open <pre>, <textarea>... */
    struct dc_entities entities;
    struct dc_tags tags;
    uint32_t open[DC_TAG_COUNT]; /* start tags not closed yet, by name */
};

static inline void dc_cut_put(struct dc_cutter *cutter, const char *bytes,
                              size_t length) {
    memcpy(cutter->out, bytes, length);
    cutter->out += length;
}

static inline uint32_t dc_cut_place(const struct dc_cutter *cutter) {
    return (uint32_t)(cutter->out - cutter->html);
}

/* Shows libxml2 an 'x' for the run of text that was read; its place and text
 * are filled in here.  false: out of memory. */
bool dc_cut_run_add(struct dc_cutter *cutter, struct dc_clean_run run);

/* Ends the run of text before a tag: an 'x', or, where it makes a difference,
 * the white space.  false: out of memory. */
bool dc_cut_run_end(struct dc_cutter *cutter);

/* Copies text up to the next '<' or the end. */
void dc_cut_text(struct dc_cutter *cutter);

/* Copies one character, whatever it is. */
void dc_cut_character(struct dc_cutter *cutter);

/* Skips the <script> or <style> the cutter stands on with its raw text, or
 * keeps that.  false: out of memory. */
bool dc_cut_raw(struct dc_cutter *cutter, const char *name, size_t length);

#endif
