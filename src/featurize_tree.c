/* featurize_tree.c: features of where a block stands: the element that holds
 * it and those above, groups of siblings alike, its neighbours in page order,
 * and its place on the page.
 *
 * What ancestors say is inherited once a node (parents stand before their
 * children), so a block costs the same at any depth.
 */
#include "featurize.h"

#include <strings.h>

enum {
    AROUND_LEVELS = 5,
    AROUND_FEATURES = 6,
    HIDDEN_ATTRIBUTE = 1,
    HIDDEN_STYLE = 2,
    HIDDEN_ARIA = 4
};

/* Bit of an inside_ feature. */
#define INSIDE(name)                                                           \
    (UINT32_C(1) << (DC_FEATURE_inside_##name - DC_FEATURE_inside_article))

static uint32_t inside_of_tag(unsigned tag) {
    switch (tag) {
#define SAME(name)                                                             \
    case DC_TAG_##name:                                                        \
        return INSIDE(name);
        SAME(article)
        SAME(main)
        SAME(nav)
        SAME(footer)
        SAME(header)
        SAME(aside)
        SAME(section)
        SAME(li)
        SAME(table)
        SAME(form)
        SAME(figure)
        SAME(dl)
        SAME(button)
        SAME(details)
        SAME(blockquote)
        SAME(noscript)
        SAME(pre)
        SAME(p)
        SAME(a)
        SAME(label)
        SAME(dialog)
#undef SAME
    case DC_TAG_menu:
        return INSIDE(nav);
    default:
        return dc_tag_flags(tag) & DC_HEADING ? INSIDE(heading) : 0;
    }
}

/* The landmark an ARIA role stands for. */
static uint32_t inside_of_role(struct dc_text role) {
    static const struct {
        const char *name;
        uint32_t bit;
    } roles[] = {
        {"navigation", INSIDE(nav)},     {"banner", INSIDE(header)},
        {"contentinfo", INSIDE(footer)}, {"complementary", INSIDE(aside)},
        {"main", INSIDE(main)},          {"article", INSIDE(article)},
        {"dialog", INSIDE(dialog)},      {"alertdialog", INSIDE(dialog)},
        {"search", INSIDE(form)},        {"form", INSIDE(form)},
        {"menu", INSIDE(nav)},           {"menubar", INSIDE(nav)},
        {"button", INSIDE(button)},      {"listitem", INSIDE(li)},
        {"heading", INSIDE(heading)}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strncasecmp(role.bytes, roles[i].name, role.length) == 0 &&
            roles[i].name[role.length] == '\0')
            return roles[i].bit;
    return 0;
}

static void read_attributes(struct dc_features *features, uint32_t number) {
    const struct dc_page *page = features->page;
    const struct dc_node *node = &page->nodes[number];
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        struct dc_text value = page->strings[a->value];
        if (a->name == DC_ATTRIBUTE_role && value.length)
            features->inside[number] |= inside_of_role(value);
        else if (a->name == DC_ATTRIBUTE_hidden)
            features->hidden[number] |= HIDDEN_ATTRIBUTE;
        else if (a->name == DC_ATTRIBUTE_style) /* kept only if it hides */
            features->hidden[number] |= HIDDEN_STYLE;
        else if (a->name == DC_ATTRIBUTE_aria_hidden && value.length &&
                 (value.bytes[0] == 't' || value.bytes[0] == 'T'))
            features->hidden[number] |= HIDDEN_ARIA;
    }
}

/* Log distance of every block to the nearest prose block in one direction;
 * far is far. */
static void find_prose(const struct dc_page *page, bool before, float *out) {
    enum { RANGE = 40, FAR = 300 };
    size_t count = page->block_count;
    uint32_t distance = RANGE;
    for (size_t i = 0; i < count; i++) {
        size_t block = before ? i : count - 1 - i;
        out[block] = dc_log1(distance < RANGE ? distance : FAR);
        distance = dc_block_is_long(&page->blocks[block]) ? 1
                   : distance < RANGE                     ? distance + 1
                                                          : RANGE;
    }
}

bool dc_tree_prepare(struct dc_features *features, struct dc_arena *arena) {
    const struct dc_page *page = features->page;
    size_t blocks = page->block_count;
    features->prose_before = dc_arena_alloc(arena, blocks, sizeof(float));
    features->prose_behind = dc_arena_alloc(arena, blocks, sizeof(float));
    size_t count = page->node_count;
    features->inside = dc_arena_alloc(arena, count, sizeof(uint32_t));
    features->hidden = dc_arena_alloc(arena, count, 1);
    features->article = dc_arena_alloc(arena, count, sizeof(uint32_t));
    features->main = dc_arena_alloc(arena, count, sizeof(uint32_t));
    if (arena->failed)
        return false;
    find_prose(page, true, features->prose_before);
    find_prose(page, false, features->prose_behind);
    for (uint32_t i = 0; i < count; i++) {
        const struct dc_node *node = &page->nodes[i];
        uint32_t parent = node->parent;
        bool root = parent == DC_NONE;
        uint32_t own = inside_of_tag(node->tag);
        features->inside[i] = own | (root ? 0 : features->inside[parent]);
        features->hidden[i] = root ? 0 : features->hidden[parent];
        features->article[i] = own == INSIDE(article) ? i
                               : root                 ? DC_NONE
                                      : features->article[parent];
        features->main[i] = own == INSIDE(main) ? i
                            : root              ? DC_NONE
                                                : features->main[parent];
        if (node->attribute_count)
            read_attributes(features, i);
    }
    return true;
}

/* The element that says most about the text: wrappers such as <span> are
 * looked through while they hold nothing else. */
static uint32_t own_element(const struct dc_page *page, uint32_t number) {
    for (int level = 0; level < 8; level++) {
        const struct dc_node *node = &page->nodes[number];
        unsigned tag = node->tag;
        bool wrapper = tag == DC_TAG_span || tag == DC_TAG_font ||
                       tag == DC_TAG_em || tag == DC_TAG_b || tag == DC_TAG_i ||
                       tag == DC_TAG_u || tag == DC_TAG_strong ||
                       tag == DC_TAG_small;
        if (!wrapper || node->parent == DC_NONE)
            break;
        const struct dc_node *parent = &page->nodes[node->parent];
        if (dc_node_blocks(parent) != dc_node_blocks(node) ||
            parent->tag == DC_TAG_body)
            break;
        number = node->parent;
    }
    return number;
}

static void set_tag(const struct dc_features *features, uint32_t node,
                    float *row) {
    static const uint8_t place[DC_TAG_COUNT] = {
#define PLACE(name)                                                            \
    [DC_TAG_##name] = 1 + DC_FEATURE_tag_##name - DC_FEATURE_tag_p,
        PLACE(p) PLACE(h1) PLACE(h2) PLACE(h3) PLACE(h4) PLACE(h5) PLACE(h6)
            PLACE(li) PLACE(td) PLACE(th) PLACE(a) PLACE(span) PLACE(div)
                PLACE(button) PLACE(label) PLACE(dt) PLACE(dd) PLACE(figcaption)
                    PLACE(blockquote) PLACE(pre) PLACE(code) PLACE(time)
                        PLACE(strong) PLACE(section) PLACE(article) PLACE(small)
                            PLACE(summary) PLACE(body)
#undef PLACE
    };
    unsigned found =
        place[features->page->nodes[own_element(features->page, node)].tag];
    if (found)
        row[DC_FEATURE_tag_p + found - 1] = 1;
}

static float levels_up(const struct dc_page *page, uint32_t from, uint32_t to) {
    if (to == DC_NONE)
        return 1;
    uint32_t levels = page->nodes[from].depth - page->nodes[to].depth;
    return levels < 20 ? (float)levels / 20 : 1;
}

static void set_node(const struct dc_features *features, uint32_t node,
                     float *row) {
    const struct dc_page *page = features->page;
    uint32_t bits = features->inside[node], hidden = features->hidden[node];
    for (unsigned i = 0; bits; i++, bits >>= 1)
        row[DC_FEATURE_inside_article + i] = (float)(bits & 1);
    uint32_t depth = page->nodes[node].depth;
    row[DC_FEATURE_node_hidden] = (hidden & HIDDEN_ATTRIBUTE) != 0;
    row[DC_FEATURE_node_style_hidden] = (hidden & HIDDEN_STYLE) != 0;
    row[DC_FEATURE_node_aria_hidden] = (hidden & HIDDEN_ARIA) != 0;
    row[DC_FEATURE_node_depth] = depth < 80 ? (float)depth / 40 : 2;
    row[DC_FEATURE_node_article_levels] =
        levels_up(page, node, features->article[node]);
    row[DC_FEATURE_node_main_levels] =
        levels_up(page, node, features->main[node]);
}

static void set_around(const struct dc_features *features, uint32_t block,
                       float *row) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    uint32_t number = page->blocks[block].node;
    uint32_t total = layout->chars_before[page->block_count];
    uint32_t total_long = layout->long_before[page->block_count];
    if (dc_node_blocks(&page->nodes[number]) <= 1 &&
        layout->wider[number] != DC_NONE)
        number = layout->wider[number];
    for (int level = 0; level < AROUND_LEVELS; level++) {
        const struct dc_node *node = &page->nodes[number];
        uint32_t first = node->first_block, end = node->block_end;
        uint32_t chars =
            layout->chars_before[end] - layout->chars_before[first];
        float *out = row + DC_FEATURE_around1_blocks + level * AROUND_FEATURES;
        out[0] = dc_log1(end - first);
        out[1] = dc_log1(chars);
        out[2] = dc_share(layout->link_chars_before[end] -
                              layout->link_chars_before[first],
                          chars);
        out[3] = dc_share(chars, total);
        out[4] = dc_share(layout->long_before[end] - layout->long_before[first],
                          total_long);
        out[5] = dc_share(block - first, end - first);
        if (layout->wider[number] != DC_NONE)
            number = layout->wider[number];
    }
}

static void set_group(const struct dc_group *group, uint32_t total,
                      float *out) {
    out[0] = dc_log1(group->members);
    out[1] = dc_log1(group->chars / group->members);
    out[2] = dc_share(group->link_chars, group->chars);
    out[3] = dc_share(group->chars, total);
}

static void set_record(const struct dc_features *features, uint32_t node,
                       uint32_t record, float *out) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    out[4] = -1;
    if (record == DC_NONE)
        return;
    set_group(&layout->sibling_groups[layout->siblings[record]],
              layout->chars_before[page->block_count], out);
    uint32_t levels = page->nodes[node].depth - page->nodes[record].depth;
    out[4] = levels < 30 ? (float)levels / 10 : 3;
}

static void set_groups(const struct dc_features *features, uint32_t block,
                       float *row) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    uint32_t node = page->blocks[block].node;
    uint32_t total = layout->chars_before[page->block_count];
    uint32_t total_long = layout->long_before[page->block_count];
    set_record(features, node, layout->near_record[node],
               row + DC_FEATURE_record_near_members);
    set_record(features, node, layout->far_record[node],
               row + DC_FEATURE_record_far_members);
    const struct dc_group *tags = &layout->tag_groups[layout->tag_group[block]];
    const struct dc_group *classes =
        &layout->class_groups[layout->class_group[block]];
    set_group(tags, total, row + DC_FEATURE_path_tag_blocks);
    set_group(classes, total, row + DC_FEATURE_path_class_blocks);
    row[DC_FEATURE_path_tag_long_share] =
        dc_share(tags->long_chars, total_long);
    row[DC_FEATURE_path_class_long_share] =
        dc_share(classes->long_chars, total_long);
}

static void set_neighbour(const struct dc_features *features, uint32_t block,
                          long offset, float *out) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    long other = (long)block + offset;
    if (other < 0 || other >= (long)page->block_count)
        return;
    const struct dc_block *b = &page->blocks[other];
    out[0] = dc_log1(b->chars);
    out[1] = dc_share(b->link_chars, b->chars);
    out[2] = layout->tag_group[other] == layout->tag_group[block];
    out[3] = layout->class_group[other] == layout->class_group[block];
}

static void set_window(const struct dc_features *features, uint32_t block,
                       uint32_t width, float *out) {
    const struct dc_layout *layout = features->layout;
    uint32_t count = (uint32_t)features->page->block_count;
    uint32_t first = block > width ? block - width : 0;
    uint32_t end = count - block > width + 1 ? block + width + 1 : count;
    uint32_t chars = layout->chars_before[end] - layout->chars_before[first];
    out[0] = dc_log1(chars / (end - first));
    out[1] = dc_share(layout->link_chars_before[end] -
                          layout->link_chars_before[first],
                      chars);
    out[2] = dc_share(layout->long_blocks_before[end] -
                          layout->long_blocks_before[first],
                      end - first);
}

static void set_position(const struct dc_features *features, uint32_t block,
                         float *row) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    uint32_t count = (uint32_t)page->block_count;
    row[DC_FEATURE_position_block] = dc_share(block, count);
    row[DC_FEATURE_position_chars] =
        dc_share(layout->chars_before[block], layout->chars_before[count]);
    row[DC_FEATURE_position_from_top] = dc_log1(block);
    row[DC_FEATURE_position_from_bottom] = dc_log1(count - 1 - block);
    row[DC_FEATURE_position_node] =
        dc_share(page->blocks[block].node, (double)page->node_count);
    row[DC_FEATURE_position_long] =
        dc_share(layout->long_before[block], layout->long_before[count]);
}

static void set_bulk(const struct dc_features *features, uint32_t block,
                     float *row) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    row[DC_FEATURE_bulk_position] = -1;
    if (layout->half_node == DC_NONE)
        return;
    const struct dc_node *half = &page->nodes[layout->half_node];
    const struct dc_node *most = &page->nodes[layout->most_node];
    bool inside = block >= half->first_block && block < half->block_end;
    row[DC_FEATURE_bulk_half] = inside;
    row[DC_FEATURE_bulk_most] =
        block >= most->first_block && block < most->block_end;
    if (inside)
        row[DC_FEATURE_bulk_position] =
            dc_share(block - half->first_block, dc_node_blocks(half));
    row[DC_FEATURE_bulk_size] = dc_log1(dc_node_blocks(half));
}

static void set_heading(const struct dc_features *features, uint32_t block,
                        float *row) {
    const struct dc_layout *layout = features->layout;
    const struct dc_page *page = features->page;
    uint32_t heading = layout->heading[block];
    row[DC_FEATURE_heading_distance] = 6;
    if (heading != DC_NONE) {
        uint32_t node = page->blocks[heading].node;
        while (node != DC_NONE &&
               !(dc_tag_flags(page->nodes[node].tag) & DC_HEADING))
            node = page->nodes[node].parent;
        if (node != DC_NONE)
            row[DC_FEATURE_heading_level] =
                (float)(page->nodes[node].tag - DC_TAG_h1 + 1) / 6;
        row[DC_FEATURE_heading_distance] = dc_log1(block - heading);
    }
    row[DC_FEATURE_repeats] = dc_log1(layout->copies[block] - 1);
    row[DC_FEATURE_repeat_later] = layout->first_copy[block] != block;
}

void dc_tree_row(const struct dc_features *features, uint32_t block,
                 float *row) {
    uint32_t node = features->page->blocks[block].node;
    set_tag(features, node, row);
    set_node(features, node, row);
    set_around(features, block, row);
    set_groups(features, block, row);
    set_neighbour(features, block, -2, row + DC_FEATURE_before2_chars);
    set_neighbour(features, block, -1, row + DC_FEATURE_before1_chars);
    set_neighbour(features, block, 1, row + DC_FEATURE_after1_chars);
    set_neighbour(features, block, 2, row + DC_FEATURE_after2_chars);
    set_window(features, block, 5, row + DC_FEATURE_window5_chars);
    set_window(features, block, 15, row + DC_FEATURE_window15_chars);
    row[DC_FEATURE_long_before_distance] = features->prose_before[block];
    row[DC_FEATURE_long_after_distance] = features->prose_behind[block];
    set_position(features, block, row);
    set_bulk(features, block, row);
    set_heading(features, block, row);
}
