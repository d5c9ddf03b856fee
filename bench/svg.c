/* svg.c: plots.
 *
 * In: numbers with names.  Out: one <svg> element each, drawn with nothing
 * but lines, rectangles and text, sized by its rows.  Layout is plain
 * arithmetic on a fixed width; the view box lets the browser scale it.
 */
#include "svg.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 560,
    LEFT = 170,  /* where the axis starts */
    RIGHT = 500, /* where it ends; numbers stand behind */
    TOP = 34,    /* under the title */
    ROW = 20,
    PLOT_HEIGHT = 150, /* of a histogram */
    CELL_WIDTH = 62,   /* of a heat map, at most */
    CELL_HEIGHT = 31,
    GROWTH_LEFT = 60, /* of a plot of growth */
    GROWTH_RIGHT = 430,
    GROWTH_HEIGHT = 330
};

void dc_svg_text(FILE *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
        }
    }
}

static void svg_open(FILE *out, const char *title, int height) {
    fprintf(out,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
            "role=\"img\" aria-label=\"",
            WIDTH, height, WIDTH, height);
    dc_svg_text(out, title);
    fputs("\">\n<text x=\"0\" y=\"14\" class=\"title\">", out);
    dc_svg_text(out, title);
    fputs("</text>\n", out);
}

static void text_put(FILE *out, double x, double y, const char *anchor,
                     const char *text) {
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
            anchor);
    dc_svg_text(out, text);
    fputs("</text>\n", out);
}

static void tick_put(FILE *out, double x, double bottom, const char *text) {
    fprintf(out,
            "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
            "y2=\"%.1f\"/>\n",
            x, x, TOP - 6, bottom);
    text_put(out, x, bottom + 14, "middle", text);
}

static void label_put(FILE *out, const struct dc_svg_row *rows, size_t row,
                      double y) {
    if (!row || strcmp(rows[row].label, rows[row - 1].label) != 0)
        text_put(out, LEFT - 10, y + 4, "end", rows[row].label);
}

static void tooltip_put(FILE *out, const struct dc_svg_row *row,
                        const char *numbers) {
    fputs("<title>", out);
    dc_svg_text(out, row->label);
    fputs(", ", out);
    dc_svg_text(out, row->series_name);
    fprintf(out, ": %s</title>", numbers);
}

/* -- Intervals ------------------------------------------------------------ */

static void interval_put(FILE *out, const struct dc_svg_row *row, double y,
                         double start) {
    double scale = (RIGHT - LEFT) / (1 - start);
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%.3f [%.3f, %.3f]", row->value, row->low,
             row->high);
    fprintf(out, "<g class=\"s%zu\">", row->series % DC_SVG_SERIES);
    tooltip_put(out, row, numbers);
    fprintf(out,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/></g>\n",
            LEFT + (row->low - start) * scale,
            LEFT + (row->high - start) * scale, y, y,
            LEFT + (row->value - start) * scale, y);
    snprintf(numbers, sizeof numbers, "%.3f", row->value);
    text_put(out, RIGHT + 10, y + 4, "start", numbers);
}

void dc_svg_intervals(FILE *out, const char *title,
                      const struct dc_svg_row *rows, size_t count) {
    double lowest = 0.9, bottom = TOP + (double)count * ROW;
    for (size_t i = 0; i < count; i++)
        lowest = fmin(lowest, rows[i].low);
    double start = fmax(0, floor(lowest * 10) / 10);
    double step = start < 0.5 ? 0.2 : 0.1;
    svg_open(out, title, (int)bottom + 20);
    for (int i = 0; 1 - i * step >= start - 1e-9; i++) {
        double at = 1 - i * step;
        char number[16];
        snprintf(number, sizeof number, "%.1f", fabs(at));
        tick_put(out, LEFT + (at - start) * (RIGHT - LEFT) / (1 - start),
                 bottom, number);
    }
    for (size_t i = 0; i < count; i++) {
        double y = TOP + ((double)i + 0.5) * ROW;
        label_put(out, rows, i, y);
        interval_put(out, &rows[i], y, start);
    }
    fputs("</svg>\n", out);
}

/* -- Bars ----------------------------------------------------------------- */

void dc_svg_bars(FILE *out, const char *title, const char *unit,
                 const struct dc_svg_row *rows, size_t count) {
    double low = 1e300, high = 0, bottom = TOP + (double)count * ROW;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, rows[i].value);
        high = fmax(high, rows[i].value);
    }
    if (!count || low <= 0)
        return;
    double first = floor(log10(low)), last = floor(log10(high)) + 1;
    double scale = (RIGHT - LEFT) / (last - first);
    svg_open(out, title, (int)bottom + 20);
    for (double decade = first; decade <= last + 0.5; decade++) {
        char number[32];
        snprintf(number, sizeof number, "%g", pow(10, decade));
        tick_put(out, LEFT + (decade - first) * scale, bottom, number);
    }
    for (size_t i = 0; i < count; i++) {
        double y = TOP + ((double)i + 0.5) * ROW;
        char number[48];
        snprintf(number, sizeof number, "%.3g %s", rows[i].value, unit);
        label_put(out, rows, i, y);
        fprintf(out, "<g class=\"s%zu\">", rows[i].series % DC_SVG_SERIES);
        tooltip_put(out, &rows[i], number);
        fprintf(out,
                "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"12\"/>"
                "</g>\n",
                LEFT, y - 6, (log10(rows[i].value) - first) * scale);
        snprintf(number, sizeof number, "%.3g", rows[i].value);
        text_put(out, RIGHT + 10, y + 4, "start", number);
    }
    fputs("</svg>\n", out);
}

/* -- Histogram ------------------------------------------------------------ */

void dc_svg_histogram(FILE *out, const char *title, const size_t *bins,
                      size_t count) {
    double start = 40, width = (RIGHT - start) / (double)count;
    double bottom = TOP + PLOT_HEIGHT;
    size_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = bins[i] > most ? bins[i] : most;
    svg_open(out, title, (int)bottom + 20);
    for (int i = 0; i <= 5; i++) {
        char number[16];
        snprintf(number, sizeof number, "%.1f", i / 5.0);
        tick_put(out, start + (RIGHT - start) * i / 5, bottom, number);
    }
    for (size_t i = 0; i < count; i++) {
        double height = PLOT_HEIGHT * (double)bins[i] / (double)most;
        double x = start + width * (double)i;
        char number[24];
        fprintf(out,
                "<g class=\"s0\"><title>%.2f to %.2f: %zu pages</title>"
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
                "</g>\n",
                (double)i / (double)count, (double)(i + 1) / (double)count,
                bins[i], x + 1, bottom - height, width - 2, height);
        snprintf(number, sizeof number, "%zu", bins[i]);
        if (bins[i])
            text_put(out, x + width / 2, bottom - height - 3, "middle", number);
    }
    fputs("</svg>\n", out);
}

/* -- Heat map ------------------------------------------------------------- */

static void square_put(FILE *out, double x, double y, double width,
                       double share, const char *gold, const char *given) {
    char number[16];
    fputs("<g class=\"s0\"><title>gold ", out);
    dc_svg_text(out, gold);
    fputs(", given ", out);
    dc_svg_text(out, given);
    fprintf(out,
            ": %.1f %%</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
            "height=\"%d\" fill-opacity=\"%.3f\"/></g>\n",
            100 * share, x + 1, y + 1, width - 2, CELL_HEIGHT - 2,
            0.06 + 0.64 * share);
    snprintf(number, sizeof number, "%.1f %%", 100 * share);
    text_put(out, x + width / 2, y + CELL_HEIGHT / 2.0 + 4, "middle", number);
}

void dc_svg_heat(FILE *out, const char *title, const char *const *labels,
                 size_t count, const double *shares) {
    double top = TOP + 16;
    double width = fmin(CELL_WIDTH, (double)(WIDTH - LEFT) / (double)count);
    svg_open(out, title, (int)(top + (double)count * CELL_HEIGHT) + 6);
    for (size_t k = 0; k < count; k++)
        text_put(out, LEFT + ((double)k + 0.5) * width, top - 6, "middle",
                 labels[k]);
    for (size_t g = 0; g < count; g++) {
        double y = top + (double)g * CELL_HEIGHT;
        text_put(out, LEFT - 10, y + CELL_HEIGHT / 2.0 + 4, "end", labels[g]);
        for (size_t k = 0; k < count; k++)
            square_put(out, LEFT + (double)k * width, y, width,
                       shares[g * count + k], labels[g], labels[k]);
    }
    fputs("</svg>\n", out);
}

/* -- Growth --------------------------------------------------------------- */

/* Where a logarithmic axis of whole decades puts a number. */
struct axis {
    double first, last; /* decades */
    double from, to;    /* on the drawing */
};

static double axis_place(const struct axis *axis, double number) {
    return axis->from + (log10(number) - axis->first) /
                            (axis->last - axis->first) *
                            (axis->to - axis->from);
}

static void axis_include(struct axis *axis, double number) {
    axis->first = fmin(axis->first, floor(log10(number)));
    axis->last = fmax(axis->last, ceil(log10(number)));
    axis->last = fmax(axis->last, axis->first + 1);
}

static void growth_open(FILE *out, const char *title, int height) {
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
            "%d\" width=\"%d\" height=\"%d\">\n<title>",
            WIDTH, height, WIDTH, height);
    dc_svg_text(out, title);
    fputs("</title>\n<style>text{font:12px sans-serif}"
          ".grid{stroke:#ccc}.guide{stroke:#888;stroke-dasharray:4 4}"
          "polyline,circle{fill:none;stroke-width:2}"
          ".s0{stroke:#0072b2}.s1{stroke:#e69f00}.s2{stroke:#009e73}"
          ".s3{stroke:#d55e00}.s4{stroke:#cc79a7}.s5{stroke:#56b4e9}</style>\n"
          "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
          out);
    text_put(out, GROWTH_LEFT, 14, "start", title);
}

static void growth_grid(FILE *out, const struct axis *x, const struct axis *y) {
    char number[32];
    for (double decade = x->first; decade <= x->last + 0.5; decade++) {
        snprintf(number, sizeof number, "%g", pow(10, decade));
        tick_put(out, axis_place(x, pow(10, decade)), y->from, number);
    }
    for (double decade = y->first; decade <= y->last + 0.5; decade++) {
        double at = axis_place(y, pow(10, decade));
        fprintf(out,
                "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
                "y2=\"%.1f\"/>\n",
                x->from, x->to, at, at);
        snprintf(number, sizeof number, "%g", pow(10, decade));
        text_put(out, x->from - 6, at + 4, "end", number);
    }
    /* A decade of the one for a decade of the other. */
    double decades = fmin(x->last - x->first, y->last - y->first);
    fprintf(out,
            "<line class=\"guide\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
            "y2=\"%.1f\"/>\n",
            x->from, y->from, axis_place(x, pow(10, x->first + decades)),
            axis_place(y, pow(10, y->first + decades)));
}

static void growth_series(FILE *out, const struct axis *x, const struct axis *y,
                          const char *name, const struct dc_svg_point *points,
                          size_t count) {
    size_t series = points[0].series;
    fprintf(out, "<polyline class=\"s%zu\" points=\"", series % DC_SVG_SERIES);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%.1f,%.1f", i ? " " : "", axis_place(x, points[i].x),
                axis_place(y, points[i].y));
    fputs("\"/>\n", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out,
                "<circle class=\"s%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\">"
                "<title>%s: %g, %.3g</title></circle>\n",
                series % DC_SVG_SERIES, axis_place(x, points[i].x),
                axis_place(y, points[i].y), name, points[i].x, points[i].y);
    double at = TOP + ROW * (double)series;
    fprintf(out, "<polyline class=\"s%zu\" points=\"%d,%.1f %d,%.1f\"/>\n",
            series % DC_SVG_SERIES, GROWTH_RIGHT + 12, at, GROWTH_RIGHT + 30,
            at);
    text_put(out, GROWTH_RIGHT + 36, at + 4, "start", name);
}

void dc_svg_growth(FILE *out, const char *title, const char *const *names,
                   size_t series_count, const struct dc_svg_point *points,
                   size_t count) {
    struct axis x = {1e300, -1e300, GROWTH_LEFT, GROWTH_RIGHT};
    struct axis y = {1e300, -1e300, TOP + GROWTH_HEIGHT, TOP};
    for (size_t i = 0; i < count; i++) {
        axis_include(&x, points[i].x);
        axis_include(&y, points[i].y);
    }
    growth_open(out, title, TOP + GROWTH_HEIGHT + 24);
    if (count)
        growth_grid(out, &x, &y);
    for (size_t first = 0, last; first < count; first = last) {
        size_t series = points[first].series;
        for (last = first; last < count && points[last].series == series;)
            last++;
        if (series < series_count)
            growth_series(out, &x, &y, names[series], points + first,
                          last - first);
    }
    fputs("</svg>\n", out);
}
