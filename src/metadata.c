/* metadata.c: tape -> struct declutter_metadata; whom to believe.
 *
 * The files metadata_*.c collect claims; here one is chosen a field.  Order of
 * trust, the first that can be read as what it should be wins:
 *
 *   title        the <h1> that is all or the beginning of og:title, <title>
 *                or the JSON-LD headline; the <h1> that shares words with one
 *                of them; og:title, <title>, headline without the site's name;
 *                any <h1> when these hold nothing else; twitter:title, <meta>,
 *                microdata
 *   author       JSON-LD, <meta> (author, citation_*, dc.*, parsely-*,
 *                sailthru.*), microdata, article:author, the Twitter card's
 *                "Written by", rel=author, an element classed author or byline
 * near the headline, JSON-LD of the WebPage, a line "By ..." near the headline
 *   date         an earlier day shown right behind the headline; JSON-LD,
 *                article:published_time, <meta>, microdata, JSON-LD of the
 *                WebPage, the address (/2024/05/17/); of <time>, elements
 *                classed date and short lines the one nearest to the headline;
 *                a line "Published: ..." anywhere; else the last change
 *   modified     the same places
 *   sitename     og:site_name, JSON-LD publisher and WebSite, <meta>, the end
 *                of <title> when it is the host's name
 *   description  og:description, <meta>, twitter:description, JSON-LD
 *   language     <html lang> or xml:lang, <body lang>, JSON-LD, microdata,
 *                <meta>, og:locale, JSON-LD of the WebPage, http-equiv
 *                content-language
 *   canonical    rel=canonical, og:url, JSON-LD
 *   image        og:image, JSON-LD, twitter:image, <meta>, microdata
 *   tags         JSON-LD keywords, article:tag, <meta>, microdata, rel=tag
 *   license      rel=license, JSON-LD, <meta>, microdata
 *
 * What people wrote for machines goes before what has to be guessed from
 * classes; a date or a name that cannot be read lets the next one speak.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { AUTHORS_MAX = 64, TAGS_MAX = 256, NEAR = 250, NEXT = 60 };
/* Lists are read one further, to know of those that are longer. */
enum { AUTHORS_READ = AUTHORS_MAX + 1, TAGS_READ = TAGS_MAX + 1 };

struct reader {
    struct dc_claims claims;
    struct declutter_metadata *metadata;
    struct dc_site site;
    uint32_t title_node; /* the headline, or DC_NONE */
    bool month_first;    /* 5/6/2024 is in May */
};

/* Cuts a list that is too long. */
static void list_end(struct reader *reader, const char **items, size_t count,
                     size_t limit) {
    if (count <= limit)
        return;
    items[limit] = NULL;
    reader->claims.limited = true;
}

/* -- Authors --------------------------------------------------------------- */

/* Claims that are read as text stand near the headline or count for little:
 * the first behind it, else the last before it. */
static const struct dc_claim *claim_near(const struct reader *reader,
                                         enum dc_field field,
                                         enum dc_origin source,
                                         const struct dc_claim *after) {
    const struct dc_claims *claims = &reader->claims;
    const struct dc_claim *claim =
        after ? dc_claim_next(claims, after)
              : dc_claim_from(claims, field, source, 0);
    uint32_t title = reader->title_node;
    if (title == DC_NONE)
        return claim;
    while (claim && claim->node + 40 < title)
        claim = dc_claim_next(claims, claim);
    return claim && claim->node < title + NEAR ? claim : NULL;
}

static bool is_guess(enum dc_origin source) {
    return source == DC_FROM_TIME || source == DC_FROM_BYLINE ||
           source == DC_FROM_TEXT;
}

/* The names inside a byline that are elements of their own leave out what
 * stands around them: "<span>Ann Lee</span>, Oslo | 3 min". */
static size_t inner_names(const struct reader *reader,
                          const struct dc_claim *outer, const char *site,
                          const char **names) {
    const struct dc_claims *claims = &reader->claims;
    const char *bar = strstr(outer->text, " | ");
    size_t count = 0;
    const struct dc_claim *inner = dc_claim_next(claims, outer);
    for (; inner; inner = dc_claim_next(claims, inner)) {
        const char *found = strstr(outer->text, inner->text);
        if (!found || inner->node > outer->node + 40)
            break;
        if (strlen(inner->text) < strlen(outer->text) && (!bar || found < bar))
            count = dc_names_add(claims->arena, inner->text, true, site, names,
                                 count, AUTHORS_READ);
    }
    return count;
}

/* From what readers see: the first byline near the headline with a name. */
static size_t guess_authors(const struct reader *reader, enum dc_origin source,
                            const char *site, const char **names) {
    size_t count = 0;
    const struct dc_claim *claim =
        claim_near(reader, DC_FIELD_AUTHOR, source, NULL);
    for (; claim && !count;
         claim = claim_near(reader, DC_FIELD_AUTHOR, source, claim)) {
        count = dc_names_add(reader->claims.arena, claim->text, true, site,
                             names, 0, AUTHORS_READ);
        if (count && source == DC_FROM_BYLINE) {
            const char *whole[AUTHORS_READ];
            memcpy(whole, names, count * sizeof *names);
            size_t inner = inner_names(reader, claim, site, names);
            if (!inner)
                memcpy(names, whole, count * sizeof *names);
            count = inner ? inner : count;
        }
    }
    return count;
}

/* Does a date stand between two elements?  Then they sign two texts. */
static bool date_between(const struct reader *reader, uint32_t from,
                         uint32_t to) {
    const struct dc_claim *claim =
        dc_claim_from(&reader->claims, DC_FIELD_PUBLISHED, DC_FROM_TIME, 0);
    for (; claim; claim = dc_claim_next(&reader->claims, claim))
        if (claim->node > from && claim->node < to)
            return true;
    return false;
}

/* All claims of a source; of elements, those that stand together: the
 * authors of comments stand further down. */
static size_t authors_of(const struct reader *reader, enum dc_origin source,
                         const char *site, const char **names) {
    enum { TOGETHER = 20 };
    const struct dc_claims *claims = &reader->claims;
    const struct dc_claim *claim =
        dc_claim_from(claims, DC_FIELD_AUTHOR, source, 0);
    uint32_t last = claim ? claim->node : 0;
    size_t count = 0;
    for (; claim; claim = dc_claim_next(claims, claim)) {
        if (count && source != DC_FROM_META && claim->node != DC_NONE &&
            (claim->node > last + TOGETHER ||
             date_between(reader, last, claim->node)))
            break;
        count = dc_names_add(claims->arena, claim->text, false, site, names,
                             count, AUTHORS_READ);
        last = claim->node;
    }
    return count;
}

static const char *join(struct dc_arena *arena, const char *const *names) {
    size_t size = 1;
    for (size_t i = 0; names[i]; i++)
        size += strlen(names[i]) + 2;
    char *line = dc_arena_alloc(arena, size, 1), *out = line;
    for (size_t i = 0; line && names[i]; i++) {
        size_t length = strlen(names[i]);
        if (i) {
            memcpy(out, ", ", 2);
            out += 2;
        }
        memcpy(out, names[i], length);
        out += length;
    }
    if (line)
        *out = '\0';
    return line;
}

static void read_authors(struct reader *reader) {
    static const enum dc_origin order[] = {
        DC_FROM_JSON_LD, DC_FROM_META, DC_FROM_MICRODATA, DC_FROM_OPEN_GRAPH,
        DC_FROM_TWITTER, DC_FROM_LINK, DC_FROM_BYLINE,    DC_FROM_JSON_LD_PAGE,
        DC_FROM_TEXT,    DC_ORDER_END};
    struct dc_arena *arena = reader->claims.arena;
    const char **names = dc_arena_zero(arena, AUTHORS_READ + 1, sizeof *names);
    if (!names)
        return;
    /* A site that signs its texts itself is believed when nobody else does,
     * and only where it says so to machines. */
    size_t count = 0;
    const char *sites[] = {reader->site.name, NULL};
    for (size_t pass = 0; pass < 2 && !count; pass++)
        for (const enum dc_origin *s = order; *s != DC_ORDER_END && !count; s++)
            if (!is_guess(*s))
                count = authors_of(reader, *s, sites[pass], names);
            else if (!pass)
                count = guess_authors(reader, *s, sites[pass], names);
    list_end(reader, names, count, AUTHORS_MAX);
    reader->metadata->authors = names;
    if (count)
        reader->metadata->author = join(arena, names);
}

/* -- Dates ----------------------------------------------------------------- */

/* A line that readers see gives a date when it is about the date: little
 * stands around it, or it begins with it, or it says "published". */
static bool is_about_date(const char *line, size_t start, size_t end) {
    enum { BEFORE = 60, BEHIND = 40, BEGIN = 10 };
    return start <= BEFORE && (strlen(line) - end <= BEHIND || start < BEGIN ||
                               dc_holds(line, start, "publi"));
}

static const char *date_of(const struct reader *reader, const char *text,
                           bool plain) {
    char date[DC_DATE_SIZE];
    size_t start, length = strlen(text);
    size_t end = dc_date_find(text, length, reader->month_first, date, &start);
    if (!end || (plain && !is_about_date(text, start, end)))
        return NULL;
    return dc_copy_new(reader->claims.arena, date, strlen(date));
}

/* What a source for machines says: its first claim that is a date. */
static const char *date_from(const struct reader *reader, enum dc_field field,
                             enum dc_origin source) {
    const struct dc_claim *claim =
        dc_claim_from(&reader->claims, field, source, 0);
    for (; claim; claim = dc_claim_next(&reader->claims, claim)) {
        const char *date = date_of(reader, claim->text, false);
        if (date)
            return date;
    }
    return NULL;
}

/* How far a claim stands from the headline; before it counts more, for there
 * stand the dates of other things. */
static uint32_t distance_of(const struct reader *reader, uint32_t node) {
    uint32_t title = reader->title_node;
    if (title == DC_NONE)
        return 0;
    return node >= title ? node - title : 3 * (title - node);
}

struct shown {
    const char *date; /* or NULL */
    uint32_t node, distance;
};

/* A line "Published: ..." is about the page wherever it stands. */
static const char *labelled_date(const struct reader *reader,
                                 enum dc_origin source) {
    const struct dc_claim *claim =
        dc_claim_from(&reader->claims, DC_FIELD_PUBLISHED, source, 0);
    for (; claim; claim = dc_claim_next(&reader->claims, claim))
        if (!strncasecmp(claim->text, "publi", 5))
            return date_of(reader, claim->text, true);
    return NULL;
}

/* The date readers see next to the headline. */
static struct shown shown_date(const struct reader *reader,
                               enum dc_field field) {
    static const enum dc_origin order[] = {DC_FROM_TIME, DC_FROM_BYLINE,
                                           DC_FROM_TEXT, DC_ORDER_END};
    struct shown best = {NULL, 0, 0};
    for (const enum dc_origin *s = order; *s != DC_ORDER_END; s++) {
        const struct dc_claim *claim = claim_near(reader, field, *s, NULL);
        for (; claim; claim = claim_near(reader, field, *s, claim)) {
            uint32_t distance = distance_of(reader, claim->node);
            if (best.date && distance >= best.distance)
                continue;
            const char *date = date_of(reader, claim->text, true);
            if (date)
                best = (struct shown){date, claim->node, distance};
        }
    }
    return best;
}

/* A day as a number that grows with it: enough to tell "more than a day". */
static int day_number(const char *date) {
    int parts[3] = {0, 0, 0}, part = 0;
    for (; *date && *date != 'T'; date++)
        if (*date == '-')
            part += part < 2;
        else
            parts[part] = parts[part] * 10 + (*date - '0');
    return (parts[0] * 12 + parts[1]) * 31 + parts[2];
}

/* 03/10/2023 is one day here and another there. */
static bool is_turned(const char *date, const char *other) {
    return !strncmp(date, other, 5) && !strncmp(date + 5, other + 8, 2) &&
           !strncmp(date + 8, other + 5, 2);
}

/* Does the page show, right behind its headline, an earlier date than it
 * gives machines?  A text was not published later than it says itself; what
 * machines are told is often when the page was put up again.  A day's
 * difference is that of time zones. */
static bool shows_earlier(const struct reader *reader,
                          const struct shown *shown, const char *date) {
    return shown->date && reader->title_node != DC_NONE &&
           shown->node >= reader->title_node && shown->distance <= NEXT &&
           day_number(shown->date) + 1 < day_number(date) &&
           !is_turned(shown->date, date);
}

static const char *read_date(const struct reader *reader, enum dc_field field) {
    static const enum dc_origin order[] = {
        DC_FROM_JSON_LD,   DC_FROM_OPEN_GRAPH,   DC_FROM_META,
        DC_FROM_MICRODATA, DC_FROM_JSON_LD_PAGE, DC_ORDER_END};
    char date[DC_DATE_SIZE];
    const char *found = NULL;
    for (const enum dc_origin *s = order; *s != DC_ORDER_END && !found; s++)
        found = date_from(reader, field, *s);
    if (found && field == DC_FIELD_MODIFIED)
        return found;
    if (!found && field == DC_FIELD_PUBLISHED && reader->site.address &&
        dc_date_of_url(reader->site.address, date))
        found = dc_copy_new(reader->claims.arena, date, strlen(date));
    struct shown shown = shown_date(reader, field);
    if (!found && !shown.date && field == DC_FIELD_PUBLISHED)
        return labelled_date(reader, DC_FROM_TEXT);
    if (found && field == DC_FIELD_PUBLISHED &&
        shows_earlier(reader, &shown, found))
        return shown.date;
    return found ? found : shown.date;
}

/* -- The rest -------------------------------------------------------------- */

/* "en", "en-US", "zh-Hant-TW"; NULL for what is no language tag. */
static const char *language_of(struct dc_arena *arena, const char *text) {
    size_t length = strcspn(text, " ,;"), primary = 0;
    char *tag = dc_copy_new(arena, text, length);
    if (!tag || length > 35)
        return NULL;
    size_t part = 0;
    for (size_t i = 0; i <= length; i++) {
        char c = tag[i];
        bool letter = (unsigned char)((c | 32) - 'a') < 26;
        bool digit = c >= '0' && c <= '9';
        if (letter || (digit && primary)) {
            if (!primary)
                tag[i] = (char)(c | 32);
            part++;
        } else if ((c == '-' || c == '_' || !c) && part && part <= 8) {
            if (!primary && (part < 2 || part > 3))
                return NULL;
            primary = primary ? primary : i;
            part = 0;
            tag[i] = c ? '-' : '\0';
        } else {
            return NULL;
        }
    }
    return tag;
}

static const char *read_language(const struct reader *reader) {
    static const enum dc_origin order[] = {
        DC_FROM_LINK, DC_FROM_JSON_LD,    DC_FROM_MICRODATA,
        DC_FROM_META, DC_FROM_OPEN_GRAPH, DC_FROM_JSON_LD_PAGE,
        DC_FROM_HTTP, DC_ORDER_END};
    for (const enum dc_origin *s = order; *s != DC_ORDER_END; s++) {
        const char *text =
            dc_claim_first(&reader->claims, DC_FIELD_LANGUAGE, *s);
        const char *tag = text ? language_of(reader->claims.arena, text) : NULL;
        if (tag)
            return tag;
    }
    return NULL;
}

/* The first claim that is an address of the web. */
static const char *read_link(const struct reader *reader, enum dc_field field,
                             const enum dc_origin *order) {
    const struct dc_claims *claims = &reader->claims;
    for (; *order != DC_ORDER_END; order++) {
        const struct dc_claim *claim = dc_claim_from(claims, field, *order, 0);
        for (; claim; claim = dc_claim_next(claims, claim)) {
            const char *link =
                dc_link_new(claims->arena, reader->site.address, claim->text);
            if (link)
                return link;
        }
    }
    return NULL;
}

/* An address, or else the name of a license. */
static const char *read_license(const struct reader *reader) {
    static const enum dc_origin order[] = {
        DC_FROM_LINK, DC_FROM_JSON_LD,   DC_FROM_JSON_LD_PAGE,
        DC_FROM_META, DC_FROM_MICRODATA, DC_ORDER_END};
    const char *text = dc_claim_pick(&reader->claims, DC_FIELD_LICENSE, order);
    const char *link =
        text ? dc_link_new(reader->claims.arena, reader->site.address, text)
             : NULL;
    return link ? link : text && strchr(text, ' ') ? text : NULL;
}

static size_t tags_split(struct dc_arena *arena, const char *text,
                         const char **tags, size_t count) {
    while (*text && count < TAGS_READ) {
        size_t length = strcspn(text, ",;"), start = strspn(text, " ");
        size_t end = length;
        while (end > start && text[end - 1] == ' ')
            end--;
        char *tag = end > start && end - start <= 80
                        ? dc_copy_new(arena, text + start, end - start)
                        : NULL;
        bool known = false;
        for (size_t i = 0; tag && i < count; i++)
            known |= !strcasecmp(tags[i], tag);
        if (tag && !known)
            tags[count++] = tag;
        text += length + (text[length] != '\0');
    }
    return count;
}

static void read_tags(struct reader *reader) {
    static const enum dc_origin order[] = {DC_FROM_JSON_LD, DC_FROM_OPEN_GRAPH,
                                           DC_FROM_META,    DC_FROM_MICRODATA,
                                           DC_FROM_LINK,    DC_ORDER_END};
    const struct dc_claims *claims = &reader->claims;
    const char **tags =
        dc_arena_zero(claims->arena, TAGS_READ + 1, sizeof *tags);
    size_t count = 0;
    for (const enum dc_origin *s = order; tags && *s != DC_ORDER_END && !count;
         s++) {
        const struct dc_claim *claim =
            dc_claim_from(claims, DC_FIELD_TAG, *s, 0);
        for (; claim; claim = dc_claim_next(claims, claim))
            count = tags_split(claims->arena, claim->text, tags, count);
    }
    if (tags)
        list_end(reader, tags, count, TAGS_MAX);
    reader->metadata->tags = tags;
}

/* -- All of it ------------------------------------------------------------- */

static const enum dc_origin canonical_order[] = {
    DC_FROM_LINK, DC_FROM_OPEN_GRAPH, DC_FROM_JSON_LD, DC_FROM_JSON_LD_PAGE,
    DC_ORDER_END};
static const enum dc_origin image_order[] = {
    DC_FROM_OPEN_GRAPH, DC_FROM_JSON_LD,      DC_FROM_TWITTER, DC_FROM_META,
    DC_FROM_MICRODATA,  DC_FROM_JSON_LD_PAGE, DC_ORDER_END};
static const enum dc_origin description_order[] = {
    DC_FROM_OPEN_GRAPH, DC_FROM_META,         DC_FROM_TWITTER, DC_FROM_JSON_LD,
    DC_FROM_MICRODATA,  DC_FROM_JSON_LD_PAGE, DC_ORDER_END};

/* The address comes from outside: it may be any bytes, of any length. */
static const char *usable_address(const char *url) {
    enum { LONGEST = 2000 };
    size_t length = url ? strlen(url) : 0;
    return length && length <= LONGEST && dc_utf8_valid(url, length) == length
               ? url
               : NULL;
}

bool dc_metadata_read(struct dc_page *page, struct dc_arena *arena,
                      struct declutter_metadata *metadata) {
    struct reader reader = {.claims = {.page = page, .arena = arena},
                            .metadata = metadata,
                            .title_node = DC_NONE};
    *metadata = (struct declutter_metadata){0};
    reader.site.address = usable_address(page->url);
    dc_claim_elements(&reader.claims);
    dc_claim_json_ld(&reader.claims);
    metadata->canonical =
        read_link(&reader, DC_FIELD_CANONICAL, canonical_order);
    if (!reader.site.address)
        reader.site.address = metadata->canonical;
    metadata->language = read_language(&reader);
    reader.month_first = !metadata->language ||
                         !strcmp(metadata->language, "en") ||
                         !strcasecmp(metadata->language, "en-US");
    metadata->sitename =
        dc_sitename_choose(&reader.claims, reader.site.address);
    reader.site.name = metadata->sitename;
    metadata->title =
        dc_title_choose(&reader.claims, &reader.site, &reader.title_node);
    read_authors(&reader);
    metadata->date_modified = read_date(&reader, DC_FIELD_MODIFIED);
    metadata->date = read_date(&reader, DC_FIELD_PUBLISHED);
    if (!metadata->date)
        metadata->date = metadata->date_modified;
    metadata->description =
        dc_claim_pick(&reader.claims, DC_FIELD_DESCRIPTION, description_order);
    metadata->image = read_link(&reader, DC_FIELD_IMAGE, image_order);
    metadata->license = read_license(&reader);
    read_tags(&reader);
    if (reader.claims.limited)
        dc_page_limit(page, "only the first authors, tags or JSON-LD objects "
                            "of many were read");
    return !arena->failed;
}
