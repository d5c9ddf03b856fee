/* json_load.c: jansson, called so that it may run out of memory.
 *
 * In: JSON.  Out: what jansson makes of it.  jansson keeps the token it reads
 * in a buffer that grows, and when it cannot grow loses bytes and goes on: it
 * then looks for the end of a string beyond that of the buffer.  So a number
 * comes first, longer than any token behind it, that makes the buffer large
 * enough; where that fails, nothing comes behind.  Lost digits do no harm.
 * Other failures jansson handles, but calls them bad syntax; errno tells.
 */
#include "json_load.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ATTEMPTS = 3 };

/* "[0.000...,TEXT]" */
struct feed {
    char *bytes;
    size_t length, at;
    size_t number_end; /* where the comma stands */
    bool failed;       /* jansson was short of memory */
};

/* Where the value that begins the text ends.  *longest becomes an upper bound
 * of its tokens: the most bytes from one quote to the next. */
static size_t value_length(const char *text, size_t length, size_t *longest) {
    size_t depth = 0, last = 0, at = 0;
    bool quoted = false, ended = false;
    *longest = 0;
    for (; at < length && !ended; at++) {
        if (quoted && text[at] == '\\') {
            at++;
        } else if (text[at] == '"') {
            quoted = !quoted;
            if (at - last > *longest)
                *longest = at - last;
            last = at;
        } else if (!quoted) {
            depth += text[at] == '{' || text[at] == '[';
            if (text[at] == '}' || text[at] == ']')
                ended = depth <= 1 || --depth == 0;
        }
    }
    if (at > length) /* a backslash was the last byte */
        at = length;
    if (at - last > *longest)
        *longest = at - last;
    return at;
}

/* jansson doubles its buffer when the byte that fills it comes.  That must
 * not be the comma, which it takes back: hence a power of two. */
static size_t number_length(size_t longest) {
    size_t length = 64;
    while (length < longest + 4)
        length *= 2;
    return length;
}

static bool feed_make(struct feed *feed, const char *text, size_t length,
                      size_t number) {
    *feed =
        (struct feed){.length = number + length + 3, .number_end = number + 1};
    feed->bytes = malloc(feed->length);
    if (!feed->bytes)
        return false;
    memset(feed->bytes, '0', feed->number_end);
    feed->bytes[0] = '[';
    feed->bytes[2] = '.';
    feed->bytes[feed->number_end] = ',';
    memcpy(feed->bytes + feed->number_end + 1, text, length);
    feed->bytes[feed->length - 1] = ']';
    return true;
}

/* What jansson asks for more with. */
static size_t feed_give(void *to, size_t room, void *context) {
    struct feed *feed = context;
    size_t end = feed->at < feed->number_end ? feed->number_end : feed->length;
    size_t count = end - feed->at < room ? end - feed->at : room;
    feed->failed = errno == ENOMEM;
    if (feed->failed)
        return 0;
    memcpy(to, feed->bytes + feed->at, count);
    feed->at += count;
    return count;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The value behind the number, which must be alone. */
static enum declutter_status value_take(json_t *list, json_t **value,
                                        json_error_t *fault) {
    bool alone = json_array_size(list) == 2;
    if (alone)
        *value = json_incref(json_array_get(list, 1));
    else
        strcpy(fault->text, "more than one value");
    json_decref(list);
    return alone ? DECLUTTER_OK : DECLUTTER_ERROR_DAMAGED;
}

enum declutter_status dc_json_load(const char *text, size_t length,
                                   size_t flags, json_t **value,
                                   json_error_t *fault) {
    struct feed feed;
    size_t longest;
    *value = NULL;
    while (length && is_blank(*text)) {
        text++;
        length--;
    }
    if (!length || (*text != '{' && *text != '[')) {
        strcpy(fault->text, "neither an object nor an array");
        return DECLUTTER_ERROR_DAMAGED;
    }
    size_t end = value_length(text, length, &longest);
    if (flags & JSON_DISABLE_EOF_CHECK)
        length = end;
    else if (length - end > longest) /* what follows is read as well */
        longest = length - end;
    if (!feed_make(&feed, text, length, number_length(longest)))
        return DECLUTTER_ERROR_MEMORY;
    /* errno may also speak of memory that was then found elsewhere: it is
     * believed only when it says so each time. */
    json_t *list = NULL;
    bool failed = true;
    for (int i = 0; i < ATTEMPTS && failed && !list; i++) {
        feed.at = 0;
        feed.failed = false;
        errno = 0;
        list = json_load_callback(feed_give, &feed, flags, fault);
        failed = feed.failed || errno == ENOMEM;
    }
    free(feed.bytes);
    if (list)
        return value_take(list, value, fault);
    return failed ? DECLUTTER_ERROR_MEMORY : DECLUTTER_ERROR_DAMAGED;
}
