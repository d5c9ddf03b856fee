/* outline_place.c: what every element is to the outline.
 *
 * In: a classified page.  Out: for each element the line it stands in, the
 * table, the outermost box around it of which nothing is kept; for each block
 * whether it is kept and how much is kept before it.  A parent comes before
 * its children in the node table, so one pass inherits all of it, and later
 * questions about any element, however deep, are answered at once.
 */
#include "outline.h"

#include <stdlib.h>

static bool has_kept_label(const struct dc_places *places, size_t block) {
    return (places->keep >> places->page->labels[block] & 1) != 0;
}

static void count_kept(struct dc_places *places) {
    const struct dc_page *page = places->page;
    uint32_t blocks = 0, words = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        places->kept[i] = blocks;
        places->kept_words[i] = words;
        if (dc_is_kept(places, i)) {
            blocks++;
            words += page->blocks[i].words;
        }
    }
    places->kept[page->block_count] = blocks;
    places->kept_words[page->block_count] = words;
}

/* Text in these is no footnote of the page as a whole. */
static bool is_nesting(unsigned tag) {
    return tag == DC_TAG_li || tag == DC_TAG_dd || tag == DC_TAG_dt ||
           tag == DC_TAG_td || tag == DC_TAG_th || tag == DC_TAG_caption ||
           tag == DC_TAG_blockquote || tag == DC_TAG_figure;
}

static void place_make(struct dc_places *places, uint32_t node) {
    const struct dc_node *n = &places->page->nodes[node];
    struct dc_place *place = &places->of[node];
    *place = (struct dc_place){.unit = node, .top = DC_NONE, .table = DC_NONE};
    if (n->parent == DC_NONE)
        return;
    const struct dc_place *outer = &places->of[n->parent];
    place->table = outer->table;
    place->nested =
        outer->nested || is_nesting(places->page->nodes[n->parent].tag);
    if (n->tag == DC_TAG_table)
        place->table = (uint32_t)places->table_count++;
    if (dc_tag_flags(n->tag) & DC_INLINE)
        place->unit = outer->unit;
    if (!dc_kept_in(places, node))
        place->top = outer->top == DC_NONE ? node : outer->top;
}

static void places_fill(struct dc_places *places) {
    places->table_count = 0;
    count_kept(places);
    for (uint32_t node = 0; node < places->page->node_count; node++)
        place_make(places, node);
}

bool dc_places_make(struct dc_places *places, const struct dc_page *page,
                    uint32_t keep) {
    size_t nodes = page->node_count, blocks = page->block_count + 1;
    *places = (struct dc_places){.page = page, .keep = keep};
    struct dc_arena *arena = page->scratch;
    places->of = dc_arena_alloc(arena, nodes, sizeof *places->of);
    places->shown = dc_arena_alloc(arena, blocks, sizeof *places->shown);
    places->kept = dc_arena_alloc(arena, blocks, sizeof *places->kept);
    places->kept_words =
        dc_arena_alloc(arena, blocks, sizeof *places->kept_words);
    if (!places->of || !places->shown || !places->kept || !places->kept_words)
        return false;
    for (size_t i = 0; i < page->block_count; i++)
        places->shown[i] = has_kept_label(places, i) && !page->hidden[i];
    places_fill(places);
    if (!dc_tables_judge(places))
        return false;
    return dc_notes_find(places);
}
