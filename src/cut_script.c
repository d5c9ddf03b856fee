/* cut_script.c: <script> and <style>, of which some are kept.
 *
 * Programs and styles are skipped to their end tags.  JSON-LD is kept for the
 * metadata.  Formulas in TeX are kept too, and a processing instruction says
 * where each of them stands.
 */
#include "cutter.h"

#include <string.h>
#include <strings.h>

enum script { SCRIPT_PROGRAM, SCRIPT_JSON_LD, SCRIPT_TEX, SCRIPT_TEX_DISPLAY };

static bool starts_with(const struct dc_found *found, const char *prefix) {
    size_t length = strlen(prefix);
    return found->value_length >= length &&
           !strncasecmp(found->value, prefix, length);
}

/* What the type in the script tag at s (behind its name) says. */
static enum script script_kind(struct dc_cutter *cutter, const char *s) {
    static const char display[] = "display";
    struct dc_found found = {0};
    bool typed = false;
    while (!typed && dc_attribute_next(&cutter->scan, &s, &found))
        typed = found.name_length == 4 && !strncasecmp(found.name, "type", 4);
    if (!typed)
        return SCRIPT_PROGRAM;
    if (starts_with(&found, "application/ld+json"))
        return SCRIPT_JSON_LD;
    if (!starts_with(&found, "math/tex") && !starts_with(&found, "text/x-tex"))
        return SCRIPT_PROGRAM;
    for (size_t i = 0; i + sizeof display <= found.value_length + 1; i++)
        if (!strncasecmp(found.value + i, display, sizeof display - 1))
            return SCRIPT_TEX_DISPLAY;
    return SCRIPT_TEX;
}

static bool keep_json_ld(struct dc_cutter *cutter, struct dc_text text) {
    struct dc_page *page = cutter->page;
    struct dc_text *grown =
        dc_arena_grow(&page->arena, page->json_ld, page->json_ld_count,
                      &cutter->json_ld_capacity, sizeof *page->json_ld);
    if (!grown)
        return false;
    page->json_ld = grown;
    page->json_ld[page->json_ld_count++] = text;
    return true;
}

static void put_number(struct dc_cutter *cutter, size_t number) {
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *cutter->out++ = digits[--count];
}

/* Keeps a formula, and leaves a mark of where it stands, shorter than its
 * script was: an element would be counted as one by later stages. */
static bool keep_formula(struct dc_cutter *cutter, struct dc_text tex,
                         bool display) {
    struct dc_page *page = cutter->page;
    struct dc_formula *grown =
        dc_arena_grow(&page->arena, page->formulas, page->formula_count,
                      &cutter->formula_capacity, sizeof *page->formulas);
    if (!grown || !dc_cut_run_end(cutter))
        return false;
    page->formulas = grown;
    dc_cut_put(cutter, "<?f ", 4);
    put_number(cutter, page->formula_count);
    *cutter->out++ = '>';
    page->formulas[page->formula_count++] =
        (struct dc_formula){.tex = tex, .event = DC_NONE, .display = display};
    return true;
}

bool dc_cut_raw(struct dc_cutter *cutter, const char *name, size_t length) {
    const char *after_name = cutter->at + 1 + length;
    const char *end = cutter->scan.end;
    enum script kind = SCRIPT_PROGRAM;
    if (*name == 's' && name[1] == 'c')
        kind = script_kind(cutter, after_name);
    const char *s = dc_skip_tag(&cutter->scan, after_name, NULL);
    const char *close = dc_find_end_tag(s, end, name, length);
    const char *stop = close ? close : end;
    struct dc_text text = {s, (uint32_t)(stop - s)};
    cutter->at = close ? dc_skip_past_bracket(close, end) : end;
    if (kind == SCRIPT_JSON_LD)
        return keep_json_ld(cutter, text);
    /* Without its end a script is the rest of the page, not a formula. */
    if (kind != SCRIPT_PROGRAM && close)
        return keep_formula(cutter, text, kind == SCRIPT_TEX_DISPLAY);
    return true;
}
