/* metadata_json.c: JSON-LD -> claims.
 *
 * In: the raw text of the page's JSON-LD scripts.  Out: what the object that
 * describes this page says of it, and the text it carries.  Half of what is
 * wrong in the wild is wrong in a few ways (line ends in strings, commas
 * before a bracket, comments, CDATA marks, mark-up escaped as HTML), so a
 * script that does not parse is mended once and tried again; what is still
 * no JSON is ignored.  Objects are listed first (arrays, @graph, mainEntity),
 * then the one that fits the page best is asked: a page that lists several
 * articles is none of them.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

#include "json_load.h"

enum {
    OBJECTS_MAX = 256,
    SCRIPTS_MAX = 128,
    SCRIPT_BYTES = 4 << 20, /* larger ones are data, not a description */
    VALUE_BYTES = 4000,     /* longer ones are no title, name or tag */
    VALUES_MAX = 300        /* of a list of authors, tags... */
};

/* What an object is to the page, the better the higher. */
enum kind { KIND_OTHER, KIND_SITE, KIND_PAGE, KIND_THING, KIND_ARTICLE };

struct object {
    json_t *value;
    enum kind kind;
};

struct graph {
    struct dc_claims *claims;
    json_t *roots[SCRIPTS_MAX];
    size_t root_count;
    struct object objects[OBJECTS_MAX];
    size_t count;
};

/* -- Parsing
 * ------------------------------------------------------------------- */

/* NULL: no JSON, or no memory, which the arena is told. */
static json_t *load(struct dc_arena *arena, const char *text, size_t length) {
    json_error_t fault;
    json_t *value;
    if (dc_json_load(text, length, JSON_DISABLE_EOF_CHECK, &value, &fault) ==
        DECLUTTER_ERROR_MEMORY)
        arena->failed = true;
    return value;
}

/* The same. */
static json_t *parse(struct dc_arena *arena, struct dc_text text) {
    if (text.length > SCRIPT_BYTES)
        return NULL;
    json_t *value = load(arena, text.bytes, text.length);
    if (value)
        return value;
    char *copy = dc_arena_alloc(arena, text.length, 1);
    char *mended = dc_arena_alloc(arena, text.length, 1);
    if (!copy || !mended)
        return NULL;
    size_t length = text.length;
    if (memchr(text.bytes, '"', length))
        memcpy(copy, text.bytes, length);
    else
        length = dc_json_decode_quotes(text.bytes, length, copy);
    length = dc_json_mend(copy, length, mended);
    return load(arena, mended, length);
}

/* -- Objects --------------------------------------------------------------- */

static bool ends_in(const char *text, const char *end) {
    size_t length = strlen(text), size = strlen(end);
    return length >= size && !strcmp(text + length - size, end);
}

static enum kind kind_of_type(const char *type) {
    static const char *const things[] = {
        "Product",        "Recipe",
        "HowTo",          "Book",
        "Movie",          "Course",
        "Question",       "Event",
        "Report",         "Review",
        "VideoObject",    "Thesis",
        "CreativeWork",   "SoftwareApplication",
        "PodcastEpisode", "JobPosting",
        "Dataset",        "Chapter",
        "ProductGroup",   "SoftwareSourceCode"};
    if (ends_in(type, "JobPosting"))
        return KIND_THING;
    if (ends_in(type, "Article") || ends_in(type, "Posting"))
        return KIND_ARTICLE;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        if (ends_in(type, things[i]))
            return KIND_THING;
    if (ends_in(type, "WebSite"))
        return KIND_SITE;
    return ends_in(type, "Page") ? KIND_PAGE : KIND_OTHER;
}

static enum kind kind_of(json_t *object) {
    json_t *type = json_object_get(object, "@type"), *item;
    if (json_is_string(type))
        return kind_of_type(json_string_value(type));
    enum kind best = KIND_OTHER;
    size_t i;
    json_array_foreach(type, i, item) {
        enum kind kind = json_is_string(item)
                             ? kind_of_type(json_string_value(item))
                             : KIND_OTHER;
        best = kind > best ? kind : best;
    }
    return best;
}

static void object_add(struct graph *graph, json_t *value) {
    if (!json_is_object(value))
        return;
    if (graph->count == OBJECTS_MAX) {
        graph->claims->limited = true;
        return;
    }
    graph->objects[graph->count].value = value;
    graph->objects[graph->count++].kind = kind_of(value);
}

/* An object or the objects of a list (of lists: some nest once too often). */
static void objects_add(struct graph *graph, json_t *value) {
    json_t *item, *inner;
    size_t i, j;
    object_add(graph, value);
    json_array_foreach(value, i, item) {
        object_add(graph, item);
        json_array_foreach(item, j, inner) object_add(graph, inner);
    }
}

/* Lists all objects that may describe the page; the list grows while it is
 * read, which makes it breadth first without recursion. */
static void graph_fill(struct graph *graph) {
    for (size_t i = 0; i < graph->root_count; i++)
        objects_add(graph, graph->roots[i]);
    for (size_t i = 0; i < graph->count; i++) {
        json_t *value = graph->objects[i].value;
        objects_add(graph, json_object_get(value, "@graph"));
        objects_add(graph, json_object_get(value, "mainEntity"));
        objects_add(graph, json_object_get(value, "mainEntityOfPage"));
    }
}

static void graph_open(struct graph *graph, struct dc_claims *claims) {
    const struct dc_page *page = claims->page;
    graph->claims = claims;
    graph->root_count = graph->count = 0;
    for (size_t i = 0; i < page->json_ld_count; i++) {
        if (graph->root_count == SCRIPTS_MAX) {
            claims->limited = true;
            break;
        }
        json_t *root = parse(claims->arena, page->json_ld[i]);
        if (root)
            graph->roots[graph->root_count++] = root;
    }
    graph_fill(graph);
}

static void graph_close(struct graph *graph) {
    for (size_t i = 0; i < graph->root_count; i++)
        json_decref(graph->roots[i]);
}

static const char *string_of(json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

/* What "@id" refers to: an object that says more than its number. */
static json_t *resolve(const struct graph *graph, json_t *value) {
    const char *id = string_of(value, "@id");
    if (!id || json_object_size(value) > 2)
        return value;
    for (size_t i = 0; i < graph->count; i++) {
        const char *other = string_of(graph->objects[i].value, "@id");
        if (other && !strcmp(other, id) &&
            json_object_size(graph->objects[i].value) > 2)
            return graph->objects[i].value;
    }
    return value;
}

/* -- Claims ---------------------------------------------------------------- */

struct speaker {
    const struct graph *graph;
    enum dc_origin source;
};

static struct dc_text text_of(json_t *value) {
    size_t length = json_string_length(value);
    if (!json_is_string(value) || length > SCRIPT_BYTES)
        return (struct dc_text){"", 0};
    return (struct dc_text){json_string_value(value), (uint32_t)length};
}

static void claim_string(const struct speaker *speaker, enum dc_field field,
                         json_t *value) {
    struct dc_claims *claims = speaker->graph->claims;
    struct dc_text text = text_of(value);
    if (text.length && text.length <= VALUE_BYTES &&
        dc_claim_room(claims, field, speaker->source))
        dc_claim_add(claims, field, speaker->source, DC_NONE,
                     dc_line_new(claims->arena, text, true));
}

/* A string, or an object known by one of its keys. */
static void claim_value(const struct speaker *speaker, enum dc_field field,
                        json_t *value) {
    static const char *const keys[] = {"name", "url", "@id", "contentUrl",
                                       "@value"};
    static const char *const links[] = {"url", "contentUrl", "@id"};
    bool link = field == DC_FIELD_IMAGE || field == DC_FIELD_CANONICAL ||
                field == DC_FIELD_LICENSE;
    const char *const *known = link ? links : keys;
    size_t count = link ? 3 : 5;
    value = resolve(speaker->graph, value);
    if (json_is_string(value))
        claim_string(speaker, field, value);
    for (size_t i = 0; json_is_object(value) && i < count; i++) {
        json_t *found = json_object_get(value, known[i]);
        if (json_is_array(found))
            found = json_array_get(found, 0);
        if (json_is_string(found) && json_string_length(found)) {
            claim_string(speaker, field, found);
            return;
        }
    }
}

static void claim_values(const struct speaker *speaker, enum dc_field field,
                         json_t *value) {
    json_t *item;
    size_t i;
    if (!json_is_array(value))
        claim_value(speaker, field, value);
    json_array_foreach(value, i, item) {
        if (i == VALUES_MAX) {
            speaker->graph->claims->limited = true;
            break;
        }
        claim_value(speaker, field, item);
    }
}

/* The first of several keys that is there. */
static json_t *first_of(json_t *object, const char *const *keys, size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_object_get(object, keys[i]);
        if (value && !json_is_null(value) &&
            !(json_is_string(value) && !json_string_length(value)))
            return value;
    }
    return NULL;
}

#define FIRST_OF(object, ...)                                                  \
    first_of(object, (const char *const[]){__VA_ARGS__},                       \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* What every kind of object says the same way. */
static void claim_common(const struct speaker *speaker, json_t *object) {
    claim_values(speaker, DC_FIELD_TITLE, FIRST_OF(object, "headline", "name"));
    claim_values(speaker, DC_FIELD_DESCRIPTION,
                 json_object_get(object, "description"));
    claim_values(speaker, DC_FIELD_LANGUAGE,
                 json_object_get(object, "inLanguage"));
    claim_values(speaker, DC_FIELD_CANONICAL,
                 FIRST_OF(object, "url", "mainEntityOfPage"));
    claim_values(
        speaker, DC_FIELD_IMAGE,
        FIRST_OF(object, "image", "primaryImageOfPage", "thumbnailUrl"));
    claim_values(speaker, DC_FIELD_TAG, json_object_get(object, "keywords"));
    claim_values(speaker, DC_FIELD_LICENSE, json_object_get(object, "license"));
    claim_values(speaker, DC_FIELD_SITENAME,
                 FIRST_OF(object, "publisher", "isPartOf"));
}

/* Who wrote it, and when. */
static void claim_origin(const struct speaker *speaker, json_t *object) {
    claim_values(speaker, DC_FIELD_AUTHOR,
                 FIRST_OF(object, "author", "creator"));
    claim_values(
        speaker, DC_FIELD_PUBLISHED,
        FIRST_OF(object, "datePublished", "dateCreated", "uploadDate"));
    claim_values(speaker, DC_FIELD_MODIFIED,
                 json_object_get(object, "dateModified"));
}

/* -- Which object ---------------------------------------------------------- */

/* Do two addresses name one page?  Scheme, "www.", query and a slash at the
 * end make no difference. */
static bool same_page(const char *one, const char *other) {
    size_t host, length, size;
    if (!one || !other)
        return false;
    one = dc_host(one, &host);
    other = dc_host(other, &host);
    length = strcspn(one, "?#");
    size = strcspn(other, "?#");
    length -= length && one[length - 1] == '/';
    size -= size && other[size - 1] == '/';
    return length == size && !strncasecmp(one, other, length);
}

static bool is_at(const struct dc_claims *claims, json_t *object) {
    json_t *page = json_object_get(object, "mainEntityOfPage");
    const char *links[] = {string_of(object, "url"), string_of(object, "@id"),
                           json_string_value(page), string_of(page, "@id")};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (same_page(links[i], claims->page->url))
            return true;
        for (size_t j = 0; j < claims->count; j++)
            if (claims->items[j].field == DC_FIELD_CANONICAL &&
                same_page(links[i], claims->items[j].text))
                return true;
    }
    return false;
}

/* Is the headline one that the page gives itself? */
static bool is_titled(const struct dc_claims *claims, json_t *object) {
    char mine[256], theirs[256];
    const char *name = json_string_value(FIRST_OF(object, "headline", "name"));
    size_t size = name ? dc_fold(name, strlen(name), mine, sizeof mine) : 0;
    for (size_t i = 0; size > 5 && i < claims->count; i++) {
        const char *text = claims->items[i].text;
        if (claims->items[i].field == DC_FIELD_TITLE &&
            dc_fold(text, strlen(text), theirs, sizeof theirs) >= size &&
            strstr(theirs, mine))
            return true;
    }
    return false;
}

/* The object that describes the page best, or NULL. */
static json_t *choose(const struct graph *graph, enum kind least,
                      enum kind most) {
    json_t *best = NULL;
    int best_score = 0, rivals = 0;
    for (size_t i = 0; i < graph->count; i++) {
        const struct object *object = &graph->objects[i];
        if (object->kind < least || object->kind > most)
            continue;
        int fits = 4 * is_at(graph->claims, object->value) +
                   4 * is_titled(graph->claims, object->value);
        int score = fits + (int)object->kind;
        rivals += !fits && object->kind == most;
        if (score > best_score) {
            best = object->value;
            best_score = score;
        }
    }
    bool fits = best_score >= 4 + (int)least && best_score > (int)most;
    return rivals > 1 && !fits ? NULL : best;
}

void dc_claim_json_ld(struct dc_claims *claims) {
    struct graph *graph = dc_arena_alloc(claims->arena, 1, sizeof *graph);
    if (!graph)
        return;
    graph_open(graph, claims);
    struct speaker thing = {graph, DC_FROM_JSON_LD};
    struct speaker around = {graph, DC_FROM_JSON_LD_PAGE};
    json_t *object = choose(graph, KIND_THING, KIND_ARTICLE);
    if (object) {
        claim_common(&thing, object);
        claim_origin(&thing, object);
    }
    object = choose(graph, KIND_PAGE, KIND_PAGE);
    if (object) {
        claim_common(&around, object);
        claim_origin(&around, object);
    }
    for (size_t i = 0; i < graph->count; i++)
        if (graph->objects[i].kind == KIND_SITE)
            claim_values(&around, DC_FIELD_SITENAME,
                         json_object_get(graph->objects[i].value, "name"));
    graph_close(graph);
}

struct dc_text dc_metadata_body(const struct dc_page *page,
                                struct dc_arena *arena) {
    enum { LEAST_WORDS = 50 };
    struct dc_claims claims = {.page = page, .arena = arena};
    struct dc_text body = {NULL, 0};
    struct graph *graph = dc_arena_alloc(arena, 1, sizeof *graph);
    if (!graph || !page->json_ld_count)
        return body;
    graph_open(graph, &claims);
    for (size_t i = 0; i < graph->count && !body.length; i++) {
        struct dc_text text =
            text_of(json_object_get(graph->objects[i].value, "articleBody"));
        char *clean = text.length ? dc_paragraphs_new(arena, text) : NULL;
        size_t length = clean ? strlen(clean) : 0;
        if (!clean || dc_count_words(clean, length) < LEAST_WORDS)
            continue;
        clean[length++] = '\n'; /* where the NUL was; lengths are explicit */
        body = (struct dc_text){clean, (uint32_t)length};
    }
    graph_close(graph);
    return body;
}
