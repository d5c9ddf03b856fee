/* model_embed.c: model file -> C source, while the library is being built.
 *
 * In: a model file, checked as strictly as the filter checks one.  Out: a C
 * file that defines it as constants, so that the filter starts without
 * opening or parsing anything.  A program of its own because it runs on the
 * building machine, before the library that holds its output can exist.
 *
 *     model-embed MODEL SOURCE
 *
 * A failure leaves no half-written source behind, or the next build would
 * take it for a finished one.
 */
#include <stdio.h>

#include "declutter.h"
#include "model.h"

static const size_t max_model_bytes = (size_t)64 << 20;

static int report(const char *path, const char *reason) {
    fprintf(stderr, "model-embed: %s: %s\n", path, reason);
    return 1;
}

static enum declutter_status model_read(const char *path,
                                        struct declutter_model **model,
                                        struct declutter_error *error) {
    struct declutter_input input;
    enum declutter_status status =
        declutter_input_read(path, max_model_bytes, &input, error);
    if (status != DECLUTTER_OK)
        return status;
    status = dc_model_parse(input.bytes, input.length, model, error);
    declutter_input_free(&input);
    return status;
}

static int source_write(const struct declutter_model *model, const char *path) {
    FILE *stream = fopen(path, "w");
    if (!stream)
        return report(path, "cannot be opened for writing");
    enum declutter_status status = dc_model_write_source(model, stream);
    if (fclose(stream) != 0 || status != DECLUTTER_OK) {
        remove(path);
        return report(path, "cannot be written");
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: model-embed MODEL SOURCE\n", stderr);
        return 2;
    }
    struct declutter_model *model = NULL;
    struct declutter_error error;
    if (model_read(argv[1], &model, &error) != DECLUTTER_OK)
        return report(argv[1], error.message);
    int failed = source_write(model, argv[2]);
    declutter_model_free(model);
    return failed;
}
