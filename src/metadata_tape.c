/* metadata_tape.c: elements and their attributes -> claims.
 *
 * In: the node table.  Out: what <meta>, <link>, <html>, <title>, <h1>,
 * <time>, microdata and elements with telling classes say.  One pass over the
 * nodes; whether an element stands in what belongs to another text (a comment,
 * a sidebar, a list of related articles) is inherited from parent to child on
 * the way, so depth costs nothing.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum {
    LINE_BYTES = 300,  /* of an element's text that may be a byline or date */
    TITLE_BYTES = 400, /* of a heading */
    PLAIN_WORDS = 12   /* longer text is no byline */
};

/* -- The list of claims --------------------------------------------------- */

/* Of one field and source: of most one is wanted in the end. */
enum { CLAIMS_MAX = 60, LISTED_MAX = 300 };

bool dc_claim_room(const struct dc_claims *claims, enum dc_field field,
                   enum dc_origin source) {
    bool listed = field == DC_FIELD_TAG || field == DC_FIELD_AUTHOR;
    return claims->counts[field][source] < (listed ? LISTED_MAX : CLAIMS_MAX);
}

void dc_claim_add(struct dc_claims *claims, enum dc_field field,
                  enum dc_origin source, uint32_t node, const char *text) {
    if (!text || !*text || !dc_claim_room(claims, field, source))
        return;
    struct dc_claim *items =
        dc_arena_grow(claims->arena, claims->items, claims->count,
                      &claims->capacity, sizeof *items);
    if (!items)
        return;
    claims->items = items;
    items[claims->count++] = (struct dc_claim){field, source, node, text};
    claims->counts[field][source]++;
}

/* The first claim of a source from `index` on, or NULL. */
const struct dc_claim *dc_claim_from(const struct dc_claims *claims,
                                     enum dc_field field, enum dc_origin source,
                                     size_t index) {
    for (; index < claims->count; index++)
        if (claims->items[index].field == field &&
            claims->items[index].source == source)
            return &claims->items[index];
    return NULL;
}

const struct dc_claim *dc_claim_next(const struct dc_claims *claims,
                                     const struct dc_claim *claim) {
    return dc_claim_from(claims, claim->field, claim->source,
                         (size_t)(claim - claims->items) + 1);
}

const char *dc_claim_first(const struct dc_claims *claims, enum dc_field field,
                           enum dc_origin source) {
    const struct dc_claim *claim = dc_claim_from(claims, field, source, 0);
    return claim ? claim->text : NULL;
}

/* The first claim in an order of sources. */
const char *dc_claim_pick(const struct dc_claims *claims, enum dc_field field,
                          const enum dc_origin *order) {
    for (; *order != DC_ORDER_END; order++) {
        const char *text = dc_claim_first(claims, field, *order);
        if (text)
            return text;
    }
    return NULL;
}

/* -- Elements ------------------------------------------------------------- */

struct meta_name {
    const char *name;
    enum dc_field field;
    enum dc_origin source;
};

static const struct meta_name meta_names[] = {
#define META(name, field, source) {name, DC_FIELD_##field, DC_FROM_##source},
#include "metadata_names.def"
};

static const struct meta_name item_names[] = {
#define ITEM(name, field) {name, DC_FIELD_##field, DC_FROM_MICRODATA},
#include "metadata_names.def"
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct walk {
    struct dc_claims *claims;
    const struct dc_page *page;
    bool *foreign; /* per node: part of another text than the main one */
    uint32_t first_heading; /* first <h1>, or DC_NONE */
    bool card_is_author;    /* the last twitter:label said so */
};

static struct dc_text attribute(const struct walk *walk, uint32_t node,
                                enum dc_attribute_name name) {
    return dc_attribute_text(walk->page, node, name);
}

static bool text_is(struct dc_text text, const char *name) {
    return text.length == strlen(name) &&
           !strncasecmp(text.bytes, name, text.length);
}

/* Is `word` one of the words of an attribute? */
static bool has_word(struct dc_text text, const char *word) {
    size_t size = strlen(word);
    for (size_t i = 0, start = 0; i <= text.length; i++)
        if (i == text.length || text.bytes[i] == ' ' || text.bytes[i] == '\n') {
            if (i - start == size &&
                !strncasecmp(text.bytes + start, word, size))
                return true;
            start = i + 1;
        }
    return false;
}

static bool says(struct dc_text text, const char *part) {
    return text.bytes && dc_holds(text.bytes, text.length, part);
}

static void claim_text(const struct walk *walk, const struct meta_name *name,
                       uint32_t node, struct dc_text text) {
    enum { LONGEST = 4000 };
    if (text.bytes && text.length <= LONGEST &&
        dc_claim_room(walk->claims, name->field, name->source))
        dc_claim_add(walk->claims, name->field, name->source, node,
                     dc_line_new(walk->claims->arena, text, true));
}

static void claim_line(const struct walk *walk, enum dc_field field,
                       enum dc_origin source, uint32_t node, size_t limit) {
    if (!dc_claim_room(walk->claims, field, source))
        return;
    dc_claim_add(walk->claims, field, source, node,
                 dc_element_line(walk->page, walk->claims->arena, node, limit));
}

/* -- Kinds of elements ----------------------------------------------------- */

/* twitter:label1 says what twitter:data1 is; some say "Written by". */
static void read_card(struct walk *walk, uint32_t node, struct dc_text name,
                      struct dc_text content) {
    static const struct meta_name author = {NULL, DC_FIELD_AUTHOR,
                                            DC_FROM_TWITTER};
    if (says(name, "twitter:label"))
        walk->card_is_author =
            says(content, "written by") || text_is(content, "author");
    else if (says(name, "twitter:data") && walk->card_is_author)
        claim_text(walk, &author, node, content);
}

static void read_http(const struct walk *walk, uint32_t node,
                      struct dc_text content) {
    static const struct meta_name language = {NULL, DC_FIELD_LANGUAGE,
                                              DC_FROM_HTTP};
    if (text_is(attribute(walk, node, DC_ATTRIBUTE_http_equiv),
                "content-language"))
        claim_text(walk, &language, node, content);
}

/* Browsers read xml:lang only in XML, but who wrote it meant it. */
static void read_lang(const struct walk *walk, uint32_t node) {
    static const struct meta_name language = {NULL, DC_FIELD_LANGUAGE,
                                              DC_FROM_LINK};
    struct dc_text lang = attribute(walk, node, DC_ATTRIBUTE_lang);
    if (!lang.length)
        lang = attribute(walk, node, DC_ATTRIBUTE_xml_lang);
    claim_text(walk, &language, node, lang);
}

static void read_meta(struct walk *walk, uint32_t node) {
    static const enum dc_attribute_name keys[] = {DC_ATTRIBUTE_property,
                                                  DC_ATTRIBUTE_name};
    struct dc_text content = attribute(walk, node, DC_ATTRIBUTE_content);
    read_http(walk, node, content);
    for (size_t key = 0; key < COUNT(keys); key++) {
        struct dc_text name = attribute(walk, node, keys[key]);
        read_card(walk, node, name, content);
        for (size_t i = 0; name.bytes && i < COUNT(meta_names); i++)
            if (text_is(name, meta_names[i].name)) {
                claim_text(walk, &meta_names[i], node, content);
                return;
            }
    }
}

/* Does an address lead to somebody's page, as that of the signer does? */
static bool is_profile(struct dc_text href) {
    static const char *const parts[] = {
        "/author/",       "/authors/", "/autor/",
        "/autoren/",      "/auteur/",  "/contributor/",
        "/contributors/", "/staff/",   "/people/",
        "/members/",      "/member/",  "/users/",
        "/user/",         "/u/",       "/profile/",
        "/profiles/",     "/team/",    "/@",
        "viewprofile&u="};
    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t size = strlen(parts[i]);
        for (size_t at = 0; at + size + 1 < href.length; at++)
            if (!strncasecmp(href.bytes + at, parts[i], size))
                return true;
    }
    return false;
}

static void read_link(const struct walk *walk, uint32_t node) {
    static const struct meta_name canonical = {NULL, DC_FIELD_CANONICAL,
                                               DC_FROM_LINK};
    static const struct meta_name license = {NULL, DC_FIELD_LICENSE,
                                             DC_FROM_LINK};
    struct dc_text rel = attribute(walk, node, DC_ATTRIBUTE_rel);
    struct dc_text href = attribute(walk, node, DC_ATTRIBUTE_href);
    bool shown = walk->page->nodes[node].tag == DC_TAG_a;
    if (has_word(rel, "canonical") && !shown)
        claim_text(walk, &canonical, node, href);
    if (has_word(rel, "license"))
        claim_text(walk, &license, node, href);
    if (shown && has_word(rel, "author") && !walk->foreign[node])
        claim_line(walk, DC_FIELD_AUTHOR, DC_FROM_LINK, node, LINE_BYTES);
    else if (shown && !walk->foreign[node] && is_profile(href))
        claim_line(walk, DC_FIELD_AUTHOR, DC_FROM_BYLINE, node, LINE_BYTES);
    if (shown && has_word(rel, "tag"))
        claim_line(walk, DC_FIELD_TAG, DC_FROM_LINK, node, LINE_BYTES);
}

/* The value of an item property: an attribute, or the text. */
static void claim_item(const struct walk *walk, const struct meta_name *name,
                       uint32_t node) {
    static const enum dc_attribute_name values[] = {
        DC_ATTRIBUTE_content, DC_ATTRIBUTE_datetime, DC_ATTRIBUTE_src,
        DC_ATTRIBUTE_href};
    size_t count = name->field == DC_FIELD_AUTHOR ? 1 : COUNT(values);
    for (size_t i = 0; i < count; i++) {
        struct dc_text value = attribute(walk, node, values[i]);
        if (value.length) {
            claim_text(walk, name, node, value);
            return;
        }
    }
    claim_line(walk, name->field, name->source, node, TITLE_BYTES);
}

/* Does a name of its own follow inside the element? */
static bool holds_name(const struct walk *walk, uint32_t node) {
    enum { NEAR = 12 };
    const struct dc_page *page = walk->page;
    uint32_t end = page->nodes[node].last_event;
    for (uint32_t i = node + 1; i < page->node_count && i < node + NEAR; i++)
        if (page->nodes[i].first_event > end)
            return false;
        else if (has_word(attribute(walk, i, DC_ATTRIBUTE_itemprop), "name"))
            return true;
    return false;
}

/* <span itemprop="author"><span itemprop="name">: the name alone. */
static bool is_name_of(const struct walk *walk, uint32_t node,
                       const char *owner) {
    if (!has_word(attribute(walk, node, DC_ATTRIBUTE_itemprop), "name"))
        return false;
    for (int level = 0; level < 4 && node != DC_NONE; level++) {
        node = walk->page->nodes[node].parent;
        if (node != DC_NONE &&
            has_word(attribute(walk, node, DC_ATTRIBUTE_itemprop), owner))
            return true;
    }
    return false;
}

static void read_item(const struct walk *walk, uint32_t node) {
    static const struct meta_name author = {NULL, DC_FIELD_AUTHOR,
                                            DC_FROM_MICRODATA};
    static const struct meta_name publisher = {NULL, DC_FIELD_SITENAME,
                                               DC_FROM_MICRODATA};
    struct dc_text item = attribute(walk, node, DC_ATTRIBUTE_itemprop);
    if (!item.length || walk->foreign[node])
        return;
    if (is_name_of(walk, node, "author"))
        claim_item(walk, &author, node);
    else if (is_name_of(walk, node, "publisher"))
        claim_item(walk, &publisher, node);
    for (size_t i = 0; i < COUNT(item_names); i++)
        if (has_word(item, item_names[i].name) &&
            !(item_names[i].field == DC_FIELD_AUTHOR && holds_name(walk, node)))
            claim_item(walk, &item_names[i], node);
}

static void read_time(const struct walk *walk, uint32_t node) {
    struct dc_text class = attribute(walk, node, DC_ATTRIBUTE_class);
    struct dc_text when = attribute(walk, node, DC_ATTRIBUTE_datetime);
    bool modified = says(class, "updated") || says(class, "modified");
    const struct meta_name name = {
        NULL, modified ? DC_FIELD_MODIFIED : DC_FIELD_PUBLISHED, DC_FROM_TIME};
    if (walk->foreign[node])
        return;
    if (when.length)
        claim_text(walk, &name, node, when);
    else
        claim_line(walk, name.field, name.source, node, LINE_BYTES);
}

/* -- Telling classes ------------------------------------------------------- */

/* A class that names a byline, not what stands around, below or beside it. */
static bool class_is_byline(struct dc_text class) {
    if (!says(class, "author") && !says(class, "byline") &&
        !says(class, "username") && !says(class, "posted-by"))
        return false;
    static const char *const others[] = {
        "bio",    "avatar", "image",    "img",       "photo", "box",
        "social", "desc",   "about",    "title",     "role",  "icon",
        "count",  "job",    "follow",   "more",      "other", "label",
        "date",   "time",   "position", "occupation"};
    for (size_t i = 0; i < COUNT(others); i++)
        if (says(class, others[i]))
            return false;
    return true;
}

static bool class_is_date(struct dc_text class) {
    return says(class, "date") || says(class, "time") ||
           says(class, "publish") || says(class, "posted");
}

/* Is one of the words in a line? */
static bool line_says(const char *line, size_t length, const char *const *words,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (dc_holds(line, length, words[i]))
            return true;
    return false;
}

/* A line with a date in it says which date that is before the date; behind it
 * often stands when it was changed.  When somebody joined is no date of the
 * page. */
static void claim_date(const struct walk *walk, enum dc_origin source,
                       uint32_t node, const char *line) {
    static const char *const changes[] = {
        "updated",      "modified",   "last edited", "reviewed",
        "aktualisiert", "mis à jour", "actualizado", "aggiornato"};
    static const char *const others[] = {"joined", "founded", "registered",
                                         "member since"};
    char date[DC_DATE_SIZE];
    size_t start;
    if (!line || !dc_date_find(line, strlen(line), true, date, &start) ||
        line_says(line, start, others, COUNT(others)))
        return;
    bool changed = line_says(line, start, changes, COUNT(changes)) &&
                   !dc_holds(line, start, "publi");
    dc_claim_add(walk->claims, changed ? DC_FIELD_MODIFIED : DC_FIELD_PUBLISHED,
                 source, node, line);
}

/* An element with little text whose class or id says what it is. */
static void read_class(const struct walk *walk, uint32_t node) {
    struct dc_text class = attribute(walk, node, DC_ATTRIBUTE_class);
    struct dc_text id = attribute(walk, node, DC_ATTRIBUTE_id);
    struct dc_text test = attribute(walk, node, DC_ATTRIBUTE_data_testid);
    const struct dc_node *element = &walk->page->nodes[node];
    if (walk->foreign[node] || element->last_event - element->first_event > 60)
        return;
    if (class_is_byline(class) || class_is_byline(id) || class_is_byline(test))
        claim_line(walk, DC_FIELD_AUTHOR, DC_FROM_BYLINE, node, LINE_BYTES);
    if (class_is_date(class) || class_is_date(id) || class_is_date(test)) {
        if (says(class, "modified") || says(class, "updated"))
            claim_line(walk, DC_FIELD_MODIFIED, DC_FROM_BYLINE, node,
                       LINE_BYTES);
        else if (dc_claim_room(walk->claims, DC_FIELD_PUBLISHED,
                               DC_FROM_BYLINE))
            claim_date(walk, DC_FROM_BYLINE, node,
                       dc_element_line(walk->page, walk->claims->arena, node,
                                       LINE_BYTES));
    }
}

/* -- The pass -------------------------------------------------------------- */

/* Classes such as "page-with-sidebar" stand on what holds the whole page. */
static bool holds_page(const struct walk *walk, uint32_t node) {
    const struct dc_node *element = &walk->page->nodes[node];
    return (walk->first_heading != DC_NONE && node < walk->first_heading &&
            element->last_event >
                walk->page->nodes[walk->first_heading].first_event) ||
           (size_t)(element->block_end - element->first_block) * 2 >
               walk->page->block_count;
}

static bool is_in_article(const struct walk *walk, uint32_t node) {
    enum { LEVELS = 3 };
    for (int level = 0; level < LEVELS && node != DC_NONE; level++) {
        if (walk->page->nodes[node].tag == DC_TAG_article)
            return true;
        node = walk->page->nodes[node].parent;
    }
    return false;
}

/* Does the element hold what is not of this text: comments, teasers? */
static bool starts_foreign(const struct walk *walk, uint32_t node) {
    static const char *const parts[] = {"comment", "related",   "sidebar",
                                        "widget_", "recommend", "recent",
                                        "popular", "footer",    "respond"};
    unsigned tag = walk->page->nodes[node].tag;
    if (tag == DC_TAG_aside || tag == DC_TAG_nav)
        return true;
    if (tag == DC_TAG_footer) /* that of an article names its author and date */
        return !is_in_article(walk, node);
    if (tag == DC_TAG_body || tag == DC_TAG_html || tag == DC_TAG_main ||
        tag == DC_TAG_article || holds_page(walk, node))
        return false;
    struct dc_text class = attribute(walk, node, DC_ATTRIBUTE_class);
    struct dc_text id = attribute(walk, node, DC_ATTRIBUTE_id);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (says(class, parts[i]) || says(id, parts[i]))
            return true;
    return has_word(class, "widget"); /* page builders: "x-widget" is all */
}

static void read_node(struct walk *walk, uint32_t node) {
    switch (walk->page->nodes[node].tag) {
    case DC_TAG_meta:
        read_meta(walk, node);
        break;
    case DC_TAG_link:
    case DC_TAG_a:
        read_link(walk, node);
        break;
    case DC_TAG_html:
    case DC_TAG_body:
        read_lang(walk, node);
        break;
    case DC_TAG_title:
        claim_line(walk, DC_FIELD_TITLE, DC_FROM_TITLE, node, TITLE_BYTES);
        break;
    case DC_TAG_h1:
        claim_line(walk, DC_FIELD_TITLE, DC_FROM_HEADING, node, TITLE_BYTES);
        break;
    case DC_TAG_time:
        read_time(walk, node);
        break;
    default:
        break;
    }
    read_item(walk, node);
    if (walk->page->nodes[node].tag != DC_TAG_meta)
        read_class(walk, node);
}

/* "By" or "Written by" and nothing else: the name is what follows. */
static bool is_bare_byline(const char *line) {
    enum { LONGEST = 20 };
    char with_space[LONGEST + 2];
    size_t length = strlen(line);
    if (!length || length > LONGEST || dc_count_words(line, length) > 2)
        return false;
    memcpy(with_space, line, length);
    memcpy(with_space + length, " ", 2);
    return dc_byline_prefix(with_space) == length + 1 &&
           (length < 3 || dc_holds(line, length, " by") ||
            line[length - 1] == ':');
}

/* Short blocks, which may be "By A. N. Other" or "17 May 2024". */
static void read_blocks(const struct walk *walk) {
    const struct dc_page *page = walk->page;
    bool name_follows = false;
    for (size_t i = 0; i < page->block_count; i++) {
        const struct dc_block *block = &page->blocks[i];
        if (!dc_claim_room(walk->claims, DC_FIELD_PUBLISHED, DC_FROM_TEXT) ||
            block->words > PLAIN_WORDS || walk->foreign[block->node])
            continue;
        const char *line =
            dc_line_new(walk->claims->arena, dc_block_text(page, i), false);
        if (!line)
            return;
        if (name_follows ||
            (dc_byline_prefix(line) && (*line < 'a' || *line > 'z')))
            dc_claim_add(walk->claims, DC_FIELD_AUTHOR, DC_FROM_TEXT,
                         block->node, line);
        name_follows = is_bare_byline(line);
        if (strpbrk(line, "0123456789") && block->words >= 1)
            claim_date(walk, DC_FROM_TEXT, block->node, line);
    }
}

void dc_claim_elements(struct dc_claims *claims) {
    const struct dc_page *page = claims->page;
    struct walk walk = {claims, page, NULL, DC_NONE, false};
    walk.foreign = dc_arena_zero(claims->arena, page->node_count, 1);
    if (!walk.foreign)
        return;
    for (uint32_t node = (uint32_t)page->node_count; node-- > 0;)
        if (page->nodes[node].tag == DC_TAG_h1)
            walk.first_heading = node;
    for (uint32_t node = 0; node < page->node_count; node++) {
        uint32_t parent = page->nodes[node].parent;
        walk.foreign[node] = (parent != DC_NONE && walk.foreign[parent]) ||
                             starts_foreign(&walk, node);
        read_node(&walk, node);
    }
    read_blocks(&walk);
}
