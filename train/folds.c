/* folds.c: which pages may never meet across training and test.
 *
 * In: the pages of some corpora.  Out: a fold for each.  Pages of one site
 * share templates and often text, so a site is assigned as a whole; and as
 * the same page may stand in several corpora, this is done for all corpora
 * at once.
 *
 * Sites are dealt out from the largest to the smallest, each to the fold
 * where its kinds of page (corpus, type, language) are scarcest, so that
 * every fold can be scored for every kind.  Kinds are weighed by how rare
 * they are: a forum in the wrong place hurts more than an article.
 */
#include "folds.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

/* -- Domains ------------------------------------------------------------ */

/* Second-level names under which countries register domains. */
static const char *const second_levels[] = {
    "ac",  "asso", "biz", "co",   "com", "edu", "gen", "go",
    "gob", "gouv", "gov", "info", "ltd", "me",  "mil", "ne",
    "net", "nhs",  "nom", "or",   "org", "plc", "sch", "web"};

/* Top-level names of synthetic addresses, beside those of two letters. */
static const char *const top_levels[] = {"com", "org",  "net", "edu",
                                         "gov", "info", "biz", "news"};

struct span {
    const char *bytes;
    size_t length;
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool listed(struct span name, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < name.length && lower(name.bytes[at]) == list[i][at])
            at++;
        if (at == name.length && !list[i][at])
            return true;
    }
    return false;
}

static bool is_second_level(struct span name) {
    return listed(name, second_levels,
                  sizeof second_levels / sizeof *second_levels);
}

static bool is_country(struct span name) {
    return name.length == 2 && is_letter(name.bytes[0]) &&
           is_letter(name.bytes[1]);
}

/* Up to the next byte of `stops`. */
static struct span span_until(struct span text, const char *stops) {
    size_t length = 0;
    while (length < text.length && !strchr(stops, text.bytes[length]))
        length++;
    return (struct span){text.bytes, length};
}

/* "pcgamer.com.skyrim.html", "jis.gov.jm-investment.html": corpora name files
 * after host and topic.  The host ends behind its first top-level name, or
 * behind a country that follows it. */
static struct span synthetic_host(struct span text) {
    const char *end = text.bytes + text.length;
    struct span label = span_until(text, ".");
    bool done = false;
    while (label.bytes + label.length < end) {
        struct span rest = {label.bytes + label.length + 1,
                            (size_t)(end - label.bytes) - label.length - 1};
        label = span_until(rest, ".");
        struct span name = span_until(label, "-");
        if (done && !is_country(name))
            break;
        if (done || is_country(name) ||
            listed(name, top_levels, sizeof top_levels / sizeof *top_levels)) {
            text.length = (size_t)(name.bytes + name.length - text.bytes);
            if (done || name.length < label.length || !is_second_level(name))
                break;
            done = true;
        }
    }
    return text;
}

/* Host of a URL: without scheme, user, port, path and the root's dot. */
static struct span url_host(struct span url) {
    struct span scheme = span_until(url, ":/?#");
    size_t skip = scheme.length;
    if (skip + 2 < url.length && !memcmp(url.bytes + skip, "://", 3))
        skip += 3;
    else if (!skip && url.length > 1 && !memcmp(url.bytes, "//", 2))
        skip = 2;
    else
        skip = 0;
    url = (struct span){url.bytes + skip, url.length - skip};
    struct span host = span_until(url, "/?#\\");
    for (size_t at = host.length; at-- > 0;) {
        if (host.bytes[at] == '@') {
            host = (struct span){host.bytes + at + 1, host.length - at - 1};
            break;
        }
    }
    host = host.length && host.bytes[0] == '[' ? span_until(host, "]")
                                               : span_until(host, ":");
    while (host.length && host.bytes[host.length - 1] == '.')
        host.length--;
    return host;
}

/* Where the last label of a host begins. */
static size_t label_start(const char *host, size_t length) {
    while (length && host[length - 1] != '.')
        length--;
    return length;
}

/* The last two labels, three below "co.uk" and the like; numeric addresses
 * whole. */
static struct span registrable(struct span host) {
    size_t last = label_start(host.bytes, host.length);
    if (!last || !host.length || host.bytes[0] == '[' ||
        !is_letter(host.bytes[host.length - 1]))
        return host;
    struct span top = {host.bytes + last, host.length - last};
    size_t start = label_start(host.bytes, last - 1);
    struct span second = {host.bytes + start, last - 1 - start};
    if (start && is_country(top) && is_second_level(second))
        start = label_start(host.bytes, start - 1);
    return (struct span){host.bytes + start, host.length - start};
}

void dc_domain(const struct dc_gold *page, char *out, size_t size) {
    const char *url = page->url && *page->url ? page->url : page->id;
    struct span text = {url, strlen(url)};
    const char *inside = strstr(url, "::");
    bool synthetic = inside && span_until(text, ":/?#").bytes +
                                       span_until(text, ":/?#").length ==
                                   inside;
    if (url == page->url && synthetic) {
        text = (struct span){inside + 2, strlen(inside + 2)};
        text = registrable(synthetic_host(text));
    } else if (url == page->url) {
        text = registrable(url_host(text));
    }
    if (!text.length)
        text = (struct span){page->id, strlen(page->id)};
    size_t length = 0;
    for (; length + 1 < size && length < text.length; length++)
        out[length] = lower(text.bytes[length]);
    if (size)
        out[length] = '\0';
}

/* -- Folds -------------------------------------------------------------- */

enum { DOMAIN_SIZE = 256, CELLS_OF_PAGE = 3 };

struct member {
    const char *domain;
    const struct dc_gold *page;
    size_t corpus, index;
    size_t cells[CELLS_OF_PAGE]; /* what it counts towards: see cell_number */
};

/* The pages of one domain: members[start, start + count). */
struct site {
    size_t start, count, rank;
};

struct dealer {
    struct dc_arena arena;
    struct member *members;
    struct member **sorted;
    size_t member_count;
    struct site *sites;
    size_t site_count;
    size_t *totals; /* pages of each cell */
    size_t *counts; /* pages of each cell in each fold */
    size_t cell_count;
    unsigned folds;
};

static int compare_strings(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "");
}

static int compare_domains(const void *left, const void *right) {
    const struct member *a = left, *b = right;
    int order = strcmp(a->domain, b->domain);
    if (!order)
        order = (a->corpus > b->corpus) - (a->corpus < b->corpus);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Members of one kind stand together. */
static int compare_kinds(const void *left, const void *right) {
    const struct member *a = *(struct member *const *)left;
    const struct member *b = *(struct member *const *)right;
    int order = (a->corpus > b->corpus) - (a->corpus < b->corpus);
    if (!order)
        order = compare_strings(a->page->type, b->page->type);
    return order ? order : compare_strings(a->page->lang, b->page->lang);
}

/* Large sites first: small ones fill the gaps afterwards. */
static int compare_sites(const void *left, const void *right) {
    const struct site *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

static bool list_members(struct dealer *d, const struct dc_corpus *corpora,
                         size_t corpus_count) {
    for (size_t c = 0; c < corpus_count; c++)
        d->member_count += corpora[c].page_count;
    d->members = dc_arena_zero(&d->arena, d->member_count, sizeof *d->members);
    d->sorted = dc_arena_alloc(&d->arena, d->member_count, sizeof *d->sorted);
    if (d->arena.failed)
        return false;
    struct member *m = d->members;
    for (size_t c = 0; c < corpus_count; c++) {
        for (size_t p = 0; p < corpora[c].page_count; p++, m++) {
            char *domain = dc_arena_alloc(&d->arena, DOMAIN_SIZE, 1);
            if (!domain)
                return false;
            m->page = &corpora[c].pages[p];
            m->corpus = c;
            m->index = p;
            m->domain = domain;
            dc_domain(m->page, domain, DOMAIN_SIZE);
        }
    }
    return true;
}

/* Numbers the cells: 0 is all pages, 1 + c corpus c, the rest the kinds. */
static bool number_cells(struct dealer *d, size_t corpus_count) {
    for (size_t i = 0; i < d->member_count; i++)
        d->sorted[i] = &d->members[i];
    qsort(d->sorted, d->member_count, sizeof *d->sorted, compare_kinds);
    d->cell_count = 1 + corpus_count;
    for (size_t i = 0; i < d->member_count; i++) {
        if (!i || compare_kinds(&d->sorted[i - 1], &d->sorted[i]))
            d->cell_count++;
        d->sorted[i]->cells[1] = 1 + d->sorted[i]->corpus;
        d->sorted[i]->cells[2] = d->cell_count - 1;
    }
    d->totals = dc_arena_zero(&d->arena, d->cell_count, sizeof *d->totals);
    if (!d->totals)
        return false;
    for (size_t i = 0; i < d->member_count; i++)
        for (size_t c = 0; c < CELLS_OF_PAGE; c++)
            d->totals[d->members[i].cells[c]]++;
    d->counts =
        dc_arena_zero(&d->arena, d->cell_count * d->folds, sizeof *d->counts);
    return d->counts != NULL;
}

/* splitmix64 (Steele, Lea and Flood, 2014): small, and the same everywhere. */
static uint64_t random_next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Groups the members by domain and puts the sites in the order of dealing:
 * by size, equal sizes shuffled. */
static bool list_sites(struct dealer *d, uint64_t seed) {
    d->sites = dc_arena_alloc(&d->arena, d->member_count, sizeof *d->sites);
    if (!d->sites)
        return false;
    for (size_t i = 0; i < d->member_count; i++) {
        if (!i || strcmp(d->members[i - 1].domain, d->members[i].domain) != 0)
            d->sites[d->site_count++] = (struct site){.start = i};
        d->sites[d->site_count - 1].count++;
    }
    for (size_t i = 0; i < d->site_count; i++) {
        size_t other = (size_t)(random_next(&seed) % (i + 1));
        d->sites[i].rank = d->sites[other].rank;
        d->sites[other].rank = i;
    }
    qsort(d->sites, d->site_count, sizeof *d->sites, compare_sites);
    return true;
}

/* How full a fold is already of what the site consists of. */
static double fold_load(const struct dealer *d, const struct site *site,
                        unsigned fold) {
    double load = 0;
    for (size_t i = site->start; i < site->start + site->count; i++) {
        for (size_t c = 0; c < CELLS_OF_PAGE; c++) {
            size_t cell = d->members[i].cells[c];
            load += (double)d->counts[cell * d->folds + fold] /
                    (double)d->totals[cell];
        }
    }
    return load;
}

static void deal_site(struct dealer *d, const struct site *site,
                      unsigned *const *fold) {
    unsigned best = 0;
    double best_load = fold_load(d, site, 0);
    for (unsigned f = 1; f < d->folds; f++) {
        double load = fold_load(d, site, f);
        if (load < best_load) {
            best_load = load;
            best = f;
        }
    }
    for (size_t i = site->start; i < site->start + site->count; i++) {
        const struct member *m = &d->members[i];
        for (size_t c = 0; c < CELLS_OF_PAGE; c++)
            d->counts[m->cells[c] * d->folds + best]++;
        fold[m->corpus][m->index] = best;
    }
}

bool dc_folds(const struct dc_corpus *corpora, size_t corpus_count,
              unsigned folds, uint64_t seed, unsigned *const *fold) {
    struct dealer d = {.folds = folds ? folds : 1};
    dc_arena_init(&d.arena);
    bool done = list_members(&d, corpora, corpus_count);
    if (done) {
        qsort(d.members, d.member_count, sizeof *d.members, compare_domains);
        done = number_cells(&d, corpus_count) && list_sites(&d, seed);
    }
    for (size_t i = 0; done && i < d.site_count; i++)
        deal_site(&d, &d.sites[i], fold);
    dc_arena_free(&d.arena);
    return done;
}
