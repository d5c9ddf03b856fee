/* test_decode.c: every family of charsets, declared rightly, wrongly, or not.
 *
 * What comes in is paragraphs written in UTF-8 and converted here by iconv to
 * the charset under test; what must come out is the paragraph again, and the
 * name of the charset.  The rest is what goes wrong on the web: declarations
 * that lie, bytes that mean nothing, marks, controls, cuts, and noise.
 */
#include "decode.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode_texts.h"
#include "utf8.h"

#define REPLACED "undecodable bytes were replaced"
#define GUESSED "the charset was guessed"

enum { ROOM = 1 << 14 };

static struct dc_page page;

/* Room that ends where the bytes end, so that reading on is noticed. */
static void decode(const char *bytes, size_t length, const char *encoding) {
    dc_arena_free(&page.arena);
    page = (struct dc_page){0};
    dc_arena_init(&page.arena);
    char *exact = malloc(length ? length : 1);
    memcpy(exact, bytes, length);
    assert_int_equal(dc_decode(&page, exact, length, encoding, NULL),
                     DECLUTTER_OK);
    free(exact);
    assert_int_equal(page.raw_length, length);
    assert_int_equal(dc_utf8_valid(page.html.bytes, page.html.length),
                     page.html.length);
    assert_int_equal(page.html.bytes[page.html.length], '\0');
}

static bool warned(const char *sentence) {
    for (size_t i = 0; i < page.warning_count; i++)
        if (strcmp(page.warnings[i], sentence) == 0)
            return true;
    return false;
}

static void assert_decodes(const char *bytes, size_t length,
                           const char *expected, const char *charset) {
    decode(bytes, length, NULL);
    assert_string_equal(page.html.bytes, expected);
    assert_int_equal(page.html.length, strlen(expected));
    assert_string_equal(page.charset, charset);
}

/* A page around a text, in UTF-8; `declared` may be NULL. */
static void write_page(char *html, const char *declared, const char *text) {
    char meta[64] = "";
    if (declared)
        snprintf(meta, sizeof meta, "<meta charset=\"%s\">", declared);
    int length =
        snprintf(html, ROOM,
                 "<!DOCTYPE html><html><head>%s<title>News</title></head><body>"
                 "<ul class=\"menu\"><li><a href=\"/\">Home</a></ul>"
                 "<p class=\"lead\">%s</p>\n<p>%s</p></body></html>",
                 meta, text, text);
    assert_true(length > 0 && length < ROOM);
}

static size_t encode(const char *text, const char *charset, char *bytes) {
    /* Pages that claim ASCII are in what browsers make of it. */
    bool ascii = strcmp(charset, "us-ascii") == 0;
    iconv_t converter = iconv_open(ascii ? "ISO-8859-1" : charset, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    char *from = (char *)(uintptr_t)text;
    size_t left = strlen(text), room = ROOM;
    char *to = bytes;
    assert_int_equal(iconv(converter, &from, &left, &to, &room), 0);
    assert_int_equal(iconv(converter, NULL, NULL, &to, &room), 0);
    iconv_close(converter);
    return ROOM - room;
}

static void assert_family(const struct family *family, const char *declared) {
    char html[ROOM], bytes[ROOM];
    write_page(html, declared, family->text);
    size_t length = encode(html, family->label, bytes);
    assert_decodes(bytes, length, html, family->charset);
    assert_false(warned(REPLACED));
}

static void test_declared(void **state) {
    (void)state;
    for (size_t i = 0; i < FAMILIES; i++) {
        assert_family(&families[i], families[i].label);
        assert_false(warned(GUESSED));
    }
}

static void test_undeclared(void **state) {
    (void)state;
    for (size_t i = 0; i < FAMILIES; i++) {
        assert_family(&families[i], NULL);
        bool escapes = strcmp(families[i].charset, "ISO-2022-JP") == 0;
        assert_int_equal(warned(GUESSED), !escapes);
    }
}

static void test_declaration_says_utf8(void **state) {
    (void)state;
    for (size_t i = 0; i < FAMILIES; i++)
        assert_family(&families[i], "utf-8");
}

/* Reading these as Latin cannot fail, only make no sense. */
static void test_declaration_says_latin(void **state) {
    (void)state;
    static const char *const unlike[] = {
        "WINDOWS-1251", "KOI8-R",      "ISO-8859-5",   "IBM866",
        "WINDOWS-1253", "ISO-8859-7",  "WINDOWS-1255", "WINDOWS-1256",
        "WINDOWS-874",  "GB18030",     "BIG5-HKSCS",   "CP932",
        "EUC-JP-MS",    "ISO-2022-JP", "CP949",
    };
    size_t tried = 0;
    for (size_t i = 0; i < FAMILIES; i++)
        for (size_t k = 0; k < sizeof unlike / sizeof unlike[0]; k++)
            if (strcmp(families[i].charset, unlike[k]) == 0) {
                assert_family(&families[i], "iso-8859-1");
                tried++;
            }
    assert_int_equal(tried, 16);
    assert_family(&families[4], "iso-8859-1"); /* Polish: signs in words */
    assert_family(&families[5], "iso-8859-1");
}

static void test_other_lies(void **state) {
    (void)state;
    static const struct {
        const char *charset, *declared;
    } lies[] = {
        {"WINDOWS-1251", "gb2312"},    {"WINDOWS-1251", "koi8-r"},
        {"WINDOWS-1251", "euc-kr"},    {"KOI8-R", "windows-1251"},
        {"WINDOWS-1252", "gb2312"},    {"WINDOWS-1252", "windows-1251"},
        {"WINDOWS-1253", "shift_jis"}, {"ISO-8859-2", "windows-1250"},
        {"WINDOWS-1250", "gbk"},       {"GB18030", "windows-1251"},
        {"GB18030", "euc-kr"},         {"CP949", "gb2312"},
        {"CP932", "gb2312"},           {"BIG5-HKSCS", "gb2312"},
        {"BIG5-HKSCS", "shift_jis"},   {"WINDOWS-1256", "big5"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        size_t k = 0;
        while (k < FAMILIES && strcmp(families[k].charset, lies[i].charset))
            k++;
        assert_true(k < FAMILIES);
        assert_family(&families[k], lies[i].declared);
        assert_true(warned(GUESSED));
    }
}

/* Whatever a page claims, valid UTF-8 is UTF-8. */
static void test_utf8_with_any_declaration(void **state) {
    (void)state;
    char html[ROOM];
    for (size_t i = 0; i < FAMILIES; i++) {
        write_page(html, families[i].label, families[i].text);
        assert_decodes(html, strlen(html), html, "UTF-8");
        assert_int_equal(page.warning_count, 0);
    }
    write_page(html, NULL, french);
    assert_decodes(html, strlen(html), html, "UTF-8");
    assert_decodes("caf\xC3\xA9", 5, "café", "UTF-8");
    assert_decodes("plain", 5, "plain", "UTF-8");
    assert_decodes("", 0, "", "UTF-8");
    assert_int_equal(dc_decode(&page, NULL, 0, NULL, NULL), DECLUTTER_OK);
}

/* encode() with a byte order mark before it. */
static size_t encode_marked(const char *text, const char *charset,
                            const char *mark, size_t mark_length, char *bytes) {
    char body[ROOM];
    size_t length = encode(text, charset, body);
    assert_true(length + mark_length <= ROOM);
    memcpy(bytes, mark, mark_length);
    memcpy(bytes + mark_length, body, length);
    return mark_length + length;
}

static void test_marks(void **state) {
    (void)state;
    static const struct {
        const char *charset, *mark;
        size_t length;
    } marks[] = {{"UTF-8", "\xEF\xBB\xBF", 3},
                 {"UTF-16LE", "\xFF\xFE", 2},
                 {"UTF-16BE", "\xFE\xFF", 2},
                 {"UTF-32LE", "\xFF\xFE\0\0", 4},
                 {"UTF-32BE", "\0\0\xFE\xFF", 4}};
    char html[ROOM], bytes[ROOM];
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        write_page(html, "windows-1251", "Füße 東京 мир \xF0\x9F\x98\x80");
        size_t length = encode_marked(html, marks[i].charset, marks[i].mark,
                                      marks[i].length, bytes);
        assert_decodes(bytes, length, html, marks[i].charset);
        /* A mark wins over what was said from outside. */
        decode(bytes, length, "koi8-r");
        assert_string_equal(page.charset, marks[i].charset);
        assert_int_equal(page.warning_count, 0);
        /* Cut in the middle of a unit, all before it is kept. */
        decode(bytes, length - 1, NULL);
        assert_memory_equal(page.html.bytes, html, strlen(html) - 1);
        assert_decodes(bytes, marks[i].length, "", marks[i].charset);
    }
}

static void test_utf16_without_mark(void **state) {
    (void)state;
    static const char *const texts[] = {french, russian, simplified};
    static const char *const charsets[] = {"UTF-16LE", "UTF-16BE"};
    char html[ROOM], bytes[ROOM];
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 2; k++) {
            write_page(html, "utf-16", texts[i]);
            size_t length = encode(html, charsets[k], bytes);
            assert_decodes(bytes, length, html, charsets[k]);
        }
    /* A page that says so in ASCII is not: it is UTF-8, or a lie. */
    write_page(html, "utf-16", french);
    assert_decodes(html, strlen(html), html, "UTF-8");
    size_t length = encode(html, "WINDOWS-1252", bytes);
    assert_decodes(bytes, length, html, "WINDOWS-1252");
}

static void test_unpaired_surrogates(void **state) {
    (void)state;
    static const char bytes[] = "\xFF\xFEh\0\x00\xD8i\0\x00\xDC!\0";
    assert_decodes(bytes, sizeof bytes - 1, "h\xEF\xBF\xBDi\xEF\xBF\xBD!",
                   "UTF-16LE");
    assert_true(warned(REPLACED));
}

static void test_spoilt_utf8(void **state) {
    (void)state;
    char html[ROOM], expected[ROOM];
    write_page(html, NULL, russian);
    char *spot = strstr(html, "старинных");
    assert_non_null(spot);
    size_t at = (size_t)(spot - html);
    memcpy(expected, html, ROOM);
    memmove(expected + at + 2, expected + at + 1, strlen(expected + at));
    memcpy(expected + at, "\xEF\xBF\xBD", 3);
    html[at + 1] = '\xD1'; /* a lead after a lead */
    decode(html, strlen(html), NULL);
    assert_string_equal(page.charset, "UTF-8");
    assert_true(warned(REPLACED));
    assert_non_null(strstr(page.html.bytes, "\xEF\xBF\xBD"));
    assert_non_null(strstr(page.html.bytes, "никогда не покидали"));
    assert_memory_equal(page.html.bytes, expected, at + 3);
}

static void test_cut_utf8(void **state) {
    (void)state;
    assert_decodes("<p>été, ou l’", 15, "<p>été, ou l\xEF\xBF\xBD", "UTF-8");
    assert_decodes("<p>caf\xC3\xA9 caf\xC3", 13, "<p>café caf\xEF\xBF\xBD",
                   "UTF-8");
}

static void test_broken_sequences(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *expected;
    } cases[] = {
        {"a\x80z", "a\xEF\xBF\xBDz"},
        {"a\xC0\xAFz", "a\xEF\xBF\xBDz"},
        {"a\xED\xA0\x80z", "a\xEF\xBF\xBDz"},
        {"a\xF4\x90\x80\x80z", "a\xEF\xBF\xBDz"},
        {"a\xE2\x82z", "a\xEF\xBF\xBDz"},
        {"a\xFF\xFEz", "a\xEF\xBF\xBD\xEF\xBF\xBDz"},
        {"\xF0\x9F", "\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        decode(cases[i].bytes, strlen(cases[i].bytes), "UTF8");
        assert_string_equal(page.html.bytes, cases[i].expected);
        assert_string_equal(page.charset, "UTF-8");
        assert_true(warned(REPLACED));
    }
}

static void test_undefined_bytes(void **state) {
    (void)state;
    decode("na\xEFve \x93quoted\x94 \x81!", 17, "windows-1252");
    assert_string_equal(page.html.bytes, "naïve “quoted” \xEF\xBF\xBD!");
    assert_true(warned(REPLACED));
    decode("\xB0\xA1 \xFF \xB0\xA2", 7, "euc-kr");
    assert_string_equal(page.html.bytes, "가 \xEF\xBF\xBD 각");
    assert_true(warned(REPLACED));
    /* A character whose second half is missing. */
    decode("\x93\xFA\x96\x7B\x93", 5, "shift_jis");
    assert_string_equal(page.html.bytes, "日本\xEF\xBF\xBD");
}

static void test_damaged_multibyte_stays(void **state) {
    (void)state;
    char html[ROOM], bytes[ROOM];
    write_page(html, "gb2312", simplified);
    size_t length = encode(html, "GBK", bytes);
    memcpy(bytes + length - 60, "\xFF\xFF", 2);
    decode(bytes, length, NULL);
    assert_string_equal(page.charset, "GB18030");
    assert_true(warned(REPLACED));
    assert_non_null(strstr(page.html.bytes, "图书馆书库"));
}

static void test_short_western_text(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *expected;
    } cases[] = {
        {"Caf\xE9", "Café"},
        {"<p>don\x92t worry</p>", "<p>don’t worry</p>"},
        {"<p>Gr\xF6\xDF"
         "e: 5 m\xB2, 20 \x80</p>",
         "<p>Größe: 5 m², 20 €</p>"},
        {"<p>\xA9 2010</p>", "<p>© 2010</p>"},
        {"<p>\xBFQu\xE9 tal?</p>", "<p>¿Qué tal?</p>"},
        {"a\xA0"
         "b",
         "a\xC2\xA0"
         "b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_decodes(cases[i].bytes, strlen(cases[i].bytes),
                       cases[i].expected, "WINDOWS-1252");
}

/* Too short for uchardet, but as Latin it would be accents only. */
static void test_short_chinese(void **state) {
    (void)state;
    assert_decodes("<p>\xC4\xE3\xBA\xC3\xA3\xAC\xCA\xC0\xBD\xE7</p>", 17,
                   "<p>你好，世界</p>", "GB18030");
    assert_true(warned(GUESSED));
}

static void test_controls(void **state) {
    (void)state;
    static const char bytes[] = "a\0b\x01 c\x0B\x1B\x1F\t\n\f\r d\x7F"
                                "0123456789\x08";
    assert_decodes(bytes, sizeof bytes - 1,
                   "a b  c   \t\n\f\r d\x7F"
                   "0123456789 ",
                   "UTF-8");
    decode("\x00\xEF\xF0\xE8", 4, "windows-1251");
    assert_string_equal(page.html.bytes, " при");
    /* Every control at every offset of the eight-byte steps. */
    for (int control = 0; control < 0x20; control++)
        for (size_t at = 0; at < 24; at++) {
            char text[24];
            memset(text, 'x', sizeof text);
            text[at] = (char)control;
            decode(text, sizeof text, NULL);
            bool kept = control == '\t' || control == '\n' || control == '\f' ||
                        control == '\r';
            assert_int_equal(page.html.bytes[at], kept ? control : ' ');
            assert_int_equal(strspn(page.html.bytes, "x \t\n\f\r"), 24);
        }
}

/* Where a declaration counts, and where it does not. */
static void test_declarations(void **state) {
    (void)state;
    static const struct {
        const char *head, *charset;
    } cases[] = {
        {"<meta http-equiv=\"Content-Type\" content=\"text/html; "
         "charset=koi8-r\">",
         "KOI8-R"},
        {"<META CHARSET = 'KOI8-R' />", "KOI8-R"},
        {"<meta charset=koi8-r>", "KOI8-R"},
        {"<meta\ncharset=\" koi8-r \">", "KOI8-R"},
        {"<?xml version=\"1.0\" encoding=\"koi8-r\"?>", "KOI8-R"},
        {"<?xml version=\"1.0\" encoding=\"utf-7\"?><meta charset=koi8-r>",
         "KOI8-R"},
        {"<meta charset=nonsense><meta charset=koi8-r>", "KOI8-R"},
        {"<meta charset><meta name=charset><meta charset=koi8-r>", "KOI8-R"},
        {"<!-- <meta charset=windows-1251> --><meta charset=koi8-r>", "KOI8-R"},
        {"<script>'<meta charset=windows-1251>'</script><meta "
         "charset=koi8-r>",
         "KOI8-R"},
        {"<!--><meta charset=koi8-r>", "KOI8-R"},
    };
    /* Letters that are a word in KOI8-R and in windows-1251. */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char html[ROOM];
        snprintf(html, sizeof html, "%s<p>\xC1\xD4\xCF\xCD", cases[i].head);
        decode(html, strlen(html), NULL);
        assert_string_equal(page.charset, cases[i].charset);
        assert_non_null(strstr(page.html.bytes, "<p>атом"));
    }
}

static void test_late_declaration(void **state) {
    (void)state;
    char html[ROOM], bytes[ROOM];
    int used = snprintf(html, ROOM, "<head><script>");
    memset(html + used, 'x', 6000);
    snprintf(html + used + 6000, ROOM - 8000,
             "</script><meta charset=windows-1254><p>şık");
    size_t length = encode(html, "WINDOWS-1254", bytes);
    assert_decodes(bytes, length, html, "WINDOWS-1254");
}

static void test_from_outside(void **state) {
    (void)state;
    char html[ROOM], bytes[ROOM];
    write_page(html, "utf-8", russian);
    size_t length = encode(html, "KOI8-R", bytes);
    decode(bytes, length, "koi8_r");
    assert_string_equal(page.charset, "KOI8-R");
    assert_string_equal(page.html.bytes, html);
    /* It wins even over valid UTF-8. */
    decode("\xC3\xA9", 2, "latin1");
    assert_string_equal(page.html.bytes, "Ã©");
    assert_string_equal(page.charset, "WINDOWS-1252");
    /* Not a charset of the web, but iconv knows it. */
    decode("\xC8\xC5\xD3\xD3\xD6", 5, "ebcdic-us");
    assert_string_equal(page.html.bytes, "HELLO");
    assert_string_equal(page.charset, "EBCDIC-US");
    decode("h\0i\0", 4, "utf-16");
    assert_string_equal(page.html.bytes, "hi");
    decode("hi", 2, "");
    assert_string_equal(page.charset, "UTF-8");
}

static void test_unknown_from_outside(void **state) {
    (void)state;
    static const char *const names[] = {
        "klingon",
        "UTF-8//IGNORE",
        "//",
        "a b",
        "\xC3\xA9",
        "-",
        "a-name-much-longer-than-any-charset-has-ever-had"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct declutter_error error = {0};
        assert_int_equal(dc_decode(&page, "hi", 2, names[i], &error),
                         DECLUTTER_ERROR_ENCODING);
        assert_int_equal(error.status, DECLUTTER_ERROR_ENCODING);
        assert_non_null(strstr(error.message, names[i]));
    }
}

/* Noise of several densities: always valid UTF-8, never a fault. */
static void test_noise(void **state) {
    (void)state;
    static const char *const encodings[] = {
        NULL,        "gb18030", "shift_jis", "iso-2022-jp", "big5",
        "euc-jp",    "euc-kr",  "utf-16le",  "utf-32be",    "windows-1255",
        "iso2022kr", "utf-7",   "ucs-4",     "iso-2022-cn", "windows-1258"};
    static const unsigned spreads[] = {0xFF, 0x8F, 0x1F, 0xC3, 0xFE};
    uint32_t random = 2463534242u;
    for (size_t round = 0; round < 600; round++) {
        char bytes[3000];
        size_t length = round * 5 % sizeof bytes;
        for (size_t i = 0; i < length; i++) {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            bytes[i] = (char)(random & spreads[round % 5]);
        }
        decode(bytes, length,
               encodings[round % (sizeof encodings / sizeof encodings[0])]);
        assert_true(page.html.length <= 6 * length + 3);
    }
}

/* A length no memory can hold: refused before a byte is looked at. */
static void test_no_memory(void **state) {
    (void)state;
    struct declutter_error error = {0};
    struct dc_page other = {0};
    dc_arena_init(&other.arena);
    assert_int_equal(
        dc_decode(&other, "<p>x</p>", SIZE_MAX / 2, "utf-8", &error),
        DECLUTTER_ERROR_MEMORY);
    assert_int_equal(error.status, DECLUTTER_ERROR_MEMORY);
    dc_arena_free(&other.arena);
}

static int free_page(void **state) {
    (void)state;
    dc_arena_free(&page.arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_undeclared),
        cmocka_unit_test(test_declaration_says_utf8),
        cmocka_unit_test(test_declaration_says_latin),
        cmocka_unit_test(test_other_lies),
        cmocka_unit_test(test_utf8_with_any_declaration),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_utf16_without_mark),
        cmocka_unit_test(test_unpaired_surrogates),
        cmocka_unit_test(test_spoilt_utf8),
        cmocka_unit_test(test_cut_utf8),
        cmocka_unit_test(test_broken_sequences),
        cmocka_unit_test(test_undefined_bytes),
        cmocka_unit_test(test_damaged_multibyte_stays),
        cmocka_unit_test(test_short_western_text),
        cmocka_unit_test(test_short_chinese),
        cmocka_unit_test(test_controls),
        cmocka_unit_test(test_declarations),
        cmocka_unit_test(test_late_declaration),
        cmocka_unit_test(test_from_outside),
        cmocka_unit_test(test_unknown_from_outside),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, free_page);
}
