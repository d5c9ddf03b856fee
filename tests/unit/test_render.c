/* test_render.c: from kept blocks to text, Markdown and HTML.
 *
 * In: addresses, texts, pages written here, random pages.  Checked: which
 * addresses are printed and as what; what is escaped in Markdown, and what is
 * not; that every outline is well-formed, whatever the page, and loses no word
 * on the way to plain text; that a sink which fails is heard; that a page made
 * to be slow, or to make the output grow, is not.  The constructs as such are
 * in tests/golden, Markdown as others read it in tests/markdown_roundtrip.py.
 */
#include "pages.h"

#include <math.h>

#include "markdown.h"
#include "outline.h"
#include "render.h"
#include "url.h"
#include "utf8.h"

#define ALL_LABELS UINT32_MAX

static struct dc_text text_of(const char *string) {
    return (struct dc_text){string, (uint32_t)strlen(string)};
}

static void assert_bytes(const char *bytes, size_t length,
                         const char *expected) {
    char *copy = calloc(length + 1, 1);
    assert_non_null(copy);
    if (length)
        memcpy(copy, bytes, length);
    assert_string_equal(copy, expected);
    free(copy);
}

static int sink(void *context, const char *bytes, size_t length) {
    struct text *text = context;
    return fwrite(bytes, 1, length, text->stream) == length ? 0 : -1;
}

/* A page with every block kept, in a format; the caller frees the bytes. */
static struct text rendered(struct declutter_page *page,
                            enum declutter_format format,
                            const struct declutter_options *given) {
    struct declutter_options options = {0};
    struct declutter_error error = {.message = ""};
    struct text text;
    if (given)
        options = *given;
    options.keep = ALL_LABELS;
    text_start(&text);
    assert_int_equal(declutter_page_classify(page, NULL, NULL, &error),
                     DECLUTTER_OK);
    assert_int_equal(
        declutter_page_render(page, format, &options, sink, &text, &error),
        DECLUTTER_OK);
    text_end(&text);
    return text;
}

static void assert_rendered(const char *html, enum declutter_format format,
                            const struct declutter_options *options,
                            const char *expected) {
    struct declutter_page *page = page_of(html);
    struct text text = rendered(page, format, options);
    assert_string_equal(text.bytes, expected);
    free(text.bytes);
    declutter_page_free(page);
}

/* -- Addresses --------------------------------------------------------------
 */

struct address {
    const char *base, *link, *expected; /* NULL: not to be printed */
};

static void test_addresses(void **state) {
    (void)state;
    static const char base[] = "http://a.example/b/c/d;p?q#f";
    static const struct address examples[] = {
        /* RFC 3986, section 5.4. */
        {base, "g", "http://a.example/b/c/g"},
        {base, "./g", "http://a.example/b/c/g"},
        {base, "g/", "http://a.example/b/c/g/"},
        {base, "/g", "http://a.example/g"},
        {base, "//g", "http://g"},
        {base, "?y", "http://a.example/b/c/d;p?y"},
        {base, "g?y", "http://a.example/b/c/g?y"},
        {base, "#s", "http://a.example/b/c/d;p?q#s"},
        {base, "g?y/./x", "http://a.example/b/c/g?y/./x"},
        {base, "g#s/../x", "http://a.example/b/c/g#s/../x"},
        {base, ";x", "http://a.example/b/c/;x"},
        {base, ".", "http://a.example/b/c/"},
        {base, "..", "http://a.example/b/"},
        {base, "../g", "http://a.example/b/g"},
        {base, "../..", "http://a.example/"},
        {base, "../../../../g", "http://a.example/g"},
        {base, "/./g", "http://a.example/g"},
        {base, "/../g", "http://a.example/g"},
        {base, "g.", "http://a.example/b/c/g."},
        {base, "..g", "http://a.example/b/c/..g"},
        {base, "./g/.", "http://a.example/b/c/g/"},
        {base, "g/./h", "http://a.example/b/c/g/h"},
        {base, "g/../h", "http://a.example/b/c/h"},
        {base, "g;x=1/../y", "http://a.example/b/c/y"},
        {base, "HTTPS://X.example/../", "HTTPS://X.example/../"},
        {"http://a.example", "g", "http://a.example/g"},
        {"http://a.example", "", NULL},
        {"", "g/../h", "g/../h"},
        {"ftp://a.example/", "g", "g"},
        {"http:///", "g", "g"},
        /* As browsers read them. */
        {base, " \n g h\t\r ", "http://a.example/b/c/g%20h"},
        {base, "\\\\x.example\\y?\\", "http://x.example/y?%5C"},
        {"", "a\"b<c>`|^", "a%22b%3Cc%3E%60%7C%5E"},
        {"", "\xC3\xA9?\xE6\xBC\xA2", "\xC3\xA9?\xE6\xBC\xA2"},
        {"", "mailto:a@b.example", "mailto:a@b.example"},
        {"", "javascript%3Aalert(1)", "javascript%3Aalert(1)"},
        {"", "a/b:c", "a/b:c"},
        {"", "?a:b", "?a:b"},
        /* Not to be printed. */
        {base, "javascript:x", NULL},
        {base, "JAVA\tSCRIPT:x", NULL},
        {base, "\x01javascript:x", NULL},
        {base, "java\x01script:x", NULL},
        {base, "java script:x", NULL},
        {base, "javascript :x", NULL},
        {base, "\xC2\xA0javascript:x", NULL},
        {base, "data:text/html,x", NULL},
        {base, "vbscript:x", NULL},
        {base, "tel:1", NULL},
        {base, "httpx:x", NULL},
        {base, "http\xEF\xBC\x9A:x", NULL},
        {base, ":x", NULL},
        {base, "1:x", NULL},
        {base, " ", NULL},
    };
    struct dc_buffer url = {.bytes = NULL};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        bool made = dc_url_make(&url, text_of(examples[i].base),
                                text_of(examples[i].link));
        if (made != (examples[i].expected != NULL))
            fail_msg("%s: %s", examples[i].link, made ? "made" : "not made");
        if (made)
            assert_bytes(url.bytes, url.length, examples[i].expected);
    }
    dc_buffer_free(&url);
}

static void test_base(void **state) {
    (void)state;
    static const struct declutter_options at = {.url =
                                                    "http://site.example/a/b"};
    static const char link[] = "<p><a href=x>y</a>";
    static const struct declutter_options bad = {.url = "http://\xE9/"};
    char html[3000];
    assert_rendered(link, DECLUTTER_MARKDOWN, NULL, "[y](x)\n");
    assert_rendered(link, DECLUTTER_MARKDOWN, &bad, "[y](x)\n");
    struct declutter_page *page = declutter_page_new();
    assert_non_null(page);
    const char *bases[][2] = {
        {"/c/", "[y](http://site.example/c/x)\n"},
        {"//cdn.example", "[y](http://cdn.example/x)\n"},
        {"javascript:x", "[y](http://site.example/a/x)\n"},
        {"mailto:x", "[y](x)\n"},
    };
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        snprintf(html, sizeof html, "<head><base href='%s'></head>%s",
                 bases[i][0], link);
        assert_int_equal(
            declutter_page_read(page, html, strlen(html), &at, NULL),
            DECLUTTER_OK);
        struct text text = rendered(page, DECLUTTER_MARKDOWN, NULL);
        assert_string_equal(text.bytes, bases[i][1]);
        free(text.bytes);
    }
    declutter_page_free(page);
}

/* -- Markdown's text --------------------------------------------------------
 */

struct escape {
    const char *text, *expected;
};

static void test_escapes_inside_lines(void **state) {
    (void)state;
    static const struct escape examples[] = {
        {"plain text, 100%!", "plain text, 100%!"},
        {"2 * 3, *x*, a*b", "2 * 3, \\*x\\*, a\\*b"},
        {"snake_case _x_ __a", "snake_case \\_x\\_ \\_\\_a"},
        {"\xC3\xA9_\xC3\xA9 a_", "\xC3\xA9_\xC3\xA9 a\\_"},
        {"[a] [a](b) [a][b] [a]: b", "[a] [a\\](b) [a\\][b] [a\\]: b"},
        {"[^1] ![x]", "\\[^1] \\![x]"},
        {"a < b <b> </b> <!-- <? <3", "a < b \\<b> \\</b> \\<!-- \\<? <3"},
        {"&amp; & &x &#38; A&B; &;", "\\&amp; & &x \\&#38; A\\&B; &;"},
        {"`x`", "\\`x\\`"},
        {"a\\b \\* \\", "a\\b \\\\\\* \\\\"},
        {"\\(a_1*b\\) $$x$$ \\[y\\] \\(z $$", "$a_1*b$ $$x$$ $$y$$ \\\\(z $$"},
        {"\\(a<b]( &amp;\\)", "$a< b] ( & amp;$"},
        {"\\(\\) $$$$ $5", "\\\\(\\\\) $$$$ $5"},
        {"~~x~~ ~1", "\\~\\~x\\~\\~ ~1"},
        {"a \n\t b\xC2\xA0\x01 c", "a b c"},
        {"", ""},
    };
    struct dc_buffer line = {.bytes = NULL};
    const struct dc_markdown_context context = {false, false, ' '};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        line.length = 0;
        dc_markdown_text(&line, text_of(examples[i].text), context);
        assert_bytes(line.bytes, line.length, examples[i].expected);
    }
    dc_buffer_free(&line);
}

static void test_escapes_before_other_text(void **state) {
    (void)state;
    static const struct {
        const char *text;
        struct dc_markdown_context context;
        const char *expected;
    } examples[] = {
        {"Oh!", {false, false, ' '}, "Oh!"},
        {"Oh!", {false, false, '['}, "Oh\\!"},
        {"a]", {false, false, '('}, "a\\]"},
        {"a<", {false, false, 'b'}, "a\\<"},
        {"&am", {false, false, 'p'}, "\\&am"},
        {"[a] b", {true, false, ']'}, "\\[a\\] b"},
        {"C# #", {false, true, ' '}, "C# \\#"},
    };
    struct dc_buffer line = {.bytes = NULL};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        line.length = 0;
        dc_markdown_text(&line, text_of(examples[i].text), examples[i].context);
        assert_bytes(line.bytes, line.length, examples[i].expected);
    }
    dc_buffer_free(&line);
}

static void test_escapes_at_line_starts(void **state) {
    (void)state;
    static const struct escape examples[] = {
        {"# a", "\\# a"},
        {"#a", "#a"},
        {"####### a", "####### a"},
        {"- a\n-b\n+ c", "\\- a\n-b\n\\+ c"},
        {"1. a", "1\\. a"},
        {"1.5", "1.5"},
        {"123456789) a", "123456789\\) a"},
        {"1234567890. a", "1234567890. a"},
        {"12.", "12\\."},
        {"> a", "\\> a"},
        {"---\n- - -\n===\n--", "\\---\n\\- - -\n\\===\n\\--"},
        {"|---|\n:-- | --", "\\|---|\n\\:-- | --"},
        {"**a**", "**a**"},
        {"-- a", "-- a"},
        {"~~~", "\\~~~"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct dc_buffer in = {.bytes = NULL}, out = {.bytes = NULL};
        dc_buffer_string(&in, examples[i].text);
        dc_markdown_lines(&out, &in);
        assert_bytes(out.bytes, out.length, examples[i].expected);
        dc_buffer_free(&in);
        dc_buffer_free(&out);
    }
}

/* -- Formats ----------------------------------------------------------------
 */

static void test_links_and_images(void **state) {
    (void)state;
    static const char html[] = "<p>a <a href='/b'>c</a><p><img src=d alt=e>"
                               "<p>f";
    static const struct declutter_options on = {.links = 1, .images = 1};
    static const struct declutter_options off = {.links = -1, .images = -1};
    assert_rendered(html, DECLUTTER_TEXT, NULL, "a c\n\nf\n");
    assert_rendered(html, DECLUTTER_TEXT, &off, "a c\n\nf\n");
    assert_rendered(html, DECLUTTER_TEXT, &on, "a c </b>\n\n[e] <d>\n\nf\n");
    assert_rendered(html, DECLUTTER_MARKDOWN, NULL,
                    "a [c](/b)\n\n![e](d)\n\nf\n");
    assert_rendered(html, DECLUTTER_MARKDOWN, &off, "a c\n\nf\n");
    assert_rendered(html, DECLUTTER_HTML, &off,
                    "<article>\n<p>a c</p>\n<p>f</p>\n</article>\n");
    assert_rendered(html, DECLUTTER_HTML, NULL,
                    "<article>\n<p>a <a href=\"/b\">c</a></p>\n"
                    "<p><img src=\"d\" alt=\"e\"></p>\n<p>f</p>\n"
                    "</article>\n");
}

static void test_nothing_kept(void **state) {
    (void)state;
    static const enum declutter_format formats[] = {
        DECLUTTER_TEXT, DECLUTTER_MARKDOWN, DECLUTTER_HTML};
    static const char *const pages[] = {
        "",
        " ",
        "<img src=x>",
        "<ul><li></ul><hr><table><tr><td></table>",
        "<pre>\n</pre>",
        "<p>&shy;</p>"};
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (size_t p = 0; p < sizeof pages / sizeof *pages; p++)
            assert_rendered(pages[p], formats[f], NULL, "");
}

static void test_front_matter(void **state) {
    (void)state;
    static const struct declutter_options options = {.front_matter = 1};
    struct declutter_page *page = page_of(
        "<html lang=en><head><title>A: \"b\" # c</title></head><p>text");
    struct text text = rendered(page, DECLUTTER_MARKDOWN, &options);
    assert_non_null(strstr(text.bytes, "---\ntitle: \"A: \\\"b\\\" # c\"\n"));
    assert_non_null(strstr(text.bytes, "\nlanguage: \"en\"\n"));
    assert_non_null(strstr(text.bytes, "\n---\n\ntext\n"));
    free(text.bytes);
    text = rendered(page, DECLUTTER_HTML, &options);
    assert_null(strstr(text.bytes, "---"));
    free(text.bytes);
    declutter_page_free(page);
}

/* -- Any page ---------------------------------------------------------------
 */

static bool is_line(unsigned role) {
    return role == DC_ROLE_PARAGRAPH || role == DC_ROLE_HEADING ||
           role == DC_ROLE_CODE_BLOCK;
}

/* May a role stand directly in another one? */
static bool fits(unsigned inner, unsigned outer) {
    switch (outer) {
    case DC_ROLE_LIST:
        return inner == DC_ROLE_ITEM;
    case DC_ROLE_TERMS:
        return inner == DC_ROLE_TERM || inner == DC_ROLE_DEFINITION;
    case DC_ROLE_TABLE:
        return inner == DC_ROLE_ROW || inner == DC_ROLE_CAPTION;
    case DC_ROLE_ROW:
        return inner == DC_ROLE_CELL;
    default:
        break;
    }
    if (inner >= DC_ROLE_INLINE)
        return is_line(outer) || (outer != DC_ROLE_NONE &&
                                  outer >= DC_ROLE_INLINE && outer < inner);
    return !is_line(outer) &&
           (outer == DC_ROLE_NONE || outer < DC_ROLE_INLINE) &&
           (inner != DC_ROLE_ITEM && inner != DC_ROLE_ROW &&
            inner != DC_ROLE_CELL && inner != DC_ROLE_CAPTION &&
            inner != DC_ROLE_TERM && inner != DC_ROLE_DEFINITION);
}

static void assert_well_formed(const struct dc_outline *outline) {
    enum { DEPTH = 256 };
    uint32_t stack[DEPTH];
    unsigned depth = 0;
    for (uint32_t i = 0; i < outline->count; i++) {
        const struct dc_piece *piece = &outline->pieces[i];
        unsigned outer =
            depth ? outline->pieces[stack[depth - 1]].role : DC_ROLE_NONE;
        if (piece->kind == DC_PIECE_OPEN) {
            assert_true(fits(piece->role, outer));
            assert_true(depth < DEPTH);
            stack[depth++] = i;
        } else if (piece->kind == DC_PIECE_CLOSE) {
            assert_true(depth > 0);
            assert_int_equal(piece->match, stack[depth - 1]);
            assert_int_equal(outline->pieces[piece->match].match, i);
            /* Cells may be empty, and nothing else. */
            assert_true(piece->match + 1 < i || piece->role == DC_ROLE_CELL);
            depth--;
        } else if (piece->kind == DC_PIECE_RULE) {
            assert_true(outer == DC_ROLE_NONE || outer == DC_ROLE_QUOTE);
        } else {
            assert_true(is_line(outer) || outer >= DC_ROLE_INLINE);
            assert_true(outer != DC_ROLE_NONE);
            assert_true(piece->kind != DC_PIECE_TEXT || piece->length > 0);
        }
    }
    assert_int_equal(depth, 0);
}

static const char *const formats_of_pages[] = {"text", "markdown", "html"};

/* The words of the blocks, and those printed, one after the other. */
static void assert_same_words(const struct declutter_page *opaque,
                              const struct text *text) {
    const struct dc_page *page = &opaque->page;
    const char *at = text->bytes, *end = at + text->length;
    const char *printed, *word;
    size_t printed_length, length;
    for (size_t b = 0; b < page->block_count; b++) {
        struct dc_text block = dc_block_text(page, b);
        const char *cursor = block.bytes;
        if (page->hidden[b])
            continue;
        while (
            dc_word_next(&cursor, block.bytes + block.length, &word, &length)) {
            assert_true(dc_word_next(&at, end, &printed, &printed_length));
            assert_int_equal(printed_length, length);
            assert_memory_equal(printed, word, length);
        }
    }
    assert_false(dc_word_next(&at, end, &printed, &printed_length));
}

static void check_page(struct declutter_page *page) {
    static const enum declutter_format formats[] = {
        DECLUTTER_TEXT, DECLUTTER_MARKDOWN, DECLUTTER_HTML};
    const struct dc_outline_options options = {ALL_LABELS, true};
    struct dc_outline outline;
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        struct text once = rendered(page, formats[f], NULL);
        struct text twice = rendered(page, formats[f], NULL);
        assert_int_equal(once.length, twice.length);
        assert_memory_equal(once.bytes, twice.bytes, once.length);
        if (dc_utf8_valid(once.bytes, once.length) != once.length)
            fail_msg("%s is not UTF-8", formats_of_pages[f]);
        free(once.bytes);
        free(twice.bytes);
    }
    assert_true(dc_outline_make(&outline, &page->page, &options));
    assert_well_formed(&outline);
}

static void test_data_pages(void **state) {
    (void)state;
    assert_true(for_data_pages(check_page) > 20);
}

static void test_random_pages(void **state) {
    (void)state;
    enum { PAGES = 400, PIECES = 120 };
    for (uint32_t seed = 1; seed <= PAGES; seed++) {
        size_t length;
        char *html = random_html(seed, PIECES, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        check_page(page);
        struct text text = rendered(page, DECLUTTER_TEXT, NULL);
        assert_same_words(page, &text);
        free(text.bytes);
        declutter_page_free(page);
        free(html);
    }
}

/* -- Formulas, footnotes ----------------------------------------------------
 */

/* A script with TeX leaves everything as it is but the formulas. */
static void test_formulas_are_no_text(void **state) {
    (void)state;
    static const char *const around[][2] = {
        {"<p>one two", "three</p><p>four"},
        {"<p>one<b>two ", " three</b>"},
        {"<ul><li>one", "<li>two</ul>"},
        {"<table><tr><td>one", "<td>two<tr><td>three<td>four</table>"},
        {"<head><title>one", "</title></head><body>two"},
        {"", "text without elements"},
        {"<pre>one\n", "two</pre>"}};
    static const char script[] = "<script type='math/tex'>x_1</script>";
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        char with[300], without[300];
        snprintf(with, sizeof with, "%s%s%s", around[i][0], script,
                 around[i][1]);
        snprintf(without, sizeof without, "%s<script>x_1</script>%s",
                 around[i][0], around[i][1]);
        struct declutter_page *one = page_of(with), *other = page_of(without);
        assert_int_equal(one->page.formula_count, 1);
        assert_int_equal(other->page.formula_count, 0);
        assert_int_equal(one->page.node_count, other->page.node_count);
        assert_int_equal(one->page.event_count, other->page.event_count);
        assert_int_equal(one->page.text_length, other->page.text_length);
        assert_memory_equal(one->page.text, other->page.text,
                            other->page.text_length);
        assert_int_equal(one->page.block_count, other->page.block_count);
        declutter_page_free(one);
        declutter_page_free(other);
    }
}

static void test_formula_places(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"<p>a<script type='math/tex'>x</script>b", "a$x$b\n"},
        {"<p>a <script type='math/tex; mode=display'>x</script> b",
         "a $$x$$ b\n"},
        {"<p>a<script type='text/x-tex'>x</script>", "a$x$\n"},
        {"<p><script type='math/tex'>x</script>", ""}, /* a page of nothing */
        {"<p>a<p><script type='math/tex'>x</script><p>b", "a\n\n$$x$$\n\nb\n"},
        {"<p>a<select><script type='math/tex'>x</script></select>b", "ab\n"},
        {"<p>a<script type='math/asciimath'>x</script>b", "ab\n"},
        {"<p>a<script type='math/tex'>x", "a\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_rendered(cases[i][0], DECLUTTER_MARKDOWN, NULL, cases[i][1]);
}

/* The text of a page in which a note may be kept or not. */
static void assert_noted(const char *note, const char *expected) {
    char html[400];
    snprintf(html, sizeof html, "<p>word<sup><a href=#n id=r>1</a></sup> end%s",
             note);
    assert_rendered(html, DECLUTTER_MARKDOWN, NULL, expected);
}

static void test_notes(void **state) {
    (void)state;
    assert_noted("<p id=n>1. Note", "word[^1] end\n\n[^1]: Note\n");
    assert_noted("<p id=n>1887 was wet",
                 "word[^1] end\n\n[^1]: 1887 was wet\n");
    assert_noted("<p><a name=n></a>(1) Note <a href=#r>up</a>",
                 "word[^1] end\n\n[^1]: Note\n");
    assert_noted("<p>Not at <a name=n>the</a> start",
                 "word[1](#n) end\n\nNot at the start\n");
    /* No such note, one that says nothing, one that is not printed. */
    assert_noted("", "word[1] end\n");
    assert_noted("<p id=n><a href=#r>1</a>", "word[1](#n) end\n\n[1](#r)\n");
    assert_noted("<select><option id=n>Note</select>", "word[1] end\n");
    assert_noted("<p id=n></p>", "word[1] end\n");
}

/* -- Failure and expense ----------------------------------------------------
 */

static int number_sink(void *context, const char *bytes, size_t length) {
    strncat(context, bytes, length);
    return 0;
}

/* Six digits at most, and no decimal point but a point. */
static void test_numbers(void **state) {
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0, "0"},
                 {1, "1"},
                 {-2.5, "-2.5"},
                 {12300, "12300"},
                 {0.00123, "0.00123"},
                 {123456789, "123457000"},
                 {0.9999999, "1"},
                 {1e15, "1e+15"},
                 {-1.5e300, "-1.5e+300"},
                 {2e-9, "2e-9"},
                 {INFINITY, "null"},
                 {NAN, "null"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64] = "";
        struct dc_output output = {.sink = number_sink, .context = text};
        dc_output_number(&output, cases[i].number);
        dc_output_flush(&output);
        assert_string_equal(text, cases[i].text);
    }
}

static int failing_sink(void *context, const char *bytes, size_t length) {
    (void)context;
    (void)bytes;
    (void)length;
    return -1;
}

static void test_sink_fails(void **state) {
    (void)state;
    struct declutter_page *page = page_of("<p>text<ul><li>item</ul>");
    const struct declutter_options options = {.keep = ALL_LABELS};
    struct declutter_error error;
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    for (int format = DECLUTTER_TEXT; format <= DECLUTTER_HTML; format++)
        assert_int_equal(
            declutter_page_render(page, (enum declutter_format)format, &options,
                                  failing_sink, NULL, &error),
            DECLUTTER_ERROR_WRITE);
    assert_int_equal(
        declutter_page_render(page, (enum declutter_format)(DECLUTTER_HTML + 1),
                              &options, failing_sink, NULL, &error),
        DECLUTTER_ERROR_USAGE);
    declutter_page_free(page);
}

/* Twice the page must not take much more than twice the time, nor may the
 * output outgrow the page without bound. */
static void test_monsters(void **state) {
    (void)state;
    enum { COUNT = 20000, GROWTH_MAX = 120 };
    static const char *const pieces[] = {
        "<ul><li>x",
        "<blockquote>x",
        "<b><i><a href=/y>x<br><br>",
        "<table><tr><td rowspan=999 colspan=999>x<td>y",
        "<dl><dt>x<dd>y",
        "<tr><td rowspan=60000>x",
        "<pre><div>x",
        "<img src=x><p>y",
        "<a href=#n><li id=n>x",
        "<figure><figcaption>x",
        "<hr>x",
        "*_[`<&\\",
        "<code>`</code>",
        "<p>x<script type=math/tex>y</script>",
        "<span class=MathJax>x</span><script type=math/tex>y</script>",
        "<span class=MathJax>x",
        "<sup><a href=#n id=r>1</a></sup><p id=n><a href=#r>1</a> x",
        "<sup><a href=#n>1</a></sup><p id=n>1",
        "<sup><a href=#n>1</a></sup><dl><dt id=n>1<dd>x</dl>",
        "<ol reversed><li>x",
        "<pre><span>1</span> x</pre>",
        "<img srcset='a 1x, b 2x'>x<p>y"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t length;
        char *html = repeated(pieces[i], COUNT, &length);
        struct declutter_page *page = page_of_bytes(html, length);
        for (int format = DECLUTTER_MARKDOWN; format <= DECLUTTER_HTML;
             format++) {
            double start = seconds_used();
            struct text text =
                rendered(page, (enum declutter_format)format, NULL);
            if (seconds_used() - start > 10)
                fail_msg("%s: too slow", pieces[i]);
            if (text.length > length * GROWTH_MAX)
                fail_msg("%s: %zu bytes", pieces[i], text.length);
            free(text.bytes);
        }
        declutter_page_free(page);
        free(html);
    }
}

/* A long address, of the page or of a link, is not repeated without end. */
static void test_long_addresses(void **state) {
    (void)state;
    enum { LENGTH = 20000, COUNT = 2000 };
    struct text html;
    text_start(&html);
    fprintf(html.stream, "<a href='%0*d'>", LENGTH, 0);
    for (int i = 0; i < COUNT; i++)
        fputs("<p>x", html.stream);
    text_end(&html);
    struct declutter_page *page = page_of_bytes(html.bytes, html.length);
    struct text text = rendered(page, DECLUTTER_HTML, NULL);
    assert_true(text.length < 40 * LENGTH);
    free(text.bytes);
    free(html.bytes);
    text_start(&html);
    fprintf(html.stream, "<head><base href='http://x.example/%0*d/'></head>",
            LENGTH, 0);
    for (int i = 0; i < COUNT; i++)
        fputs("<p><a href=y>x</a>", html.stream);
    text_end(&html);
    page_read(page, html.bytes, html.length);
    text = rendered(page, DECLUTTER_HTML, NULL);
    assert_true(text.length < COUNT * 40);
    free(text.bytes);
    free(html.bytes);
    declutter_page_free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_base),
        cmocka_unit_test(test_escapes_inside_lines),
        cmocka_unit_test(test_escapes_before_other_text),
        cmocka_unit_test(test_escapes_at_line_starts),
        cmocka_unit_test(test_links_and_images),
        cmocka_unit_test(test_nothing_kept),
        cmocka_unit_test(test_front_matter),
        cmocka_unit_test(test_data_pages),
        cmocka_unit_test(test_random_pages),
        cmocka_unit_test(test_formulas_are_no_text),
        cmocka_unit_test(test_formula_places),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_sink_fails),
        cmocka_unit_test(test_monsters),
        cmocka_unit_test(test_long_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
