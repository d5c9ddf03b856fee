/* decode.c: fuzz target of charset detection and decoding.
 *
 * In: one byte that chooses a charset given from outside ('0': none), then
 * the page.  Checked: whatever the bytes, the text is valid UTF-8, terminated,
 * without stray controls; the charset has a name; the same bytes decode to the
 * same text; text that was decoded once stays as it is; memory is bounded.
 * Only an unknown charset from outside may be refused.
 */
#include "check.h"

#include <string.h>

#include "decode.h"

static void check_text(struct dc_text html) {
    check_utf8(html.bytes, html.length);
    check(html.bytes[html.length] == '\0', "decoded text is terminated");
    for (uint32_t i = 0; i < html.length; i++) {
        unsigned char c = (unsigned char)html.bytes[i];
        check(c >= 0x20 || (c && strchr("\t\n\f\r", c)),
              "decoded text has no stray controls");
    }
}

static void check_same(struct dc_text one, struct dc_text other,
                       const char *sentence) {
    check(one.length == other.length &&
              !memcmp(one.bytes, other.bytes, one.length),
          sentence);
}

/* A mark at the front would be taken off once more. */
static bool has_mark(struct dc_text html) {
    return html.length >= 3 && !memcmp(html.bytes, "\xEF\xBB\xBF", 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size)
        return 0;
    const char *encoding = pick_encoding(*data);
    const char *bytes = (const char *)data + 1;
    struct dc_page page = {0}, again = {0};
    struct declutter_error error;
    enum declutter_status status =
        dc_decode(&page, bytes, size - 1, encoding, &error);
    check(dc_decode(&again, bytes, size - 1, encoding, &error) == status,
          "the same bytes have the same outcome");
    if (status == DECLUTTER_OK) {
        check_text(page.html);
        check(page.charset[0] != '\0', "the charset has a name");
        check_same(page.html, again.html, "the same bytes, the same text");
        check_memory(&page, size);
        dc_arena_reset(&again.arena);
        check(dc_decode(&again, page.html.bytes, page.html.length, "UTF-8",
                        &error) == DECLUTTER_OK,
              "decoded text can be decoded");
        if (!has_mark(page.html))
            check_same(page.html, again.html, "decoded text stays as it is");
    } else {
        check(status == DECLUTTER_ERROR_ENCODING && encoding,
              "only an unknown charset is refused");
    }
    dc_arena_free(&page.arena);
    dc_arena_free(&again.arena);
    return 0;
}
