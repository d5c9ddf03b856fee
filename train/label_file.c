/* label_file.c: a file of word offsets -> labels of pages that lie elsewhere.
 *
 * In: corpora as read, and the file.  Out: runs of labels with the pages they
 * belong to, and later, when such a page has been cut into blocks, a label
 * for every block.  Offsets count words, which every version of a parser
 * agrees on more than on blocks; a page whose words are not those that were
 * labelled is refused, since shifted labels would teach nonsense in silence.
 */
#include "label_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_load.h"

struct reader {
    struct dc_corpus *corpora;
    size_t corpus_count, line;
    json_t *names; /* the first line's list */
    struct declutter_error *error;
};

static enum declutter_status line_error(const struct reader *r,
                                        const char *what) {
    return dc_fail(r->error, DECLUTTER_ERROR_DAMAGED, r->line, "line %zu: %s",
                   r->line, what);
}

static struct dc_corpus *find_corpus(const struct reader *r, const char *name) {
    for (size_t c = 0; c < r->corpus_count; c++)
        if (strcmp(r->corpora[c].name, name) == 0)
            return &r->corpora[c];
    return NULL;
}

static int compare_ids(const void *key, const void *page) {
    const struct dc_gold *gold = page;
    return strcmp(key, gold->id);
}

static enum declutter_status read_names(struct reader *r, json_t *object) {
    json_t *names = json_object_get(object, "labels");
    size_t count = json_array_size(names);
    if (!count || count > DC_LABELS_MAX)
        return line_error(r, "\"labels\" is no list of 1 to 8 names");
    for (size_t i = 0; i < count; i++)
        if (!json_is_string(json_array_get(names, i)))
            return line_error(r, "\"labels\" holds something else than names");
    r->names = json_incref(names);
    return DECLUTTER_OK;
}

/* Copies the pairs; their words must add up to `words`. */
static enum declutter_status read_runs(const struct reader *r,
                                       const json_t *runs, json_int_t words,
                                       struct dc_arena *arena,
                                       struct dc_gold *gold) {
    size_t count = json_array_size(runs) / 2;
    json_int_t sum = 0, names = (json_int_t)json_array_size(r->names);
    struct dc_run *copies = dc_arena_alloc(arena, count, sizeof *copies);
    if (!copies)
        return dc_fail(r->error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < count; i++) {
        const json_t *label = json_array_get(runs, 2 * i);
        const json_t *length = json_array_get(runs, 2 * i + 1);
        json_int_t number = json_integer_value(label);
        json_int_t size = json_integer_value(length);
        if (!json_is_integer(label) || !json_is_integer(length) ||
            number < -1 || number >= names || size < 1 || size > words - sum)
            return line_error(r, "\"runs\" holds a pair that cannot be");
        sum += size;
        copies[i] = (struct dc_run){(int)number, (uint32_t)size};
    }
    if (json_array_size(runs) % 2 || sum != words)
        return line_error(r, "\"runs\" do not add up to \"words\"");
    gold->runs = copies;
    gold->run_count = count;
    return DECLUTTER_OK;
}

/* The names, copied once a corpus. */
static enum declutter_status name_labels(const struct reader *r,
                                         struct dc_corpus *corpus) {
    size_t count = json_array_size(r->names);
    const char **names = dc_arena_alloc(corpus->memory, count, sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        const json_t *name = json_array_get(r->names, i);
        size_t size = json_string_length(name) + 1;
        char *copy = dc_arena_alloc(corpus->memory, size, 1);
        if (!copy)
            names = NULL;
        else
            names[i] = memcpy(copy, json_string_value(name), size);
    }
    if (!names)
        return dc_fail(r->error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    corpus->run_labels = names;
    return DECLUTTER_OK;
}

static enum declutter_status read_page(const struct reader *r,
                                       const json_t *object) {
    const char *name = json_string_value(json_object_get(object, "corpus"));
    const char *id = json_string_value(json_object_get(object, "id"));
    const json_t *words = json_object_get(object, "words");
    const json_t *runs = json_object_get(object, "runs");
    if (!name || !id || !json_is_array(runs) || json_integer_value(words) < 1 ||
        json_integer_value(words) > UINT32_MAX)
        return line_error(r, "needs \"corpus\", \"id\", \"words\", \"runs\"");
    struct dc_corpus *corpus = find_corpus(r, name);
    if (!corpus)
        return DECLUTTER_OK;
    struct dc_gold *gold = bsearch(id, corpus->pages, corpus->page_count,
                                   sizeof *gold, compare_ids);
    if (!gold)
        return line_error(r, "names a page that its corpus lacks");
    if (gold->label_count || gold->marked_up || gold->run_count)
        return line_error(r, "names a page that has labels already");
    if (!corpus->run_labels) {
        enum declutter_status status = name_labels(r, corpus);
        if (status)
            return status;
    }
    gold->run_labels = corpus->run_labels;
    return read_runs(r, runs, json_integer_value(words), corpus->memory, gold);
}

static enum declutter_status read_line(struct reader *r, const char *line,
                                       size_t length) {
    json_error_t fault;
    json_t *object;
    enum declutter_status status =
        dc_json_load(line, length, JSON_REJECT_DUPLICATES, &object, &fault);
    if (status == DECLUTTER_ERROR_MEMORY)
        return dc_fail(r->error, status, 0, "out of memory");
    if (status)
        return line_error(r, fault.text);
    status = r->names ? read_page(r, object) : read_names(r, object);
    json_decref(object);
    return status;
}

enum declutter_status dc_label_file_read(const char *path,
                                         struct dc_corpus *corpora,
                                         size_t count,
                                         struct declutter_error *error) {
    struct reader r = {
        .corpora = corpora, .corpus_count = count, .error = error};
    FILE *file = fopen(path, "r");
    if (!file)
        return dc_fail(error, DECLUTTER_ERROR_READ, 0, "%s", strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    enum declutter_status status = DECLUTTER_OK;
    while (!status && (length = getline(&line, &capacity, file)) >= 0) {
        r.line++;
        if (strspn(line, " \t\r\n") < (size_t)length)
            status = read_line(&r, line, (size_t)length);
    }
    if (!status && (ferror(file) || !feof(file)))
        status = dc_fail(error, DECLUTTER_ERROR_READ, 0, "%s", strerror(errno));
    if (!status && !r.names)
        status = dc_fail(error, DECLUTTER_ERROR_DAMAGED, 0, "holds no labels");
    free(line);
    fclose(file);
    json_decref(r.names);
    return status;
}

/* -- Runs over blocks ----------------------------------------------------- */

enum declutter_status dc_runs_check(const struct dc_gold *gold,
                                    const struct dc_page *page,
                                    struct declutter_error *error) {
    uint64_t labelled = 0, words = 0;
    for (size_t i = 0; i < gold->run_count; i++)
        labelled += gold->runs[i].words;
    for (size_t b = 0; b < page->block_count; b++)
        words += page->blocks[b].words;
    if (labelled == words)
        return DECLUTTER_OK;
    return dc_fail(error, DECLUTTER_ERROR_DAMAGED, 0,
                   "the label file is for a page of %llu words, this one has "
                   "%llu",
                   (unsigned long long)labelled, (unsigned long long)words);
}

/* Index of a run's label among the names, or DC_NONE. */
static uint32_t run_label(const struct dc_gold *gold, const struct dc_run *run,
                          const char *const *names, size_t name_count) {
    for (size_t l = 0; run->label >= 0 && l < name_count; l++)
        if (strcmp(names[l], gold->run_labels[run->label]) == 0)
            return (uint32_t)l;
    return DC_NONE;
}

void dc_runs_label(const struct dc_gold *gold, const struct dc_page *page,
                   const char *const *names, size_t name_count,
                   uint32_t *labels) {
    const struct dc_run *run = gold->runs;
    uint32_t left = gold->run_count ? run->words : 0;
    for (size_t b = 0; b < page->block_count; b++) {
        uint32_t need = page->blocks[b].words, most = 0;
        labels[b] = DC_NONE;
        while (need) {
            uint32_t part = need < left ? need : left;
            if (part > most) {
                most = part;
                labels[b] = run_label(gold, run, names, name_count);
            }
            need -= part;
            left -= part;
            if (!left && run + 1 < gold->runs + gold->run_count)
                left = (++run)->words;
            else if (!left)
                break;
        }
    }
    for (size_t b = 1; b + 1 < page->block_count; b++)
        if (!page->blocks[b].words && labels[b - 1] == labels[b + 1])
            labels[b] = labels[b - 1];
}
