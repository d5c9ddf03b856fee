/* replay.c: runs a fuzz target over files, without a fuzzer.
 *
 * In: folders.  Out: nothing, and status 0, when the target returned from
 * every file in them; the target aborts otherwise, and the last line on
 * standard error names the file.  A folder that is missing or empty is a
 * failure: a test that ran nothing has shown nothing.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"

static void die(const char *path, const char *what) {
    fprintf(stderr, "replay: %s: %s\n", path, what);
    exit(2);
}

/* The target gets a block of exactly that size, as from libFuzzer: a read
 * beyond its end is noticed. */
static void replay(const char *path) {
    char piece[4096];
    struct text text = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path, "cannot open");
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        text_add(&text, piece, got);
    if (ferror(file))
        die(path, "cannot read");
    fclose(file);
    uint8_t *bytes = malloc(text.length ? text.length : 1);
    check(bytes != NULL, "(out of memory)");
    for (size_t i = 0; i < text.length; i++)
        bytes[i] = (uint8_t)text.bytes[i];
    fprintf(stderr, "%s, %zu bytes\n", path, text.length);
    LLVMFuzzerTestOneInput(bytes, text.length);
    free(bytes);
    text_free(&text);
}

static int is_visible(const struct dirent *item) {
    return item->d_name[0] != '.';
}

static void replay_folder(const char *folder) {
    struct dirent **items;
    int count = scandir(folder, &items, is_visible, alphasort);
    if (count <= 0)
        die(folder, "no files");
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length =
            snprintf(path, sizeof path, "%s/%s", folder, items[i]->d_name);
        if (length < 0 || (size_t)length >= sizeof path)
            die(folder, "path too long");
        replay(path);
        free(items[i]);
    }
    free(items);
}

int main(int argc, char **argv) {
    if (argc < 2)
        die("folders", "none given");
    for (int i = 1; i < argc; i++)
        replay_folder(argv[i]);
    return 0;
}
