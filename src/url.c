/* url.c: addresses of links and images, fit to be printed.
 *
 * In: what an author, or an attacker, wrote into href or src, and the address
 * of the page.  Out: an absolute address, or a relative one where the page's
 * is not known, or the verdict that it is none to be printed.
 *
 * Browsers skip white space around an address and line ends inside it, and
 * take '\' for '/'.  So do we, before the scheme is judged: what is judged is
 * what a browser would see.  Schemes are allowed by name, never forbidden by
 * name; whatever stands before the first ':' and is not one of the allowed
 * three is not printed, hence a disguise we do not know gains nothing.
 * Resolving follows RFC 3986, section 5.2.
 */
#include "url.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

/* A longer base is an attempt to multiply the output: it is repeated with
 * every link. */
enum { BASE_MAX = 2048 };

/* -- Cleaning -------------------------------------------------------------- */

static bool is_blank(char c) {
    return (unsigned char)c <= 0x20;
}

static bool is_unsafe(char c) {
    return (unsigned char)c < 0x20 || c == 0x7F || strchr(" \"<>`|\\^", c);
}

/* Appends the link as a browser reads it; what might be taken for mark-up, in
 * whatever format it will stand, is percent-encoded. */
static void append_clean(struct dc_buffer *url, struct dc_text link) {
    static const char hex[] = "0123456789ABCDEF";
    const char *at = link.bytes, *end = at + link.length;
    bool path = true; /* before '?' and '#' */
    while (at < end && is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    if (!dc_buffer_reserve(url, (size_t)(end - at) * 3))
        return;
    for (char *out = url->bytes + url->length; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '\t' || c == '\n' || c == '\r')
            continue;
        path = path && c != '?' && c != '#';
        if (c == '\\' && path) {
            *out++ = '/';
        } else if (is_unsafe(*at)) {
            *out++ = '%';
            *out++ = hex[c >> 4];
            *out++ = hex[c & 15];
        } else {
            *out++ = *at;
        }
        url->length = (size_t)(out - url->bytes);
    }
}

/* -- Judging --------------------------------------------------------------- */

/* Length of what stands before the first ':' of a clean link; 0 when a ':'
 * there does not end a scheme. */
static size_t scheme_length(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == ':')
            return i ? i : SIZE_MAX;
        if (bytes[i] == '/' || bytes[i] == '?' || bytes[i] == '#')
            return 0;
    }
    return 0;
}

static bool scheme_is(const char *bytes, size_t length, const char *name) {
    return length == strlen(name) && strncasecmp(bytes, name, length) == 0;
}

static bool is_web(const char *bytes, size_t scheme) {
    return scheme_is(bytes, scheme, "http") ||
           scheme_is(bytes, scheme, "https");
}

/* -- Resolving ------------------------------------------------------------- */

/* Where the parts of an absolute address of the web end. */
struct parts {
    size_t scheme, authority, path, query; /* ends, from the beginning */
};

static size_t find_end(struct dc_text text, size_t at, const char *stops) {
    while (at < text.length && !strchr(stops, text.bytes[at]))
        at++;
    return at;
}

static bool split(struct dc_text base, struct parts *parts) {
    size_t scheme = scheme_length(base.bytes, base.length);
    if (!is_web(base.bytes, scheme) || base.length < scheme + 4 ||
        memcmp(base.bytes + scheme, "://", 3) != 0)
        return false;
    parts->scheme = scheme + 1;
    parts->authority = find_end(base, scheme + 3, "/?#");
    if (parts->authority == scheme + 3)
        return false;
    parts->path = find_end(base, parts->authority, "?#");
    parts->query = find_end(base, parts->path, "#");
    return true;
}

/* Removes "." and ".." from the path that begins at `start`, in place.  `out`
 * never passes `at`. */
static void remove_dots(struct dc_buffer *url, size_t start) {
    char *path = url->bytes + start, *end = url->bytes + url->length;
    char *stop = path, *out = path;
    while (stop < end && *stop != '?' && *stop != '#')
        stop++;
    for (const char *at = path; at < stop;) {
        const char *next = at + 1;
        while (next < stop && *next != '/')
            next++;
        size_t length = (size_t)(next - at);
        bool last = next == stop;
        bool one = length == 2 && at[1] == '.';
        bool two = length == 3 && at[1] == '.' && at[2] == '.';
        if (two)
            while (out > path && *--out != '/')
                ;
        if (one || two) {
            if (last)
                *out++ = '/';
        } else {
            memmove(out, at, length);
            out += length;
        }
        at = next;
    }
    memmove(out, stop, (size_t)(end - stop));
    url->length = (size_t)(out + (end - stop) - url->bytes);
}

/* Appends as much of the base as a relative link leaves in force.  Returns
 * where the path begins, 0 when it needs no merging. */
static size_t append_base(struct dc_buffer *url, struct dc_text base,
                          const struct parts *parts, const char *link,
                          size_t length) {
    if (length > 1 && link[0] == '/' && link[1] == '/') {
        dc_buffer_add(url, base.bytes, parts->scheme);
        return 0;
    }
    if (!length || link[0] == '#') {
        dc_buffer_add(url, base.bytes, parts->query);
        return 0;
    }
    if (link[0] == '?') {
        dc_buffer_add(url, base.bytes, parts->path);
        return 0;
    }
    dc_buffer_add(url, base.bytes, parts->authority);
    if (link[0] == '/')
        return parts->authority;
    size_t slash = parts->path;
    while (slash > parts->authority && base.bytes[slash - 1] != '/')
        slash--;
    dc_buffer_add(url, base.bytes + parts->authority, slash - parts->authority);
    if (slash == parts->authority)
        dc_buffer_add(url, "/", 1);
    return parts->authority;
}

bool dc_url_make(struct dc_buffer *url, struct dc_text base,
                 struct dc_text link) {
    struct parts parts;
    url->length = 0;
    append_clean(url, link);
    size_t length = url->length;
    if (url->failed || !length)
        return false;
    size_t scheme = scheme_length(url->bytes, length);
    if (scheme)
        return scheme != SIZE_MAX && (is_web(url->bytes, scheme) ||
                                      scheme_is(url->bytes, scheme, "mailto"));
    if (!base.length || !split(base, &parts))
        return true;
    /* The base goes in front: append it behind, then the link once more, and
     * forget the first copy.  With the room for all of it taken at once, the
     * link stays where it is. */
    if (!dc_buffer_reserve(url, base.length + length + 1))
        return false;
    size_t path = append_base(url, base, &parts, url->bytes, length);
    dc_buffer_add(url, url->bytes, length);
    url->length -= length;
    memmove(url->bytes, url->bytes + length, url->length);
    if (path)
        remove_dots(url, path);
    return true;
}

/* The href of the first <base>: an element we do not know, in the head. */
static struct dc_text find_base(const struct dc_page *page) {
    for (uint32_t node = 0; node < page->node_count; node++) {
        const struct dc_node *n = &page->nodes[node];
        if (n->tag == DC_TAG_body)
            break;
        if (n->tag != DC_TAG_OTHER || n->parent == DC_NONE ||
            page->nodes[n->parent].tag != DC_TAG_head)
            continue;
        struct dc_text href = dc_attribute_text(page, node, DC_ATTRIBUTE_href);
        if (href.length)
            return href;
    }
    return (struct dc_text){NULL, 0};
}

void dc_url_base(struct dc_buffer *url, const struct dc_page *page) {
    struct dc_buffer own = {.arena = url->arena};
    struct dc_text address = {page->url, 0}, none = {NULL, 0};
    struct parts parts;
    size_t length = page->url ? strlen(page->url) : 0;
    if (length < BASE_MAX && dc_utf8_valid(page->url, length) == length)
        address.length = (uint32_t)length;
    if (address.length && !dc_url_make(&own, none, address))
        own.length = 0;
    struct dc_text href = find_base(page);
    if (!href.length || !dc_url_make(url, dc_url_text(&own), href)) {
        url->length = 0;
        dc_buffer_add(url, own.bytes, own.length);
    }
    if (url->length > BASE_MAX || !split(dc_url_text(url), &parts))
        url->length = 0;
    url->failed |= own.failed;
    dc_buffer_free(&own);
}
