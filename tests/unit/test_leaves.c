/* test_leaves.c: what cut.c leaves out of what libxml2 sees changes nothing.
 *
 * An element in a line that holds but text is shown to libxml2 as text, and
 * put back by parse.c.  A comment behind the text is no text, and yet such an
 * element is then shown as it is.  In: pages.  Checked: with a comment before
 * every end tag they have the same tape, and where leaves could matter, it is
 * the one that is known.
 */
#include "tape.h"

#include <strings.h>

/* -- The same page without leaves ---------------------------------------- */

/* Ends it a text in which a comment would be text too? */
static bool ends_raw_text(const char *name) {
    return strncasecmp(name, "script", 6) == 0 ||
           strncasecmp(name, "style", 5) == 0;
}

/* The caller frees it. */
static struct text leafless(const char *html, size_t length) {
    struct text text;
    text_start(&text);
    for (size_t i = 0; i < length; i++) {
        if (i + 8 < length && html[i] == '<' && html[i + 1] == '/' &&
            !ends_raw_text(html + i + 2))
            fputs("<!---->", text.stream);
        fputc(html[i], text.stream);
    }
    text_end(&text);
    return text;
}

static void assert_same_without_leaves(const char *html, size_t length) {
    struct text other = leafless(html, length);
    struct declutter_page *page = page_of_bytes(html, length);
    struct declutter_page *plain = page_of_bytes(other.bytes, other.length);
    char *tape = tape_write(&page->page), *expected = tape_write(&plain->page);
    assert_string_equal(tape, expected);
    free(tape);
    free(expected);
    declutter_page_free(page);
    declutter_page_free(plain);
    free(other.bytes);
}

static void compare_page(struct declutter_page *page) {
    struct dc_text html = page->page.html;
    assert_same_without_leaves(html.bytes, html.length);
}

static void test_data(void **state) {
    (void)state;
    assert_true(for_data_pages(compare_page) > 20);
}

/* -- Where leaves could matter ------------------------------------------- */

static void test_corners(void **state) {
    (void)state;
    static const char *const pages[][2] = {
        {"<body>a<b>b</b> <i>c</i>d",
         "<html><body>a<b>b</b> <i>c</i>d</body></html>"},
        {"<body><b class=k id=n>b</b><a href=/x></a>",
         "<html><body><b class=[k] id=[n]>b</b><a "
         "href=[/x]></a></body></html>"},
        {"<body>a<br>b<img alt=x>c<input><br/>",
         "<html><body>a<br></br>b<img alt=[x]></img>c<input></input><br></br>"
         "</body></html>"},
        {"<BODY><B>b</B><I>i</i  >",
         "<html><body><b>b</b><i>i</i></body></html>"},
        {"<body><a href=/1>one <a href=/2>two</a> three</a>",
         "<html><body><a href=[/1]>one </a><a href=[/2]>two</a> three"
         "</body></html>"},
        {"<body><b>a &lt; b</b><b>c < d</b>",
         "<html><body><b>a < b</b><b>c < d</b></body></html>"},
        {"<body><b> </b><b>\n</b>",
         "<html><body><b> </b><b>\n</b></body></html>"},
        {"<b>b</b>", "<html><body><b>b</b></body></html>"},
        {"text<b>b</b>", "<html><body><p>text<b>b</b></p></body></html>"},
        {"<body><b>never closed",
         "<html><body><b>never closed</b></body></html>"},
        {"<body><b>x</i></b>y</b>", "<html><body><b>x</b>y</body></html>"},
        {"<body><bx>b</bx><b-c>d</b-c>",
         "<html><body><other>b</other><other>d</other></body></html>"},
        {"<body><pre>\n<b>a</b>\n  <i>b</i>\n</pre>",
         "<html><body><pre>\n<b>a</b>\n  <i>b</i>\n</pre></body></html>"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        assert_tape(pages[i][0], pages[i][1]);
        assert_same_without_leaves(pages[i][0], strlen(pages[i][0]));
    }
}

/* libxml2 hands out long texts in pieces. */
static void test_many_in_one_text(void **state) {
    (void)state;
    struct text text;
    text_start(&text);
    fputs("<body><pre>", text.stream);
    for (int i = 0; i < 5000; i++)
        fprintf(text.stream, "<b>%d</b>%s", i, i % 3 ? "" : "  \n");
    text_end(&text);
    assert_same_without_leaves(text.bytes, text.length);
    free(text.bytes);
}

/* Beyond the depth to which elements nest, one is an empty sibling. */
static void test_deep_leaf(void **state) {
    (void)state;
    struct text text;
    text_start(&text);
    fputs("<body>", text.stream);
    for (int i = 0; i < 600; i++)
        fprintf(text.stream, "<div>%d<em>e</em>", i);
    text_end(&text);
    struct declutter_page *page = page_of_bytes(text.bytes, text.length);
    assert_same_without_leaves(text.bytes, text.length);
    assert_true(page->page.limited);
    declutter_page_free(page);
    free(text.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_corners),
        cmocka_unit_test(test_many_in_one_text),
        cmocka_unit_test(test_deep_leaf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
