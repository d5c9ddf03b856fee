/* metadata_title.c: which text is the page's title, and whose site it is.
 *
 * In: claims.  Out: the title as a reader sees it, and the site's name.  A
 * <title> says too much ("Name of the page - Name of the site"), the first
 * <h1> is often the site's logo, and Open Graph is written for search
 * engines.  So an <h1> is believed when another title agrees with it, best of
 * all one that a title begins with; a date or label in it that the others do
 * not have is cut.  The site's name is cut from the others where it is known
 * to be one: from og:site_name and the like, from the host's name, or from an
 * <h1> that stands last in <title>.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

/* Separators between a page's title and the name of its site. */
static const char *const separators[] = {" | ", " - ",  " – ", " — ",  " · ",
                                         " • ", " » ",  " « ", " :: ", " / ",
                                         " ~ ", " > ",  " : ", ": ",   " |",
                                         "| ",  " -- ", " › "};

/* Is a piece of a title the site: its name, its host, or its host without the
 * ending? */
static bool is_site(const struct dc_site *site, const char *piece,
                    size_t length) {
    char mine[128], theirs[128];
    size_t size = dc_fold(piece, length, mine, sizeof mine);
    if (!size)
        return true;
    if (site->book &&
        dc_fold(site->book, strlen(site->book), theirs, sizeof theirs) &&
        !strcmp(mine, theirs))
        return true;
    if (site->name &&
        dc_fold(site->name, strlen(site->name), theirs, sizeof theirs) &&
        (!strcmp(mine, theirs) || (size > 3 && strstr(theirs, mine)) ||
         (strlen(theirs) > 3 && strlen(theirs) * 2 > size &&
          strstr(mine, theirs))))
        return true;
    if (!site->address)
        return false;
    size_t host;
    const char *name = dc_host(site->address, &host);
    dc_fold(name, host, theirs, sizeof theirs);
    return size > 2 && strstr(theirs, mine) != NULL;
}

/* On the first page of a site its name in front says what the page is about,
 * and is no label unless a bar sets it off. */
static bool is_home(const struct dc_site *site) {
    size_t length;
    const char *host = site->address ? dc_host(site->address, &length) : NULL;
    return host && (!host[length] || !strcmp(host + length, "/"));
}

/* The last separator of a title, or NULL; its length in *size. */
static const char *last_separator(const char *title, size_t length,
                                  size_t *size) {
    for (size_t i = length; i-- > 1;)
        for (size_t j = 0; j < sizeof separators / sizeof *separators; j++) {
            *size = strlen(separators[j]);
            if (*size <= length - i && !memcmp(title + i, separators[j], *size))
                return title + i;
        }
    return NULL;
}

static const char *first_separator(const char *title, size_t *size) {
    for (size_t i = 1; title[i]; i++)
        for (size_t j = 0; j < sizeof separators / sizeof *separators; j++) {
            *size = strlen(separators[j]);
            if (!strncmp(title + i, separators[j], *size))
                return title + i;
        }
    return NULL;
}

/* Behind a bar even an unknown short name is the site's. */
static bool is_label(const char *cut, size_t size, const char *title,
                     const char *tail, size_t length) {
    return memchr(cut, '|', size) && dc_count_words(tail, length) <= 5 &&
           dc_count_words(title, (size_t)(cut - title)) >= 2;
}

/* A title without the site's name behind or in front of it.  `labels`: and
 * without what looks like one; a heading means what it says. */
static const char *strip_site(struct dc_arena *arena,
                              const struct dc_site *site, const char *title,
                              bool labels) {
    if (!title)
        return NULL;
    size_t length = strlen(title), size;
    const char *cut;
    while ((cut = last_separator(title, length, &size))) {
        const char *tail = cut + size;
        size_t tail_length = length - (size_t)(tail - title);
        if (!is_site(site, tail, tail_length) &&
            !(labels && is_label(cut, size, title, tail, tail_length)))
            break;
        length = (size_t)(cut - title);
        while (length && title[length - 1] == ' ')
            length--;
    }
    cut = first_separator(title, &size);
    if (cut && (memchr(cut, '|', size) || !is_home(site)) &&
        (size_t)(cut - title) + size < length &&
        is_site(site, title, (size_t)(cut - title))) {
        size_t head = (size_t)(cut - title) + size;
        title += head;
        length -= head;
    }
    return dc_copy_new(arena, title, length);
}

/* The words two titles share, as a share of the shorter one's; none when
 * their lengths differ much. */
static double shared_words(const char *one, const char *other) {
    size_t count = dc_count_words(one, strlen(one));
    size_t other_count = dc_count_words(other, strlen(other)), shared = 0;
    char folded[128], text[1024];
    size_t size = dc_fold(other, strlen(other), text, sizeof text);
    if (!count || !other_count || !size)
        return 0;
    const char *end = one + strlen(one), *word;
    size_t length;
    while (dc_word_next(&one, end, &word, &length)) {
        dc_fold(word, length, folded, sizeof folded);
        shared += strstr(text, folded) != NULL;
    }
    size_t least = count < other_count ? count : other_count;
    size_t most = count < other_count ? other_count : count;
    if (least * 4 < most) /* "Home" and "Ten ways to heat a home" */
        return 0;
    return (double)(shared < least ? shared : least) / (double)least;
}

/* Is a heading what stands last in <title>: the name of the book or site that
 * holds the page?  "Traits - The Rust Book" is about traits. */
static bool is_title_tail(const struct dc_claims *claims,
                          const struct dc_site *site, const char *heading) {
    const char *title = dc_claim_first(claims, DC_FIELD_TITLE, DC_FROM_TITLE);
    char mine[256], theirs[256];
    size_t size, length;
    const char *cut =
        title ? last_separator(title, strlen(title), &size) : NULL;
    if (!cut || is_site(site, title, (size_t)(cut - title)))
        return false;
    length = dc_fold(heading, strlen(heading), mine, sizeof mine);
    dc_fold(cut + size, strlen(cut + size), theirs, sizeof theirs);
    return length && !strncmp(mine, theirs, length);
}

static bool same_folded(const char *one, size_t length, const char *other) {
    char a[256], b[256];
    size_t size = dc_fold(one, length, a, sizeof a);
    return size && size == dc_fold(other, strlen(other), b, sizeof b) &&
           !memcmp(a, b, size);
}

/* Is a heading all of a title, or what stands first in it: "Traits" in
 * "Traits - The Rust Book", "Folding" in "Folding (Ann Lee)"? */
static bool begins_title(const char *title, const char *heading) {
    enum { CUTS_MAX = 8 };
    size_t start = 0, size;
    const char *cut;
    if (same_folded(title, strlen(title), heading))
        return true;
    for (int i = 0; i < CUTS_MAX; i++) {
        const char *bracket = strstr(title + start, " (");
        cut = first_separator(title + start, &size);
        if (!cut || (bracket && bracket < cut)) {
            cut = bracket;
            size = 2;
        }
        if (!cut)
            return false;
        if (same_folded(title, (size_t)(cut - title), heading))
            return true;
        start = (size_t)(cut - title) + size;
    }
    return false;
}

/* The titles a heading is compared with. */
enum { TITLE_COUNT = 3 };
static const enum dc_origin title_sources[TITLE_COUNT] = {
    DC_FROM_OPEN_GRAPH, DC_FROM_TITLE, DC_FROM_JSON_LD};

static bool agrees(const struct dc_claims *claims, const char *heading,
                   const char *const *titles, bool exact) {
    for (size_t i = 0; i < TITLE_COUNT; i++) {
        const char *whole =
            dc_claim_first(claims, DC_FIELD_TITLE, title_sources[i]);
        if (whole && exact && begins_title(whole, heading))
            return true;
        if (titles[i] && exact && begins_title(titles[i], heading))
            return true;
        if (titles[i] && !exact && shared_words(heading, titles[i]) >= 0.4)
            return true;
    }
    return false;
}

/* The first <h1> that is one of the page's titles, or else that one of them
 * agrees with. */
static const struct dc_claim *agreed_heading(const struct dc_claims *claims,
                                             const struct dc_site *site,
                                             const char *const *titles) {
    for (int pass = 0; pass < 2; pass++) {
        const struct dc_claim *claim =
            dc_claim_from(claims, DC_FIELD_TITLE, DC_FROM_HEADING, 0);
        for (; claim; claim = dc_claim_next(claims, claim))
            if (!is_site(site, claim->text, strlen(claim->text)) &&
                !is_title_tail(claims, site, claim->text) &&
                agrees(claims, claim->text, titles, pass == 0))
                return claim;
    }
    return NULL;
}

/* Some headings hold a date, a category or a label besides the title:
 * "Dec 18 2025 Tides", "Blog: Tides", "Tides | Opinion".  What another title
 * has all of is the title. */
static const char *trim_heading(struct dc_arena *arena, const char *heading,
                                const char *const *titles) {
    enum { LEAST_WORDS = 3, EXTRA_WORDS = 4 };
    size_t length = strlen(heading), start;
    char date[DC_DATE_SIZE];
    for (size_t i = 0; i < TITLE_COUNT; i++) {
        size_t size = titles[i] ? strlen(titles[i]) : 0;
        if (!size || size + 2 > length ||
            dc_count_words(titles[i], size) < LEAST_WORDS)
            continue;
        const char *behind = heading + size, *tail = heading + length - size;
        size_t cut = 0;
        if (!strncasecmp(heading, titles[i], size) &&
            ((*behind == ' ' && first_separator(behind - 1, &cut) == behind) ||
             dc_date_find(behind, length - size, true, date, &start)))
            return dc_copy_new(arena, heading, size);
        if (!strcasecmp(tail, titles[i]) &&
            dc_count_words(heading, length - size) <= EXTRA_WORDS &&
            (tail[-1] == ':' || !strncmp(tail - 2, ": ", 2) ||
             dc_date_find(heading, length - size, true, date, &start)))
            return tail;
    }
    return heading;
}

/* A heading that <title> ends with: the book or site around the page. */
static const char *book_of(const struct dc_claims *claims,
                           const struct dc_site *site) {
    const struct dc_claim *claim =
        dc_claim_from(claims, DC_FIELD_TITLE, DC_FROM_HEADING, 0);
    for (; claim; claim = dc_claim_next(claims, claim))
        if (is_title_tail(claims, site, claim->text))
            return claim->text;
    return NULL;
}

/* Without the sign that links a heading to itself. */
static const char *strip_anchor(struct dc_arena *arena, const char *title) {
    static const char *const signs[] = {"¶", "#", "§", "🔗"};
    size_t length = title ? strlen(title) : 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t size = strlen(signs[i]);
        if (length > size && !memcmp(title + length - size, signs[i], size))
            length -= size;
    }
    while (length && strchr(" |", title[length - 1]))
        length--;
    return length ? dc_copy_new(arena, title, length) : title;
}

/* The first heading that is not the site's name. */
static const char *any_heading(const struct dc_claims *claims,
                               const struct dc_site *site) {
    const struct dc_claim *claim =
        dc_claim_from(claims, DC_FIELD_TITLE, DC_FROM_HEADING, 0);
    while (claim && is_site(site, claim->text, strlen(claim->text)))
        claim = dc_claim_next(claims, claim);
    return claim ? claim->text : NULL;
}

/* What is left when no heading agrees.  A title that is only the site's name
 * says less than any heading, but for the site's first page. */
static const char *title_without_heading(const struct dc_claims *claims,
                                         const struct dc_site *site,
                                         const char *const *titles) {
    static const enum dc_origin rest[] = {DC_FROM_TWITTER,      DC_FROM_META,
                                          DC_FROM_MICRODATA,    DC_FROM_HEADING,
                                          DC_FROM_JSON_LD_PAGE, DC_ORDER_END};
    const char *site_only = NULL;
    for (size_t i = 0; i < TITLE_COUNT; i++)
        if (titles[i] && !is_site(site, titles[i], strlen(titles[i])))
            return titles[i];
        else if (titles[i] && !site_only)
            site_only = titles[i];
    if (!site_only)
        return dc_claim_pick(claims, DC_FIELD_TITLE, rest);
    const char *heading = is_home(site) ? NULL : any_heading(claims, site);
    return heading ? heading : site_only;
}

const char *dc_title_choose(const struct dc_claims *claims,
                            const struct dc_site *known, uint32_t *node) {
    struct dc_arena *arena = claims->arena;
    struct dc_site site = *known;
    site.book = book_of(claims, known);
    const char *titles[TITLE_COUNT];
    for (size_t i = 0; i < TITLE_COUNT; i++)
        titles[i] = strip_site(
            arena, &site,
            dc_claim_first(claims, DC_FIELD_TITLE, title_sources[i]), true);
    const struct dc_claim *heading = agreed_heading(claims, &site, titles);
    const char *title =
        heading ? strip_site(arena, &site,
                             trim_heading(arena, heading->text, titles), false)
                : title_without_heading(claims, &site, titles);
    *node = heading ? heading->node : DC_NONE;
    return strip_anchor(arena, title);
}

const char *dc_sitename_choose(const struct dc_claims *claims,
                               const char *address) {
    static const enum dc_origin order[] = {
        DC_FROM_OPEN_GRAPH, DC_FROM_JSON_LD,   DC_FROM_JSON_LD_PAGE,
        DC_FROM_META,       DC_FROM_MICRODATA, DC_ORDER_END};
    const struct dc_site unnamed = {.address = address};
    const char *name = dc_claim_pick(claims, DC_FIELD_SITENAME, order), *cut;
    const char *title = dc_claim_first(claims, DC_FIELD_TITLE, DC_FROM_TITLE);
    size_t size;
    if (!name && title && (cut = last_separator(title, strlen(title), &size)) &&
        cut[size] && is_site(&unnamed, cut + size, strlen(cut + size)))
        name = cut + size;
    return name;
}
