/* metadata_date.c: dates as people and machines write them -> ISO 8601.
 *
 * In: a line that may hold a date among other words.  Out: YYYY-MM-DD, or
 * with time and zone when the line gives both.  A time without a zone is not
 * an instant, so it is dropped rather than guessed at.  strptime would need a
 * locale for the names of months; ours come from a table and the result
 * depends on nothing but the line.  One pass: at each number the known shapes
 * are tried, the first that makes a possible date wins.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

struct date {
    unsigned year, month, day;
};

struct cursor {
    const char *at, *end;
};

static const struct month {
    unsigned number;
    const char *names; /* with spaces between */
} months[] = {
#define MONTH(number, names) {number, names},
#include "months.def"
#undef MONTH
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_date(struct date date) {
    static const unsigned days[] = {31, 29, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31};
    return date.year >= 1900 && date.year < 2100 && date.month >= 1 &&
           date.month <= 12 && date.day >= 1 &&
           date.day <= days[date.month - 1];
}

/* -- Pieces ---------------------------------------------------------------- */

/* A number of at least `least` and at most `most` digits, and no more. */
static bool take_number(struct cursor *c, int least, int most,
                        unsigned *number) {
    const char *s = c->at;
    unsigned value = 0;
    int digits = 0;
    for (; s < c->end && is_digit(*s) && digits <= most; s++, digits++)
        value = value * 10 + (unsigned)(*s - '0');
    if (digits < least || digits > most)
        return false;
    *number = value;
    c->at = s;
    return true;
}

static bool take(struct cursor *c, const char *text) {
    size_t length = strlen(text);
    if ((size_t)(c->end - c->at) < length ||
        strncasecmp(c->at, text, length) != 0)
        return false;
    c->at += length;
    return true;
}

static void skip(struct cursor *c, const char *bytes) {
    while (c->at < c->end && *c->at && strchr(bytes, *c->at))
        c->at++;
}

/* A word of letters, in lower case; cut at `size`. */
static size_t take_word(struct cursor *c, char *word, size_t size) {
    size_t length = 0;
    while (c->at < c->end) {
        const char *next = c->at;
        uint32_t character = dc_utf8_next(&next);
        if (!(dc_class(character) & DC_CLASS_LETTER))
            break;
        c->at = next;
        if (length + 5 < size)
            length += dc_utf8_put(word + length, dc_lower(character));
    }
    word[length] = '\0';
    return length;
}

static unsigned month_number(const char *word, size_t length) {
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        const char *name = months[i].names;
        while (*name) {
            size_t size = strcspn(name, " ");
            if (size == length && !memcmp(name, word, length))
                return months[i].number;
            name += size + (name[size] == ' ');
        }
    }
    return 0;
}

static bool take_month(struct cursor *c, unsigned *month) {
    char word[48];
    size_t length = take_word(c, word, sizeof word);
    *month = length ? month_number(word, length) : 0;
    return *month != 0;
}

/* -- Shapes ---------------------------------------------------------------- */

/* 2024-05-17, 2024/5/17, 2024.05.17, 2024年5月17日 */
static bool take_year_first(struct cursor *c, struct date *date) {
    static const char *const marks[][2] = {
        {"-", "-"}, {"/", "/"}, {".", "."}, {"年", "月"}};
    struct cursor start = *c;
    if (!take_number(c, 4, 4, &date->year))
        return false;
    struct cursor behind_year = *c;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        *c = behind_year;
        if (take(c, marks[i][0]) && take_number(c, 1, 2, &date->month) &&
            take(c, marks[i][1]) && take_number(c, 1, 2, &date->day) &&
            is_date(*date))
            return true;
    }
    *c = start;
    return false;
}

/* 20240517, with a time behind it or nothing: 8 digits are often no date. */
static bool take_digits(struct cursor *c, struct date *date) {
    struct cursor start = *c;
    unsigned number;
    if (take_number(c, 8, 8, &number) &&
        (c->at == c->end || *c->at == 'T' || *c->at == 't')) {
        *date = (struct date){number / 10000, number / 100 % 100, number % 100};
        if (is_date(*date))
            return true;
    }
    *c = start;
    return false;
}

/* 17.05.2024, 5/17/2024, 17-05-2024, 5/17/24.  A dot means that the day comes
 * first; else the page's country decides, unless only one reading is a date. */
static bool take_year_last(struct cursor *c, bool month_first,
                           struct date *date) {
    struct cursor start = *c;
    unsigned first, second, year;
    if (take_number(c, 1, 2, &first) && c->at < c->end) {
        const char mark[2] = {*c->at, '\0'};
        if (strchr("./-", *mark) && take(c, mark) &&
            take_number(c, 1, 2, &second) && take(c, mark) &&
            (take_number(c, 4, 4, &year) ||
             (*mark == '/' && take_number(c, 2, 2, &year)))) {
            year += year < 70 ? 2000 : year < 100 ? 1900 : 0;
            struct date day_first = {year, second, first};
            struct date other = {year, first, second};
            bool swap = month_first && *mark != '.';
            *date = swap ? other : day_first;
            if (!is_date(*date))
                *date = swap ? day_first : other;
            if (is_date(*date))
                return true;
        }
    }
    *c = start;
    return false;
}

/* 17 May 2024, 17th of May, 2024, 17. Mai 2024, 17 de mayo de 2024,
 * 17-May-2024 */
static bool take_day_month(struct cursor *c, struct date *date) {
    static const char *const joints[] = {"st ", "nd ", "rd ", "th ",
                                         "er ", "º ",  "°"};
    struct cursor start = *c;
    if (take_number(c, 1, 2, &date->day)) {
        for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
            if (take(c, joints[i]))
                break;
        skip(c, " .-/");
        (void)(take(c, "of ") || take(c, "de "));
        if (take_month(c, &date->month)) {
            skip(c, " .,-/");
            (void)(take(c, "de ") || take(c, "del "));
            if (take_number(c, 4, 4, &date->year) && is_date(*date))
                return true;
        }
    }
    *c = start;
    return false;
}

/* May 17, 2024; May 17th 2024; Thu May 17 10:00:00 2024 is not read. */
static bool take_month_day(struct cursor *c, struct date *date) {
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    struct cursor start = *c;
    if (take_month(c, &date->month)) {
        skip(c, " .");
        if (take_number(c, 1, 2, &date->day)) {
            for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
                if (take(c, endings[i]))
                    break;
            skip(c, " ,.");
            if (take_number(c, 4, 4, &date->year) && is_date(*date))
                return true;
        }
    }
    *c = start;
    return false;
}

/* -- Time of day ----------------------------------------------------------- */

struct clock {
    unsigned hour, minute, second;
    int zone; /* minutes east of Greenwich */
    bool utc; /* written as Z, GMT or UTC */
};

static bool take_zone(struct cursor *c, struct clock *clock) {
    unsigned hours, minutes = 0;
    skip(c, " ");
    clock->zone = 0;
    clock->utc = take(c, "Z") || take(c, "GMT") || take(c, "UTC");
    if (clock->utc)
        return true;
    int sign = take(c, "+") ? 1 : take(c, "-") ? -1 : 0;
    if (!sign)
        return false;
    if (take_number(c, 4, 4, &hours)) {
        minutes = hours % 100;
        hours /= 100;
    } else if (!take_number(c, 1, 2, &hours) ||
               (take(c, ":") && !take_number(c, 2, 2, &minutes))) {
        return false;
    }
    clock->zone = sign * (int)(hours * 60 + minutes);
    return hours <= 14 && minutes < 60;
}

/* "T10:15:00.123+02:00", " 10:15 GMT"; fractions are dropped. */
static bool take_clock(struct cursor *c, struct clock *clock) {
    unsigned fraction;
    clock->second = 0;
    if (!take(c, "T"))
        skip(c, " ,");
    if (!take_number(c, 1, 2, &clock->hour) || !take(c, ":") ||
        !take_number(c, 2, 2, &clock->minute))
        return false;
    if (take(c, ":") && !take_number(c, 2, 2, &clock->second))
        return false;
    if (take(c, ".") && !take_number(c, 1, 9, &fraction))
        return false;
    return take_zone(c, clock) && clock->hour < 24 && clock->minute < 60 &&
           clock->second < 60;
}

/* -- Writing --------------------------------------------------------------- */

static char *put_number(char *out, unsigned number, int digits) {
    for (int i = digits; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

static char *put_date(char *out, struct date date) {
    out = put_number(out, date.year, 4);
    *out++ = '-';
    out = put_number(out, date.month, 2);
    *out++ = '-';
    out = put_number(out, date.day, 2);
    *out = '\0';
    return out;
}

static void put_clock(char *out, const struct clock *clock) {
    *out++ = 'T';
    out = put_number(out, clock->hour, 2);
    *out++ = ':';
    out = put_number(out, clock->minute, 2);
    *out++ = ':';
    out = put_number(out, clock->second, 2);
    if (clock->utc) {
        *out++ = 'Z';
    } else {
        unsigned zone =
            (unsigned)(clock->zone < 0 ? -clock->zone : clock->zone);
        *out++ = clock->zone < 0 ? '-' : '+';
        out = put_number(out, zone / 60, 2);
        *out++ = ':';
        out = put_number(out, zone % 60, 2);
    }
    *out = '\0';
}

static bool take_date(struct cursor *c, bool month_first, struct date *date) {
    if (!is_digit(*c->at))
        return take_month_day(c, date);
    return take_year_first(c, date) || take_digits(c, date) ||
           take_year_last(c, month_first, date) || take_day_month(c, date);
}

/* Behind the number, word or other character at s. */
static const char *skip_run(const char *s, const char *end) {
    enum { KINDS = DC_CLASS_LETTER | DC_CLASS_DIGIT };
    unsigned kind = dc_class(dc_utf8_next(&s)) & KINDS;
    while (kind && s < end) {
        const char *next = s;
        if ((dc_class(dc_utf8_next(&next)) & KINDS) != kind)
            break;
        s = next;
    }
    return s;
}

size_t dc_date_find(const char *line, size_t length, bool month_first,
                    char date[DC_DATE_SIZE], size_t *start) {
    const char *s = line, *end = line + length;
    while (s < end) {
        struct cursor c = {s, end};
        struct date found;
        if (take_date(&c, month_first, &found) &&
            (c.at == end || !is_digit(*c.at))) {
            struct clock clock;
            struct cursor behind = c;
            char *out = put_date(date, found);
            if (take_clock(&behind, &clock)) {
                put_clock(out, &clock);
                c = behind;
            }
            *start = (size_t)(s - line);
            return (size_t)(c.at - line);
        }
        s = skip_run(s, end);
    }
    return 0;
}

/* 2023/october/03 */
static bool take_month_name(struct cursor *c, struct date *date) {
    return take_number(c, 4, 4, &date->year) && take(c, "/") &&
           take_month(c, &date->month) && take(c, "/") &&
           take_number(c, 1, 2, &date->day) && is_date(*date);
}

/* A segment of its own, or what begins one: /2024/05/17/, /2024-05-17-x,
 * /2024/may/17/. */
bool dc_date_of_url(const char *url, char date[DC_DATE_SIZE]) {
    const char *end = url + strcspn(url, "?#");
    for (const char *s = url; s < end; s++) {
        struct cursor c = {s + 1, end}, named = c;
        struct date found;
        if (*s != '/' || !is_digit(s[1]))
            continue;
        if (!take_year_first(&c, &found)) {
            if (!take_month_name(&named, &found))
                continue;
            c = named;
        }
        if (c.at == end || *c.at == '/' || *c.at == '-' || *c.at == '_') {
            put_date(date, found);
            return true;
        }
    }
    return false;
}
