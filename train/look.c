/* look.c: a page's file -> what its mark-up says of it as training material.
 *
 * In: the path of a page, plain or gzipped.  Out: whether elements carry
 * labels, the language the page says it is in, whether it teaches labels only.
 * These are asked before a page is parsed, of thousands of pages, and only the
 * bytes are looked at.  A file that cannot be read says nothing: whoever opens
 * it in earnest reports why.
 */
#include "look.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#define MARK "data-declutter="
#define TEACHES "data-declutter-teaches"
enum { HEAD_BYTES = 8192 };

/* Opens a file for a look; NULL when it cannot be read, which is for whoever
 * opens it in earnest to say, or when memory is short. */
static gzFile file_open(const char *path, bool *is_short) {
    errno = 0;
    gzFile file = gzopen(path, "rb");
    *is_short = !file && errno == ENOMEM;
    return file;
}

/* Closes it; was memory short while it was read? */
static bool file_close(gzFile file) {
    int status;
    gzerror(file, &status);
    gzclose(file);
    return status == Z_MEM_ERROR;
}

bool dc_look_mark(const char *path, bool *is_short) {
    enum { KEEP = sizeof MARK - 2 }; /* a mark may lie across two pieces */
    char buffer[KEEP + HEAD_BYTES];
    size_t kept = 0;
    bool found = false;
    gzFile file = file_open(path, is_short);
    if (!file)
        return false;
    for (int got;
         !found && (got = gzread(file, buffer + kept, HEAD_BYTES)) > 0;) {
        size_t length = kept + (size_t)got;
        const char *at = buffer, *end = buffer + length;
        while (!found && (at = memchr(at, MARK[0], (size_t)(end - at)))) {
            found = (size_t)(end - at) >= sizeof MARK - 1 &&
                    !memcmp(at, MARK, sizeof MARK - 1);
            at++;
        }
        kept = length < KEEP ? length : KEEP;
        memmove(buffer, end - kept, kept);
    }
    *is_short = file_close(file);
    return found;
}

/* The value of an attribute in the tag that begins at `tag`; NULL when it has
 * none. */
static const char *tag_value(const char *tag, const char *name) {
    const char *end = strchr(tag, '>');
    size_t length = strlen(name);
    for (const char *at = strstr(tag, name); at && end && at < end;
         at = strstr(at + 1, name))
        if (at[length] == '=' && strchr(" \n\t", at[-1])) {
            at += length + 1;
            return at + (*at == '"' || *at == '\'');
        }
    return NULL;
}

/* Lower-case letters of the first subtag of a language's name. */
static const char *copy_subtag(const char *name, struct dc_arena *arena) {
    enum { LONGEST = 8 };
    size_t length = 0;
    while (length < LONGEST && (name[length] | 32) >= 'a' &&
           (name[length] | 32) <= 'z')
        length++;
    char *language = length ? dc_arena_alloc(arena, length + 1, 1) : NULL;
    for (size_t i = 0; language && i < length; i++)
        language[i] = (char)(name[i] | 32);
    if (language)
        language[length] = '\0';
    return language;
}

bool dc_look_head(const char *path, struct dc_arena *arena,
                  struct dc_look *look) {
    static const char labels[] = "labels";
    char head[HEAD_BYTES + 1];
    bool is_short;
    *look = (struct dc_look){0};
    gzFile file = file_open(path, &is_short);
    if (!file)
        return !is_short;
    int got = gzread(file, head, HEAD_BYTES);
    is_short = file_close(file);
    head[got > 0 ? got : 0] = '\0';
    const char *tag = strstr(head, "<html");
    if (!tag)
        tag = strstr(head, "<HTML");
    const char *language = tag ? tag_value(tag + 1, "lang") : NULL;
    const char *teaches = tag ? tag_value(tag + 1, TEACHES) : NULL;
    if (language)
        look->language = copy_subtag(language, arena);
    look->labels_only =
        teaches && strncmp(teaches, labels, sizeof labels - 1) == 0;
    return !is_short && !arena->failed;
}
