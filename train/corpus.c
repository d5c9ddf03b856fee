/* corpus.c: labelled pages from a folder.
 *
 * In: a folder with manifest.jsonl, a folder of labelled HTML pages, or one
 * such page.  Out: a list of pages sorted by id, with what is known of each,
 * in one piece of memory.
 *
 * The manifest is read strictly: a misspelt type or a repeated id would
 * otherwise show up much later as a slightly worse model.  Unknown keys are
 * left to others.  Pages themselves are opened by whoever needs them; the
 * only looks into a file here find its language, or whether it is marked up,
 * when nothing else says so.
 */
#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "json_load.h"
#include "look.h"
#include "page.h"

#define MANIFEST "manifest.jsonl"

struct entry {
    struct dc_gold gold;
    size_t line; /* in the manifest; 0 for a file found in the folder */
};

/* A corpus being read. */
struct reader {
    struct dc_arena *arena; /* owner of everything the corpus holds */
    struct entry *entries;
    size_t count, capacity;
    const char *folder;
    size_t line;
    struct declutter_error *error;
};

/* -- Strings ------------------------------------------------------------ */

static char *copy_bytes(struct dc_arena *arena, const char *bytes,
                        size_t length) {
    char *copy = dc_arena_alloc(arena, length + 1, 1);
    if (copy) {
        memcpy(copy, bytes, length);
        copy[length] = '\0';
    }
    return copy;
}

static char *join_path(struct dc_arena *arena, const char *folder,
                       const char *name) {
    size_t folder_length = strlen(folder), name_length = strlen(name);
    if (name[0] == '/')
        return copy_bytes(arena, name, name_length);
    char *path = dc_arena_alloc(arena, folder_length + name_length + 2, 1);
    if (path) {
        memcpy(path, folder, folder_length);
        path[folder_length] = '/';
        memcpy(path + folder_length + 1, name, name_length + 1);
    }
    return path;
}

/* Length of a file name without .html, .htm, .html.gz, .htm.gz; 0 for names
 * that end otherwise. */
static size_t html_stem(const char *name) {
    static const char *const endings[] = {".html", ".htm", ".html.gz",
                                          ".htm.gz"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && !strcmp(name + length - ending, endings[i]))
            return length - ending;
    }
    return 0;
}

/* Last component of a path, trailing slashes apart. */
static char *last_component(struct dc_arena *arena, const char *path) {
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return copy_bytes(arena, path + start, end - start);
}

static enum declutter_status out_of_memory(const struct reader *r) {
    return dc_fail(r->error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
}

/* -- Manifest ----------------------------------------------------------- */

static enum declutter_status line_error(const struct reader *r,
                                        const char *what) {
    return dc_fail(r->error, DECLUTTER_ERROR_DAMAGED, r->line,
                   MANIFEST ", line %zu: %s", r->line, what);
}

static enum declutter_status key_error(const struct reader *r, const char *key,
                                       const char *what) {
    return dc_fail(r->error, DECLUTTER_ERROR_DAMAGED, r->line,
                   MANIFEST ", line %zu: \"%s\" %s", r->line, key, what);
}

static enum declutter_status
copy_string(const struct reader *r, const json_t *value, const char **out) {
    *out = copy_bytes(r->arena, json_string_value(value),
                      json_string_length(value));
    return *out ? DECLUTTER_OK : out_of_memory(r);
}

/* A string, or null or nothing, which leaves *out NULL. */
static enum declutter_status read_string(const struct reader *r,
                                         const json_t *object, const char *key,
                                         const char **out) {
    const json_t *value = json_object_get(object, key);
    *out = NULL;
    if (!value || json_is_null(value))
        return DECLUTTER_OK;
    if (!json_is_string(value))
        return key_error(r, key, "is not a string");
    return copy_string(r, value, out);
}

/* An array, or null or nothing, which leaves *out NULL. */
static enum declutter_status read_array(const struct reader *r,
                                        const json_t *object, const char *key,
                                        const json_t **out) {
    const json_t *value = json_object_get(object, key);
    *out = NULL;
    if (!value || json_is_null(value))
        return DECLUTTER_OK;
    if (!json_is_array(value))
        return key_error(r, key, "is not an array");
    *out = value;
    return DECLUTTER_OK;
}

static enum declutter_status
read_snippets(const struct reader *r, const json_t *object, const char *key,
              const char ***snippets, size_t *count) {
    const json_t *array;
    enum declutter_status status = read_array(r, object, key, &array);
    if (status || !array)
        return status;
    size_t size = json_array_size(array);
    *snippets = dc_arena_alloc(r->arena, size, sizeof **snippets);
    if (!*snippets)
        return out_of_memory(r);
    for (*count = 0; *count < size; ++*count) {
        const json_t *item = json_array_get(array, *count);
        if (!json_is_string(item))
            return key_error(r, key, "holds something else than strings");
        status = copy_string(r, item, &(*snippets)[*count]);
        if (status)
            return status;
    }
    return DECLUTTER_OK;
}

static enum declutter_status read_labels(const struct reader *r,
                                         const json_t *object,
                                         struct dc_gold *gold) {
    const json_t *array;
    enum declutter_status status = read_array(r, object, "labels", &array);
    if (status || !array)
        return status;
    size_t size = json_array_size(array);
    gold->labels = dc_arena_alloc(r->arena, size, sizeof *gold->labels);
    if (!gold->labels)
        return out_of_memory(r);
    for (size_t i = 0; i < size; i++) {
        const json_t *pair = json_array_get(array, i);
        const json_t *label = json_array_get(pair, 0);
        const json_t *text = json_array_get(pair, 1);
        if (json_array_size(pair) != 2 || !json_is_string(label) ||
            !json_is_string(text))
            return key_error(r, "labels", "holds no [label, text] pairs");
        status = copy_string(r, label, &gold->labels[i].label);
        if (!status)
            status = copy_string(r, text, &gold->labels[i].text);
        if (status)
            return status;
    }
    gold->label_count = size;
    return DECLUTTER_OK;
}

/* Fills gold->marked_up: said by the manifest or, where that holds no gold
 * of any kind, seen in the page. */
static enum declutter_status read_marked_up(const struct reader *r,
                                            const json_t *object,
                                            struct dc_gold *gold) {
    const json_t *value = json_object_get(object, "marked_up");
    if (value && !json_is_null(value)) {
        if (!json_is_boolean(value))
            return key_error(r, "marked_up", "is neither true nor false");
        gold->marked_up = json_is_true(value);
    } else if (!gold->content && !gold->label_count && !gold->with_count &&
               !gold->without_count) {
        bool is_short;
        gold->marked_up = dc_look_mark(gold->path, &is_short);
        if (is_short)
            return out_of_memory(r);
    }
    return DECLUTTER_OK;
}

static enum declutter_status
read_page(const struct reader *r, const json_t *object, struct dc_gold *gold) {
    const char *html;
    const struct {
        const char *key, **out;
    } strings[] = {{"id", &gold->id},          {"html", &html},
                   {"url", &gold->url},        {"type", &gold->type},
                   {"lang", &gold->lang},      {"title", &gold->title},
                   {"author", &gold->author},  {"date", &gold->date},
                   {"content", &gold->content}};
    enum declutter_status status = DECLUTTER_OK;
    if (!json_is_object(object))
        return line_error(r, "not a JSON object");
    for (size_t i = 0; i < sizeof strings / sizeof *strings && !status; i++) {
        status = read_string(r, object, strings[i].key, strings[i].out);
        if (!status && i < 2 && (!*strings[i].out || !**strings[i].out))
            status = key_error(r, strings[i].key, "is missing or empty");
    }
    if (!status)
        status =
            read_snippets(r, object, "with", &gold->with, &gold->with_count);
    if (!status)
        status = read_snippets(r, object, "without", &gold->without,
                               &gold->without_count);
    if (!status)
        status = read_labels(r, object, gold);
    if (status)
        return status;
    gold->path = join_path(r->arena, r->folder, html);
    return gold->path ? read_marked_up(r, object, gold) : out_of_memory(r);
}

/* A new, empty entry; NULL when out of memory. */
static struct dc_gold *add_entry(struct reader *r) {
    r->entries = dc_arena_grow(r->arena, r->entries, r->count, &r->capacity,
                               sizeof *r->entries);
    if (!r->entries)
        return NULL;
    r->entries[r->count] = (struct entry){.line = r->line};
    return &r->entries[r->count++].gold;
}

static enum declutter_status read_line(struct reader *r, const char *line,
                                       size_t length) {
    json_error_t fault;
    json_t *object;
    enum declutter_status status =
        dc_json_load(line, length, JSON_REJECT_DUPLICATES, &object, &fault);
    if (status)
        return status == DECLUTTER_ERROR_MEMORY ? out_of_memory(r)
                                                : line_error(r, fault.text);
    struct dc_gold *gold = add_entry(r);
    status = gold ? read_page(r, object, gold) : out_of_memory(r);
    json_decref(object);
    return status;
}

static enum declutter_status read_manifest(struct reader *r, FILE *file) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    enum declutter_status status = DECLUTTER_OK;
    while (!status && (length = getline(&line, &capacity, file)) >= 0) {
        r->line++;
        if (strspn(line, " \t\r\n") < (size_t)length)
            status = read_line(r, line, (size_t)length);
    }
    if (!status && (ferror(file) || !feof(file)))
        status = dc_fail(r->error, DECLUTTER_ERROR_READ, r->line,
                         "cannot read " MANIFEST ": %s", strerror(errno));
    free(line);
    return status;
}

/* -- Labelled HTML pages ------------------------------------------------ */

/* `path` is in the arena; `name` is its last component. */
static enum declutter_status add_file(struct reader *r, const char *path,
                                      const char *name) {
    struct dc_gold *gold = add_entry(r);
    if (!gold)
        return out_of_memory(r);
    gold->id = copy_bytes(r->arena, name, html_stem(name));
    gold->path = path;
    gold->marked_up = 1;
    struct dc_look look;
    bool ok = dc_look_head(path, r->arena, &look);
    gold->lang = look.language;
    gold->labels_only = look.labels_only;
    return ok && gold->id ? DECLUTTER_OK : out_of_memory(r);
}

static enum declutter_status add_files(struct reader *r, DIR *folder) {
    for (;;) {
        errno = 0;
        const struct dirent *item = readdir(folder);
        if (!item)
            return errno ? dc_fail(r->error, DECLUTTER_ERROR_READ, 0, "%s",
                                   strerror(errno))
                         : DECLUTTER_OK;
        if (item->d_name[0] == '.' || !html_stem(item->d_name))
            continue;
        const char *path = join_path(r->arena, r->folder, item->d_name);
        enum declutter_status status =
            path ? add_file(r, path, strrchr(path, '/') + 1) : out_of_memory(r);
        if (status)
            return status;
    }
}

/* -- The whole ---------------------------------------------------------- */

static enum declutter_status read_folder(struct reader *r) {
    const char *path = join_path(r->arena, r->folder, MANIFEST);
    if (!path)
        return out_of_memory(r);
    FILE *file = fopen(path, "rb");
    if (file) {
        enum declutter_status status = read_manifest(r, file);
        fclose(file);
        return status;
    }
    if (errno != ENOENT)
        return dc_fail(r->error, DECLUTTER_ERROR_READ, 0, MANIFEST ": %s",
                       strerror(errno));
    DIR *folder = opendir(r->folder);
    if (!folder)
        return dc_fail(r->error, DECLUTTER_ERROR_READ, 0, "%s",
                       strerror(errno));
    enum declutter_status status = add_files(r, folder);
    closedir(folder);
    return status;
}

static enum declutter_status read_path(struct reader *r, const char *path) {
    struct stat facts;
    if (stat(path, &facts))
        return dc_fail(r->error, DECLUTTER_ERROR_READ, 0, "%s",
                       strerror(errno));
    if (S_ISDIR(facts.st_mode))
        return read_folder(r);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (!html_stem(name))
        return dc_fail(r->error, DECLUTTER_ERROR_USAGE, 0,
                       "neither a folder nor an HTML file");
    const char *copy = copy_bytes(r->arena, path, strlen(path));
    return copy ? add_file(r, copy, copy + (name - path)) : out_of_memory(r);
}

static int compare_entries(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    int order = strcmp(a->gold.id, b->gold.id);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* Sorts, checks that ids are unique, and hands the pages over. */
static enum declutter_status finish(struct reader *r,
                                    struct dc_corpus *corpus) {
    if (!r->count)
        return dc_fail(r->error, DECLUTTER_ERROR_DAMAGED, 0,
                       "no pages: neither in " MANIFEST " nor as .html files");
    qsort(r->entries, r->count, sizeof *r->entries, compare_entries);
    for (size_t i = 1; i < r->count; i++) {
        const char *id = r->entries[i].gold.id;
        r->line = r->entries[i].line;
        if (strcmp(r->entries[i - 1].gold.id, id) != 0)
            continue;
        return r->line ? key_error(r, id, "is the id of an earlier page too")
                       : dc_fail(r->error, DECLUTTER_ERROR_DAMAGED, 0,
                                 "two pages are named \"%s\"", id);
    }
    corpus->pages = dc_arena_alloc(r->arena, r->count, sizeof *corpus->pages);
    if (!corpus->pages)
        return out_of_memory(r);
    for (size_t i = 0; i < r->count; i++)
        corpus->pages[i] = r->entries[i].gold;
    corpus->page_count = r->count;
    return DECLUTTER_OK;
}

enum declutter_status dc_corpus_read(const char *path, struct dc_corpus *corpus,
                                     struct declutter_error *error) {
    struct reader r = {.folder = path, .error = error};
    *corpus = (struct dc_corpus){0};
    corpus->memory = r.arena = malloc(sizeof *r.arena);
    if (!r.arena)
        return out_of_memory(&r);
    dc_arena_init(r.arena);
    corpus->name = last_component(r.arena, path);
    enum declutter_status status =
        corpus->name ? read_path(&r, path) : out_of_memory(&r);
    if (!status)
        status = finish(&r, corpus);
    if (status)
        dc_corpus_free(corpus);
    return status;
}

void dc_corpus_free(struct dc_corpus *corpus) {
    if (corpus->memory) {
        dc_arena_free(corpus->memory);
        free(corpus->memory);
    }
    *corpus = (struct dc_corpus){0};
}
