/* metadata_name.c: bylines and author fields -> the names of people.
 *
 * In: a line such as "By Ann Lee and Bo Ek, Staff Writers | The Post".  Out:
 * the names, one by one, without what only introduces them or says what they
 * do.  What cannot be a person or a group signing a text (the site itself, an
 * account called admin, an address) is refused.  The rules look at the form
 * of the words only: a list of first names would know some countries' people
 * and not others'.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { NAME_BYTES = 80, NAME_WORDS = 7 };

static const char *const prefixes[] = {"written by",
                                       "posted by",
                                       "published by",
                                       "created by",
                                       "article by",
                                       "words by",
                                       "story by",
                                       "reported by",
                                       "submitted by",
                                       "authored by",
                                       "contributed by",
                                       "articles by",
                                       "asked by",
                                       "started by",
                                       "by",
                                       "author",
                                       "authors",
                                       "von",
                                       "por",
                                       "par",
                                       "door",
                                       "przez",
                                       "автор",
                                       "autor",
                                       "autore",
                                       "auteur",
                                       "verfasst von",
                                       "escrito por",
                                       "écrit par",
                                       "scritto da",
                                       "geschrieben von"};

/* What follows a name on a byline and is no part of it. */
static const char *const cuts[] = {
    " | ",        " · ",    " • ",       " – ",        " — ",
    " - ",        " on ",   " updated",  " published", " posted",
    " in ",       " for ",  " min read", " minutes",   " last ",
    " reviewed",  " view ", " follow",   " ● ",        " ⋅ ",
    " contribut", " (",     " at ",      "›",          "»"};

/* Between two names.  The words join only what has two words on either side:
 * "Center for Research and Education" is one name. */
static const char *const joints[] = {",",     ";",    " and ", " & ",
                                     " und ", " et ", " y ",   " with "};
enum { MARKS = 2 };

static const char *const refused[] = {
    "admin",       "administrator", "author",    "authors",  "webmaster",
    "root",        "user",          "guest",     "unknown",  "anonymous",
    "null",        "undefined",     "none",      "by",       "name",
    "default",     "adminuser",     "siteadmin", "owner",    "blog",
    "published",   "posted",        "about",     "profile",  "superuser",
    "wordpress",   "userlogin",     "share",     "editor",   "webadmin",
    "moderator",   "member",        "na",        "members",  "users",
    "topicauthor", "login",         "profile",   "article",  "articles",
    "sponsored",   "read",          "more",      "readmore", "home"};

/* Who only helped. */
static const char *const helpers[] = {
    "edited by",      "reviewed by",  "updated by", "medically reviewed",
    "fact checked",   "fact-checked", "photo",      "translated by",
    "illustrated by", "last updated", "written by", "insights from",
    "posted"};

/* Words of what people do; a piece that ends in one is no name. */
static const char *const trades[] = {
    "writer",      "editor",    "reporter",  "correspondent", "journalist",
    "author",      "manager",   "director",  "contributor",   "ceo",
    "founder",     "cofounder", "officer",   "specialist",    "consultant",
    "engineer",    "analyst",   "columnist", "professor",     "president",
    "strategist",  "expert",    "producer",  "developer",     "redakteur",
    "redakteurin", "redacteur", "marketing", "writers",       "editors"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_listed(const char *folded, const char *const *list,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(folded, list[i]) == 0)
            return true;
    return false;
}

size_t dc_byline_prefix(const char *line) {
    size_t longest = 0;
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        size_t length = strlen(prefixes[i]);
        if (strncasecmp(line, prefixes[i], length) != 0)
            continue;
        size_t behind = length + strspn(line + length, " :");
        if (behind > length && behind > longest)
            longest = behind;
    }
    /* "ByAnn Lee": two elements with nothing between. */
    if (!longest && !strncmp(line, "By", 2) && line[2] >= 'A' && line[2] <= 'Z')
        longest = 2;
    return longest;
}

/* -- One name -------------------------------------------------------------- */

static bool is_edge(char c) {
    return c && strchr(" ,;:|/-*\"'()[]<>•·", c) != NULL &&
           (unsigned char)c < 128;
}

/* Cuts what stands around a name. */
static void trim(const char **name, size_t *length) {
    while (*length && is_edge(**name)) {
        (*name)++;
        (*length)--;
    }
    while (*length && is_edge((*name)[*length - 1]))
        (*length)--;
}

/* Is this a degree or certificate ("MD", "Ph.D.", "CFP®") or "Jr."? */
static bool is_credential(const char *piece, size_t length) {
    size_t upper = 0, letters = 0;
    const char *s = piece, *end = piece + length;
    if (length > 12 || memchr(piece, ' ', length))
        return false;
    while (s < end) {
        unsigned class = dc_class(dc_utf8_next(&s));
        letters += (class & DC_CLASS_LETTER) != 0;
        upper += (class & DC_CLASS_UPPER) != 0;
    }
    return letters && (upper * 2 > letters || !strncasecmp(piece, "jr", 2) ||
                       !strncasecmp(piece, "sr", 2));
}

static bool names_trade(const char *piece, size_t length) {
    const char *end = piece + length, *word;
    size_t size, last = 0;
    char folded[NAME_BYTES + 1] = "";
    while (dc_word_next(&piece, end, &word, &size))
        last = dc_fold(word, size, folded, sizeof folded);
    return last && is_listed(folded, trades, COUNT(trades));
}

/* Running text behind a "by": most of several words are in lower case. */
static bool is_prose(const char *piece, size_t length) {
    const char *end = piece + length, *word;
    size_t size, words = 0, lower = 0;
    while (dc_word_next(&piece, end, &word, &size)) {
        const char *s = word;
        unsigned class = dc_class(dc_utf8_next(&s));
        words++;
        lower += (class & DC_CLASS_LETTER) && !(class & DC_CLASS_UPPER) &&
                 (unsigned char)*word < 128;
    }
    return words >= 3 && lower * 2 > words;
}

static bool is_name(const char *name, size_t length, const char *sitename) {
    char folded[NAME_BYTES + 1], site[NAME_BYTES + 1];
    size_t words = dc_count_words(name, length);
    for (size_t i = 0; i < COUNT(helpers); i++)
        if (!strncasecmp(name, helpers[i], strlen(helpers[i])))
            return false;
    if (length > NAME_BYTES || !words || words > NAME_WORDS)
        return false;
    if (dc_holds(name, length, "://") || dc_holds(name, length, "www.") ||
        dc_holds(name, length, ".com") || memchr(name, '{', length) ||
        memchr(name, '@', length))
        return false;
    size_t size = dc_fold(name, length, folded, sizeof folded);
    if (size < 2 || strspn(folded, "0123456789") == size ||
        is_listed(folded, refused, COUNT(refused)))
        return false;
    return !sitename ||
           !dc_fold(sitename, strlen(sitename), site, sizeof site) ||
           strcmp(folded, site) != 0;
}

/* -- Lists of names -------------------------------------------------------- */

struct names {
    struct dc_arena *arena;
    bool byline;
    const char *sitename;
    const char **items;
    size_t count, limit;
};

static bool is_known(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (dc_same_words(names->items[i], name))
            return true;
    return false;
}

/* ", MD" behind the name that came before. */
static void credential_add(struct names *names, const char *piece,
                           size_t length) {
    const char *name = names->items[names->count - 1];
    size_t size = strlen(name);
    char *whole = dc_arena_alloc(names->arena, size + length + 3, 1);
    if (!whole)
        return;
    memcpy(whole, name, size);
    memcpy(whole + size, ", ", 2);
    memcpy(whole + size + 2, piece, length);
    whole[size + 2 + length] = '\0';
    names->items[names->count - 1] = whole;
}

static void piece_add(struct names *names, const char *piece, size_t length,
                      bool first) {
    trim(&piece, &length);
    if (!first && names->count && is_credential(piece, length)) {
        credential_add(names, piece, length);
        return;
    }
    if (names->count == names->limit ||
        (!first && names_trade(piece, length)) ||
        (names->byline && is_prose(piece, length)) ||
        !is_name(piece, length, names->sitename))
        return;
    char *name = dc_copy_new(names->arena, piece, length);
    if (name && !is_known(names, name))
        names->items[names->count++] = name;
}

static bool joins_names(const char *line, size_t before, size_t behind,
                        size_t length) {
    size_t next = behind;
    while (next < length && line[next] != ',' && line[next] != ';')
        next++;
    return dc_count_words(line, before) >= 2 &&
           dc_count_words(line + behind, next - behind) >= 2;
}

/* Bytes up to the next joint, whose length goes to *joint. */
static size_t piece_length(const char *line, size_t length, size_t *joint) {
    for (size_t i = 0; i < length; i++)
        for (size_t j = 0; j < COUNT(joints); j++) {
            size_t size = strlen(joints[j]);
            if (size <= length - i && !strncasecmp(line + i, joints[j], size) &&
                (j < MARKS || joins_names(line, i, i + size, length))) {
                *joint = size;
                return i;
            }
        }
    *joint = 0;
    return length;
}

/* The line up to what is no part of a byline's names; what was written for
 * machines holds nothing else, but for the site behind a bar. */
static size_t names_length(const char *line, bool byline) {
    size_t length = strlen(line), start;
    char date[DC_DATE_SIZE];
    if (!byline) {
        const char *bar = strstr(line, " | ");
        return bar ? (size_t)(bar - line) : length;
    }
    if (dc_date_find(line, length, true, date, &start))
        length = start;
    for (size_t i = 1; i < length; i++)
        for (size_t j = 0; j < COUNT(cuts); j++)
            if (!strncasecmp(line + i, cuts[j], strlen(cuts[j])))
                return i;
    return length;
}

/* "Lee, Ann" -> "Ann Lee"; anything else as it is. */
static const char *turn_name(struct dc_arena *arena, const char *line) {
    const char *comma = strchr(line, ',');
    size_t head = comma ? (size_t)(comma - line) : 0;
    if (!head || strchr(comma + 1, ',') || comma[1] != ' ' ||
        dc_count_words(line, head) != 1 ||
        dc_count_words(comma + 2, strlen(comma + 2)) > 3 ||
        is_credential(comma + 2, strlen(comma + 2)))
        return line;
    size_t tail = strlen(comma + 2);
    char *turned = dc_arena_alloc(arena, head + tail + 2, 1);
    if (!turned)
        return line;
    memcpy(turned, comma + 2, tail);
    turned[tail] = ' ';
    memcpy(turned + tail + 1, line, head);
    turned[tail + 1 + head] = '\0';
    return turned;
}

size_t dc_names_add(struct dc_arena *arena, const char *line, bool byline,
                    const char *sitename, const char **names, size_t count,
                    size_t limit) {
    enum { LINE_BYTES = 400 };
    struct names list = {arena, byline, sitename, names, count, limit};
    if (strlen(line) > LINE_BYTES)
        return count;
    line += strspn(line, " -|,");
    line += dc_byline_prefix(line);
    if (!byline)
        line = turn_name(arena, line);
    size_t length = names_length(line, byline), joint;
    bool first = true;
    while (length) {
        size_t piece = piece_length(line, length, &joint);
        piece_add(&list, line, piece, first);
        first = false;
        line += piece + joint;
        length -= piece + joint;
    }
    return list.count;
}
