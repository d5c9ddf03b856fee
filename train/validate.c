/* validate.c: trainer, corpora -> the out-of-fold score of every page.
 *
 * In: a trainer that knows the folds.  Out: counts a page.  A page goes
 * through the library's public calls, exactly as the filter would treat it:
 * what is measured is what users get, the cut and the rendering included.
 */
#include "validate.h"

#include <stdlib.h>
#include <string.h>

/* Text printed by the library. */
struct text {
    char *bytes;
    size_t length, size;
};

static int text_append(void *context, const char *bytes, size_t length) {
    struct text *text = context;
    if (length > text->size - text->length) {
        if (length > SIZE_MAX / 4 - text->length)
            return -1;
        size_t size = 2 * (text->length + length) + 4096;
        char *grown = realloc(text->bytes, size);
        if (!grown)
            return -1;
        text->bytes = grown;
        text->size = size;
    }
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    return 0;
}

/* Reads and labels a page as the filter does. */
static enum declutter_status page_label(struct declutter_page *page,
                                        const struct dc_gold *gold,
                                        const struct declutter_model *model,
                                        struct text *text,
                                        struct declutter_error *error) {
    /* A page that is validated has its gold.
       NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    struct declutter_options options = {.url = gold->url};
    struct declutter_input input;
    enum declutter_status status =
        declutter_input_read(gold->path, 0, &input, error);
    if (status != DECLUTTER_OK)
        return status;
    status =
        declutter_page_read(page, input.bytes, input.length, &options, error);
    declutter_input_free(&input);
    if (status == DECLUTTER_OK)
        status = declutter_page_classify(page, model, &options, error);
    text->length = 0;
    if (status == DECLUTTER_OK)
        status = declutter_page_render(page, DECLUTTER_TEXT, &options,
                                       text_append, text, error);
    return status;
}

static enum declutter_status page_score(struct declutter_page *page,
                                        const struct declutter_model *model,
                                        struct text *text,
                                        struct dc_validated_page *out,
                                        struct declutter_error *error) {
    struct declutter_error reason = {0};
    enum declutter_status status =
        page_label(page, out->gold, model, text, &reason);
    if (status != DECLUTTER_OK)
        return dc_fail(error, status, 0, "%s: %s", out->gold->path,
                       reason.message);
    if (!dc_score_text(out->gold, text->length ? text->bytes : "", text->length,
                       &out->score) ||
        !dc_score_labels(out->gold, page, model, &out->score))
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    return DECLUTTER_OK;
}

static void progress_show(const struct dc_trainer_options *options, size_t done,
                          size_t total) {
    if (options->progress)
        options->progress(options->progress_context, "scoring", done, total);
}

/* Scores the pages of one fold. */
static enum declutter_status
fold_score(const struct declutter_model *model, unsigned fold,
           const struct dc_trainer_options *options,
           struct dc_validation *validation, struct declutter_error *error) {
    struct text text = {0};
    struct declutter_page *page = declutter_page_new();
    enum declutter_status status =
        page ? DECLUTTER_OK
             : dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < validation->page_count; i++) {
        if (status != DECLUTTER_OK || validation->pages[i].fold != fold)
            continue;
        status = page_score(page, model, &text, &validation->pages[i], error);
        progress_show(options, i + 1, validation->page_count);
    }
    free(text.bytes);
    declutter_page_free(page);
    return status;
}

/* All folds must count the same labels, or their counts do not add up. */
static enum declutter_status labels_check(struct dc_validation *validation,
                                          const struct declutter_model *model,
                                          struct declutter_error *error) {
    if (validation->label_count == 0) {
        validation->label_count = model->label_count;
        memcpy(validation->labels, model->labels, sizeof model->labels);
    }
    bool same = validation->label_count == model->label_count;
    for (uint32_t i = 0; same && i < model->label_count; i++)
        same = strcmp(validation->labels[i], model->labels[i]) == 0;
    return same ? DECLUTTER_OK
                : dc_fail(error, DECLUTTER_ERROR_USAGE, 0,
                          "a label occurs in too few folds; use fewer folds");
}

static bool pages_list(struct dc_trainer *trainer,
                       const struct dc_corpus *corpora, size_t corpus_count,
                       struct dc_validation *validation) {
    size_t count = 0;
    for (size_t c = 0; c < corpus_count; c++)
        count += corpora[c].page_count;
    validation->pages = calloc(count ? count : 1, sizeof *validation->pages);
    if (!validation->pages)
        return false;
    for (size_t c = 0; c < corpus_count; c++)
        for (size_t p = 0; p < corpora[c].page_count; p++)
            validation->pages[validation->page_count++] =
                (struct dc_validated_page){.corpus = c,
                                           .fold =
                                               dc_trainer_fold(trainer, c, p),
                                           .gold = &corpora[c].pages[p]};
    return true;
}

enum declutter_status
dc_validate(struct dc_trainer *trainer, const struct dc_corpus *corpora,
            size_t corpus_count, const struct dc_trainer_options *options,
            struct dc_validation *validation, struct declutter_error *error) {
    *validation = (struct dc_validation){0};
    enum declutter_status status = DECLUTTER_OK;
    if (!pages_list(trainer, corpora, corpus_count, validation))
        status = dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    for (unsigned fold = 0; fold < options->folds; fold++) {
        struct declutter_model *model = NULL;
        if (status == DECLUTTER_OK)
            status = dc_trainer_train(trainer, fold, &model, error);
        if (status == DECLUTTER_OK)
            status = labels_check(validation, model, error);
        if (status == DECLUTTER_OK)
            status = fold_score(model, fold, options, validation, error);
        declutter_model_free(model);
    }
    if (status != DECLUTTER_OK)
        dc_validation_free(validation);
    return status;
}

void dc_validation_free(struct dc_validation *validation) {
    free(validation->pages);
    *validation = (struct dc_validation){0};
}
