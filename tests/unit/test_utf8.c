/* test_utf8.c: validation, iteration, classes and words.
 *
 * What comes in is every character there is, every two-byte start of a broken
 * sequence, and lines of text in several scripts; what must come out follows
 * from the Unicode standard (table 3-7 for what is valid) and from Python's
 * \w, which the metrics of the corpora are defined by.
 */
#include "utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_every_character_round_trips(void **state) {
    (void)state;
    for (uint32_t c = 1; c < 0x110000; c++) {
        char text[8];
        size_t length = dc_utf8_put(text, c);
        bool surrogate = c >= 0xD800 && c < 0xE000;
        assert_int_equal(dc_utf8_valid(text, length), surrogate ? 0 : length);
        if (surrogate)
            continue;
        for (size_t cut = 1; cut < length; cut++)
            assert_int_equal(dc_utf8_valid(text, cut), 0);
        const char *cursor = text;
        assert_int_equal(dc_utf8_next(&cursor), c);
        assert_ptr_equal(cursor, text + length);
    }
}

/* Valid second bytes by lead, from table 3-7 of the standard. */
static bool may_follow(unsigned lead, unsigned next) {
    if (lead < 0xC2 || lead > 0xF4)
        return false;
    unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return next >= low && next <= high;
}

static void test_every_lead_and_second_byte(void **state) {
    (void)state;
    for (unsigned lead = 0x80; lead < 0x100; lead++)
        for (unsigned next = 0; next < 0x100; next++) {
            size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            char text[] = {(char)lead, (char)next, '\x80', '\x80'};
            assert_int_equal(dc_utf8_valid(text, length),
                             may_follow(lead, next) ? length : 0);
        }
}

/* The ASCII fast path must not step over a fault, wherever it lies. */
static void test_valid_prefix_at_every_offset(void **state) {
    (void)state;
    char text[64];
    for (size_t fault = 0; fault < sizeof text; fault++) {
        memset(text, 'a', sizeof text);
        text[fault] = '\xFF';
        assert_int_equal(dc_utf8_valid(text, sizeof text), fault);
        assert_int_equal(dc_utf8_valid(text, fault), fault);
    }
    assert_int_equal(dc_utf8_valid("", 0), 0);
    assert_int_equal(dc_utf8_valid("a\0b", 3), 3);
    assert_int_equal(dc_utf8_valid("h\xC3\xA9\xC3", 4), 3);
}

static void test_ascii_classes(void **state) {
    (void)state;
    for (uint32_t c = 0; c < 128; c++) {
        bool upper = c >= 'A' && c <= 'Z';
        bool letter = upper || (c >= 'a' && c <= 'z');
        bool digit = c >= '0' && c <= '9';
        unsigned class = dc_class(c);
        assert_int_equal(!!(class & DC_CLASS_UPPER), upper);
        assert_int_equal(!!(class & DC_CLASS_LETTER), letter);
        assert_int_equal(!!(class & DC_CLASS_DIGIT), digit);
        assert_int_equal(!!(class & DC_CLASS_WORD),
                         letter || digit || c == '_');
        assert_int_equal(!!(class & DC_CLASS_SPACE), c <= ' ' || c == 127);
        assert_int_equal(dc_lower(c), upper ? c + 32 : c);
    }
}

static void test_wide_classes(void **state) {
    (void)state;
    static const struct {
        uint32_t character;
        unsigned class;
    } cases[] = {
        {0x00C9, DC_CLASS_LETTER | DC_CLASS_UPPER | DC_CLASS_WORD}, /* É */
        {0x0436, DC_CLASS_LETTER | DC_CLASS_WORD},                  /* ж */
        {0x05D0, DC_CLASS_LETTER | DC_CLASS_WORD},                  /* alef */
        {0xD55C, DC_CLASS_LETTER | DC_CLASS_WORD},                  /* han */
        {0x4E2D, DC_CLASS_LETTER | DC_CLASS_WORD | DC_CLASS_CJK},
        {0x304B, DC_CLASS_LETTER | DC_CLASS_WORD | DC_CLASS_CJK},
        {0x20000, DC_CLASS_LETTER | DC_CLASS_WORD | DC_CLASS_CJK},
        {0x30FB, 0}, /* katakana middle dot */
        {0x0663, DC_CLASS_DIGIT | DC_CLASS_WORD},
        {0x00B2, DC_CLASS_WORD}, /* superscript two */
        {0x2162, DC_CLASS_WORD}, /* Roman three */
        {0x0301, 0},             /* combining acute */
        {0x2019, 0},             /* apostrophe */
        {0x3002, 0},             /* ideographic full stop */
        {0x00A0, DC_CLASS_SPACE},
        {0x2009, DC_CLASS_SPACE},
        {0x3000, DC_CLASS_SPACE},
        {0x2028, DC_CLASS_SPACE},
        {0x0085, DC_CLASS_SPACE},
        {0x0092, DC_CLASS_ZERO},
        {0x00AD, DC_CLASS_ZERO},
        {0x200B, DC_CLASS_ZERO},
        {0xFEFF, DC_CLASS_ZERO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(dc_class(cases[i].character), cases[i].class);
    assert_int_equal(dc_lower(0x00C9), 0x00E9);
    assert_int_equal(dc_lower(0x0416), 0x0436);
    assert_int_equal(dc_lower(0x4E2D), 0x4E2D);
}

/* The words of `text`, each followed by '|'. */
static void assert_words(const char *text, const char *expected) {
    char found[256];
    size_t used = 0;
    const char *cursor = text;
    const char *end = text + strlen(text);
    const char *word;
    size_t length;
    while (dc_word_next(&cursor, end, &word, &length)) {
        assert_true(length > 0 && used + length + 2 < sizeof found);
        memcpy(found + used, word, length);
        used += length;
        found[used++] = '|';
    }
    assert_ptr_equal(cursor, end);
    found[used] = '\0';
    assert_string_equal(found, expected);
}

static void test_words(void **state) {
    (void)state;
    assert_words("", "");
    assert_words(" \t.,!", "");
    assert_words("one", "one|");
    assert_words("It's a well-known snake_case, no. 42!",
                 "It|s|a|well|known|snake_case|no|42|");
    assert_words("Œuvre complète — l’été", "Œuvre|complète|l|été|");
    assert_words("привет, мир", "привет|мир|");
    assert_words("中文字", "中|文|字|");
    assert_words("iPhone手机8寸", "iPhone|手|机|8|寸|");
    assert_words("東京タワー", "東|京|タ|ワ|ー|");
    assert_words("한국어 문장", "한국어|문장|");
    assert_words("m²", "m²|");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_character_round_trips),
        cmocka_unit_test(test_every_lead_and_second_byte),
        cmocka_unit_test(test_valid_prefix_at_every_offset),
        cmocka_unit_test(test_ascii_classes),
        cmocka_unit_test(test_wide_classes),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
