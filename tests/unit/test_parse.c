/* test_parse.c: what cut.c and parse.c promise together.
 *
 * In: HTML as authors write it, and as nobody should.  Checked: the tape, in
 * the form of the mark-up it stands for (elements with the attributes kept,
 * text with entities decoded), against what a browser would show; that tape
 * and node table fit together on every page there is; and that a page of a
 * million tags takes time in proportion, whatever the tags are.
 */
#include "cut.h"
#include "tape.h"

/* -- Tapes ------------------------------------------------------------ */

/* The same for what stands in <body>. */
static void assert_body(const char *html, const char *expected) {
    char whole[1000];
    snprintf(whole, sizeof whole, "<html><body>%s</body></html>", expected);
    assert_tape(html, whole);
}

struct example {
    const char *html, *body;
};

static void assert_examples(const struct example *examples, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_body(examples[i].html, examples[i].body);
}
#define ASSERT_EXAMPLES(examples)                                              \
    assert_examples(examples, sizeof examples / sizeof *examples)

/* -- What always holds -------------------------------------------------- */

static void assert_node_fits(const struct dc_page *page, uint32_t number) {
    const struct dc_node *node = &page->nodes[number];
    assert_true(node->first_event < node->last_event);
    assert_true(node->last_event < page->event_count);
    assert_true(node->tag < DC_TAG_COUNT);
    assert_true((size_t)node->attributes + node->attribute_count <=
                page->attribute_count);
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        const struct dc_attribute *a = &page->attributes[node->attributes + i];
        assert_true(a->name < DC_ATTRIBUTE_COUNT);
        assert_true(a->value < page->string_count);
    }
    const struct dc_event *open = &page->events[node->first_event];
    const struct dc_event *close = &page->events[node->last_event];
    assert_int_equal(open->kind, DC_OPEN);
    assert_int_equal(open->node, number);
    assert_int_equal(close->kind, DC_CLOSE);
    assert_int_equal(close->node, number);
    if (number == 0) {
        assert_int_equal(node->parent, DC_NONE);
        assert_int_equal(node->depth, 0);
        assert_int_equal(node->first_event, 0);
        assert_int_equal(node->last_event, page->event_count - 1);
        return;
    }
    assert_true(node->parent < number);
    const struct dc_node *parent = &page->nodes[node->parent];
    assert_int_equal(node->depth, parent->depth + 1);
    assert_true(parent->first_event < node->first_event);
    assert_true(node->last_event < parent->last_event);
}

/* Events nest, and their texts lie one behind the other. */
static void assert_events_fit(const struct dc_page *page) {
    uint32_t current = DC_NONE, opened = 0;
    size_t text = 0;
    for (size_t i = 0; i < page->event_count; i++) {
        const struct dc_event *event = &page->events[i];
        assert_true(event->node < page->node_count);
        if (event->kind == DC_OPEN) {
            assert_int_equal(event->node, opened++);
            assert_int_equal(page->nodes[event->node].parent, current);
            current = event->node;
            continue;
        }
        assert_int_equal(event->node, current);
        if (event->kind == DC_CLOSE) {
            current = page->nodes[current].parent;
            continue;
        }
        assert_int_equal(event->kind, DC_CHARACTERS);
        assert_int_equal(event->offset, text);
        assert_true(event->length > 0);
        text += event->length;
    }
    assert_int_equal(current, DC_NONE);
    assert_int_equal(opened, page->node_count);
    assert_int_equal(text, page->text_length);
}

static void assert_fits(const struct dc_page *page) {
    assert_true(page->node_count > 0);
    for (uint32_t i = 0; i < page->node_count; i++)
        assert_node_fits(page, i);
    assert_events_fit(page);
    if (page->text_length)
        assert_null(memchr(page->text, 0, page->text_length));
}

static void assert_data_page_fits(struct declutter_page *page) {
    assert_true(page->page.node_count > 3);
    assert_fits(&page->page);
}

static void test_tapes_fit_on_data(void **state) {
    (void)state;
    assert_true(for_data_pages(assert_data_page_fits) >= 28);
}

static void test_tapes_fit_on_random_pages(void **state) {
    (void)state;
    struct declutter_page *page = declutter_page_new();
    assert_non_null(page);
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        size_t length;
        char *html = random_html(seed, 1 + seed % 90, &length);
        page_read(page, html, length);
        assert_fits(&page->page);
        free(html);
    }
    declutter_page_free(page);
}

static void test_equal_values_have_one_number(void **state) {
    (void)state;
    struct declutter_page *page =
        page_of("<p class=a id=b><p id=a class=b><p class='a'>");
    const struct dc_page *p = &page->page;
    assert_int_equal(p->string_count, 2);
    assert_int_equal(p->attribute_count, 5);
    assert_int_equal(p->attributes[0].value, p->attributes[2].value);
    assert_int_equal(p->attributes[1].value, p->attributes[3].value);
    assert_int_equal(p->attributes[0].value, p->attributes[4].value);
    declutter_page_free(page);
}

static void test_interning_many_values(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    struct text text;
    text_start(&text);
    for (int i = 0; i < 2 * COUNT; i++)
        fprintf(text.stream, "<p id=v%d>", i % COUNT);
    text_end(&text);
    struct declutter_page *page = page_of(text.bytes);
    assert_int_equal(page->page.string_count, COUNT);
    assert_fits(&page->page);
    free(text.bytes);
    declutter_page_free(page);
}

static void test_pages_do_not_mix(void **state) {
    (void)state;
    static const char first[] = "<p class=x>one</p>";
    struct declutter_page *page = page_of(first);
    page_read(page, "<title>t</title><div id=y>other", 31);
    page_read(page, first, sizeof first - 1);
    char *tape = tape_write(&page->page);
    assert_string_equal(tape, "<html><body><p class=[x]>one</p></body></html>");
    free(tape);
    declutter_page_free(page);
}

/* -- Mark-up ------------------------------------------------------------ */

static void test_what_authors_leave_out(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a<p>b", "<p>a</p><p>b</p>"},
        {"<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
        {"<table><tr><td>a<td>b<tr><td>c</table>d",
         "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
         "d"},
        {"<div>a</span></p></div>", "<div>a<p></p></div>"},
        {"<p>a<br>b", "<p>a<br></br>b</p>"},
        {"<p>a</br>b", "<p>a<br></br>b</p>"},
        {"<DIV><P>a</P></DIV>", "<div><p>a</p></div>"},
        {"<div/>a", "<div>a</div>"},
        {"<article><section>a</article>",
         "<article><section>a</section></article>"},
        {"<p>a\n\n  b\tc", "<p>a\nb\tc</p>"},
        {"<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>"},
    };
    ASSERT_EXAMPLES(examples);
    assert_tape("", "");
    assert_tape("<title>t</title><p>a",
                "<html><head><title>t</title></head><body><p>a</p></body>"
                "</html>");
}

static void test_signs_that_are_no_tags(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>1 < 2 > 0", "<p>1 < 2 > 0</p>"},
        {"<p>a<1", "<p>a<1</p>"},
        {"<p>a<", "<p>a<</p>"},
        {"<p>a<>b", "<p>a<>b</p>"},
        {"<p>a</>b</ p>c", "<p>abc</p>"},
        {"<p>a<!bogus>b<?php echo '>' ?>c", "<p>ab' ?>c</p>"},
        {"<p>a<![CDATA[x]]>b", "<p>ab</p>"},
        {"<p>a<b", "<p>a<b></b></p>"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_entities(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>&amp;&lt;b&gt;&quot;&#39;", "<p>&<b>\"'</p>"},
        {"<p>&eacute;&#233;&#xE9;&#XE9;", "<p>éééé</p>"},
        {"<p>a&nbsp;b", "<p>a\xC2\xA0"
                        "b</p>"},
        {"<p>&#20013;&#x1F600;", "<p>中😀</p>"},
        {"<p>&mdash;&hellip;&rarr;&euro;", "<p>—…→€</p>"},
        {"<p>&nosuch; &; & a&b", "<p>&nosuch; &; & a&b</p>"},
        {"<p>AT&T R&D &copy 2020", "<p>AT&T R&D © 2020</p>"},
        {"<p>&#146;&#0;&#xD800;&#x110000;", "<p>’���</p>"},
        {"<p title='&quot;a&amp;b&quot;'>", "<p title=[\"a&b\"]></p>"},
        {"<a href='?a=1&b=2&copy=3'>x</a>", "<a href=[?a=1&b=2&copy=3]>x</a>"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_attributes(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p class=a id='b' title=\"c\">",
         "<p class=[a] id=[b] title=[c]></p>"},
        {"<p hidden>", "<p hidden=[]></p>"},
        {"<p hidden class = a >", "<p hidden=[] class=[a]></p>"},
        {"<p class=>x", "<p class=[]>x</p>"},
        {"<p CLASS=A>", "<p class=[A]></p>"},
        {"<p class=a class=b>", "<p class=[a]></p>"},
        {"<p class='a'id='b'>", "<p class=[a] id=[b]></p>"},
        {"<p/class=a/id=b>", "<p class=[a/id=b]></p>"},
        {"<p title='a > b'>x", "<p title=[a > b]>x</p>"},
        {"<p title='<b>'>x", "<p title=[<b>]>x</p>"},
        {"<p onclick=\"if (a>b) c('<p>')\" data-x='\">' class=a>x",
         "<p class=[a]>x</p>"},
        {"<p data-testid=t data-test=u>", "<p data-testid=[t]></p>"},
        {"<p class=a\"b>x", "<p class=[a\"b]>x</p>"},
        {"<p class=a'b>x", "<p class=[a'b]>x</p>"},
        {"<p style='color: red'>x", "<p>x</p>"},
        {"<p style='display:NONE'>x", "<p style=[display:NONE]>x</p>"},
        {"<p style=visibility:hidden>x", "<p style=[visibility:hidden]>x</p>"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_quotes_never_closed(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a</p><p class=\"b>c</p><p>d",
         "<p>a</p><p class=[\"b]>c</p><p>d</p>"},
        {"<p>a</p><p class='b>c</p><p>d",
         "<p>a</p><p class=['b]>c</p><p>d</p>"},
        {"<p class=\"a b>c", "<p class=[\"a]>c</p>"},
        {"<p onclick=\"a b>c", "<p>c</p>"},
    };
    ASSERT_EXAMPLES(examples);
}

/* Values in which both quotes stand open: the text behind them is not lost. */
static void test_quotes_of_both_kinds(void **state) {
    (void)state;
    static const char *const pages[] = {
        "<p class=a\"b'c=>one</p><p>two", "<p class=\"it's>one</p><p>two",
        "<p class='a\"b>one</p><p>two", "<p class=\"'=\">one</p><p>two"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct declutter_page *page = page_of(pages[i]);
        assert_int_equal(page->page.text_length, 6);
        assert_memory_equal(page->page.text, "onetwo", 6);
        assert_int_equal(page->page.block_count, 2);
        declutter_page_free(page);
    }
}

static void test_comments(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a<!-- <p>no</p> -->b", "<p>ab</p>"},
        {"<p>a<!-->b<!-- no -->c", "<p>abc</p>"},
        {"<p>a<!--->b<!---->c", "<p>abc</p>"},
        {"<p>a<!-- no --!>b", "<p>ab</p>"},
        {"<p>a<!-- no -- > no -->b", "<p>ab</p>"},
        {"<p>a<!-- no <!-- no -->b", "<p>ab</p>"},
        {"<p>a<!-- never closed <p>b", "<p>a</p>"},
        {"<!--[if IE]><p>no</p><![endif]--><p>a", "<p>a</p>"},
        {"<![if !IE]><p>a<![endif]>", "<p>a</p>"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_scripts_and_styles(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a<script>if (a<b) '<p>no</p>'</script>b", "<p>ab</p>"},
        {"<p>a<script src='>'>no</script >b", "<p>ab</p>"},
        {"<p>a<SCRIPT>'</scr' + 'ipt>'</SCRIPT>b", "<p>ab</p>"},
        {"<p>a<style>p > b:before{content:'<p>'}</style>b", "<p>ab</p>"},
        {"<p>a<script>no <p>b", "<p>a</p>"},
        {"<p>a<scripty>b", "<p>a<span>b</span></p>"},
        {"<p>a</script>b", "<p>ab</p>"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_svg(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a<svg><path d='M0 0'/><text>no</text></svg>b", "<p>ab</p>"},
        {"<p>a<svg/>b", "<p>ab</p>"},
        {"<p>a<svg><!-- </svg> -->no</svg>b", "<p>ab</p>"},
        {"<p>a<svg><title></svg>b", "<p>ab</p>"},
        {"<p>a<svg><foreignObject><p>no</p></foreignObject>no</svg>b",
         "<p>ab</p>"},
        {"<p>a<svg><path></p><p>b</p>", "<p>a</p><p>b</p>"},
        {"<p>a<svg><g><div>b</div>", "<p>a</p><div>b</div>"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_page_goes_on_behind_its_end(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<body><p>a</p></body><p>b</p>", "<p>a</p><p>b</p>"},
        {"<html><body><p>a</p></body></html><p>b</p></html><div>c",
         "<p>a</p><p>b</p><div>c</div>"},
        {"<div>a</body></html>b</div>c", "<div>ab</div>c"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_json_ld_is_kept(void **state) {
    (void)state;
    struct declutter_page *page = page_of(
        "<script type='application/ld+json'>{\"a\": \"<p>\"}</script>"
        "<script>no</script><script type=\"text/javascript\">no</script>"
        "<SCRIPT id=x TYPE=application/ld+json;charset=utf-8>[]</SCRIPT>"
        "<p>a<script type=application/ld+json>{never closed <p>b");
    const struct dc_page *p = &page->page;
    assert_int_equal(p->json_ld_count, 3);
    static const char *const wanted[] = {"{\"a\": \"<p>\"}", "[]",
                                         "{never closed <p>b"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(p->json_ld[i].length, strlen(wanted[i]));
        assert_memory_equal(p->json_ld[i].bytes, wanted[i], strlen(wanted[i]));
    }
    char *tape = tape_write(p);
    assert_string_equal(tape, "<html><body><p>a</p></body></html>");
    free(tape);
    declutter_page_free(page);
}

static void test_nul_bytes(void **state) {
    (void)state;
    static const char html[] = "<p\0 class=a>x\0y</p>\0<p>z</p>";
    struct declutter_page *page = page_of_bytes(html, sizeof html - 1);
    assert_fits(&page->page);
    size_t z = page->page.text_length;
    assert_true(z > 0 && page->page.text[z - 1] == 'z');
    declutter_page_free(page);
}

/* -- Names -------------------------------------------------------------- */

static void test_every_name_is_found(void **state) {
    (void)state;
    static const char *const attributes[] = {
#define ATTRIBUTE(name, text) text,
#include "attributes.def"
#undef ATTRIBUTE
    };
    for (unsigned tag = 1; tag < DC_TAG_COUNT; tag++) {
        char upper[32];
        const char *name = dc_tag_name(tag);
        size_t length = strlen(name);
        assert_int_equal(dc_tag_find(name, length), tag);
        assert_int_equal(dc_tag_find(name, length - 1) == tag, false);
        for (size_t i = 0; i <= length; i++)
            upper[i] = name[i] >= 'a' ? (char)(name[i] - 32) : name[i];
        assert_int_equal(dc_tag_find(upper, length), tag);
    }
    for (unsigned i = 0; i < DC_ATTRIBUTE_COUNT; i++)
        assert_int_equal(
            dc_attribute_find(attributes[i], strlen(attributes[i])), i);
    assert_int_equal(dc_tag_find("", 0), DC_TAG_OTHER);
    assert_int_equal(dc_tag_find("x-y", 3), DC_TAG_OTHER);
    assert_int_equal(dc_tag_find("1", 1), DC_TAG_OTHER);
    assert_int_equal(dc_attribute_find("onclick", 7), DC_ATTRIBUTE_COUNT);
    assert_int_equal(dc_attribute_find("", 0), DC_ATTRIBUTE_COUNT);
}

/* -- Size --------------------------------------------------------------- */

static void test_deep_page(void **state) {
    (void)state;
    enum { DEPTH = 100000 };
    size_t length;
    char *html = repeated("<div>a", DEPTH, &length);
    struct declutter_page *page = page_of_bytes(html, length);
    assert_fits(&page->page);
    assert_true(page->page.node_count >= DEPTH);
    assert_int_equal(page->page.text_length, DEPTH);
    assert_int_equal(page->page.block_count, DEPTH);
    free(html);
    declutter_page_free(page);
}

/* Behind a page too deep to nest, mark-up means what it meant before. */
static void test_deep_page_ends(void **state) {
    (void)state;
    enum { DEPTH = 3000 };
    struct text text;
    text_start(&text);
    for (int i = 0; i < DEPTH; i++)
        fputs("<div>", text.stream);
    fputs("deep", text.stream);
    for (int i = 0; i < DEPTH; i++)
        fputs("</div>", text.stream);
    fputs("<p class=x>behind</p>", text.stream);
    text_end(&text);
    struct declutter_page *page = page_of(text.bytes);
    const struct dc_page *p = &page->page;
    assert_fits(p);
    const struct dc_node *last = &p->nodes[p->node_count - 1];
    assert_int_equal(last->tag, DC_TAG_p);
    assert_int_equal(last->depth, 3); /* root, html, body */
    assert_int_equal(p->block_count, 2);
    free(text.bytes);
    declutter_page_free(page);
}

/* A page of three runs of a piece. */
static void assert_linear(const char *const pieces[3], size_t count) {
    struct text text;
    text_start(&text);
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < count; k++)
            fputs(pieces[i], text.stream);
    text_end(&text);
    double before = seconds_used();
    struct declutter_page *page = page_of_bytes(text.bytes, text.length);
    double used = seconds_used() - before;
    if (used > 10)
        fail_msg("%s %s %s: %.1f s", pieces[0], pieces[1], pieces[2], used);
    declutter_page_free(page);
    free(text.bytes);
}

/* 150,000 of each: half a second where time is linear, a minute or more
 * where it goes with the square. */
static void test_time_is_linear(void **state) {
    (void)state;
    static const char *const pages[][3] = {
        {"<div>", "a", "</div>"},
        {"<p>a", "<p>", "</p>"},
        {"<b>", "<div>", "</b>"},
        {"<x>", "<y>", "</z>"},
        {"<x>", "<p><div></div></p>", "</x>"},
        {"<div>", "<a><b></a>", "</b>"},
        {"<table><tr><td>", "</p>", "</table>"},
        {"<ul><li>", "</ol>", "</li>"},
        {"<a b=\"", "<a b='", "\"'>"},
        {"<!--", "<!-->", "-"},
        {"<svg>", "<svg><!--", "</svg"},
        {"<svg><p>", "</svg>", "<svg/>"},
        {"<script", "<script>", "</scrip"},
        {"<style></style", "<", "</"},
        {"&", "&#", "&#x1"},
        {"<p class=a", " id=b c", ">"},
        {"<html>", "<body>", "<head>"},
        {"<form>", "<option>", "<h1>"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        assert_linear(pages[i], 150000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tapes_fit_on_data),
        cmocka_unit_test(test_tapes_fit_on_random_pages),
        cmocka_unit_test(test_equal_values_have_one_number),
        cmocka_unit_test(test_interning_many_values),
        cmocka_unit_test(test_pages_do_not_mix),
        cmocka_unit_test(test_what_authors_leave_out),
        cmocka_unit_test(test_signs_that_are_no_tags),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_quotes_never_closed),
        cmocka_unit_test(test_quotes_of_both_kinds),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_scripts_and_styles),
        cmocka_unit_test(test_svg),
        cmocka_unit_test(test_page_goes_on_behind_its_end),
        cmocka_unit_test(test_json_ld_is_kept),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_every_name_is_found),
        cmocka_unit_test(test_deep_page),
        cmocka_unit_test(test_deep_page_ends),
        cmocka_unit_test(test_time_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
