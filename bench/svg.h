/* svg.h: the few kinds of plots a report needs, as inline SVG.
 *
 * Colours come from style sheet classes (s0, s1... for series), so that the
 * page around a plot decides how it looks on light and dark screens.  Every
 * mark carries its numbers as a tooltip.
 */
#ifndef DC_SVG_H
#define DC_SVG_H

#include <stddef.h>
#include <stdio.h>

enum { DC_SVG_SERIES = 6 };

struct dc_svg_row {
    const char *label; /* written when it differs from the row above */
    const char *series_name;
    size_t series;
    double value, low, high;
};

/* Text with the characters that mean something in HTML escaped. */
void dc_svg_text(FILE *out, const char *text);

/* A point with its interval a row, on an axis that ends at 1. */
void dc_svg_intervals(FILE *out, const char *title,
                      const struct dc_svg_row *rows, size_t count);
/* A bar a row, on a logarithmic axis; values must be positive. */
void dc_svg_bars(FILE *out, const char *title, const char *unit,
                 const struct dc_svg_row *rows, size_t count);
/* How many pages scored in each of `count` equal parts of 0..1. */
void dc_svg_histogram(FILE *out, const char *title, const size_t *bins,
                      size_t count);
/* A square of shares: row g, column k is shares[g * count + k], 0..1. */
void dc_svg_heat(FILE *out, const char *title, const char *const *labels,
                 size_t count, const double *shares);

/* Points joined by a line a series, both axes logarithmic, beside a dashed
 * line of what is proportional.  Points of a series stand together, both
 * numbers of each positive.  Unlike the others this plot is a file of its own,
 * with its colours in it. */
struct dc_svg_point {
    size_t series;
    double x, y;
};
void dc_svg_growth(FILE *out, const char *title, const char *const *names,
                   size_t series_count, const struct dc_svg_point *points,
                   size_t count);

#endif
