/* test_segment.c: what a block is.
 *
 * In: pages written here, and a few thousand made by chance.  Checked on the
 * first: where blocks begin and end, which element holds them, what they
 * count.  Checked on the second, against a slow and obvious computation over
 * the same tape: every visible character lands in exactly one block, in page
 * order; the block's element is the innermost that holds all its text; counts
 * are those of its text; every element knows the blocks it has text in.
 */
#include "pages.h"

#include "utf8.h"

/* -- Blocks as text ----------------------------------------------------- */

/* "TAG:TEXT" of all blocks, one a line; the caller frees it. */
static char *blocks_write(const struct dc_page *page) {
    struct text text;
    text_start(&text);
    for (size_t i = 0; i < page->block_count; i++) {
        struct dc_text words = dc_block_text(page, i);
        fprintf(text.stream, "%s%s:%.*s", i ? "\n" : "",
                dc_tag_name(page->nodes[page->blocks[i].node].tag),
                (int)words.length, words.bytes);
    }
    text_end(&text);
    return text.bytes;
}

struct example {
    const char *html, *blocks;
};

static void assert_examples(const struct example *examples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct declutter_page *page = page_of(examples[i].html);
        char *blocks = blocks_write(&page->page);
        assert_string_equal(blocks, examples[i].blocks);
        free(blocks);
        declutter_page_free(page);
    }
}
#define ASSERT_EXAMPLES(examples)                                              \
    assert_examples(examples, sizeof examples / sizeof *examples)

static void test_elements_that_end_blocks(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a</p><p>b</p>", "p:a\np:b"},
        {"<div>a<p>b</p>c</div>", "div:a\np:b\ndiv:c"},
        {"<ul><li>a<li>b<ul><li>c</ul>d</ul>", "li:a\nli:b\nli:c\nli:d"},
        {"<table><tr><th>a<td>b<tr><td>c", "th:a\ntd:b\ntd:c"},
        {"<dl><dt>a<dd>b", "dt:a\ndd:b"},
        {"<article>a<figure>b<figcaption>c",
         "article:a\nfigure:b\nfigcaption:c"},
        {"<x-item>a</x-item> <x-item>b</x-item>", "other:a\nother:b"},
        {"<body>a<x-box>b<p>c</p></x-box>d", "body:a\nother:b\np:c\nbody:d"},
        {"<body>a<hr>b", "body:a\nbody:b"},
        {"<h1>a</h1>b", "h1:a\nbody:b"},
        {"<button>a</button><button>b</button>", "button:a\nbutton:b"},
        {"<details><summary>a</summary>b", "summary:a\ndetails:b"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_elements_that_do_not(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a <b>b</b> <i>c</i></p>", "p:a b c"},
        {"<p>a<b>b</b>c", "p:abc"},
        {"<p>a <x-tip>b</x-tip>, <st1:city><st1:place>c</st1:place></st1:city>",
         "p:a b, c"},
        {"<p>a <a href=x>b <span>c</span></a> d", "p:a b c d"},
        {"<p>a<img>b<wbr>c", "p:abc"},
        {"<p>a <time>b</time>, <cite>c</cite>", "p:a b, c"},
        {"<label>a</label> <input> <label>b</label>", "body:a b"},
        {"<p>H<sub>2</sub>O x<sup>2</sup>", "p:H2O x2"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_innermost_element(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<li><a>x</a></li>", "a:x"},
        {"<p><b><i>x</i></b>", "i:x"},
        {"<p><b><i>x</i> y</b>", "b:x y"},
        {"<p><b>x</b><i>y</i>", "p:xy"},
        {"<p>x<b>y</b>", "p:xy"},
        {"<p><b>y</b>x", "p:yx"},
        {"<p><b>x</b> <i> </i>", "b:x"},
        {"<p><b>x</b><i>&shy;</i>", "b:x\xC2\xAD"},
        {"<p><span><b>x</b></span><span><b>y</b></span>", "p:xy"},
        {"<span>x<div>y</div>z</span>", "span:x\ndiv:y\nspan:z"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_line_breaks(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>a<br>b", "p:a b"},
        {"<p>a<br><br>b", "p:a\np:b"},
        {"<p>a<br> \n <br>b", "p:a\np:b"},
        {"<p>a<br>&nbsp;<br>b", "p:a\np:b"},
        {"<p>a<br>x<br>b", "p:a x b"},
        {"<p><b>a<br><br>b</b>", "b:a\nb:b"},
        {"<p>a<br><b><br>b</b>", "p:a\nb:b"},
        {"<p><br><br><br>a<br><br><br><br>b<br><br>", "p:a\np:b"},
        {"<p>a<br/><br/>b", "p:a\np:b"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_white_space(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>  a \n\t b  </p>", "p:a b"},
        {"<p>a<b> b</b><b> </b> c", "p:a b c"},
        {"<p>a&nbsp;&nbsp;b&emsp;c\xE3\x80\x80"
         "d",
         "p:a b c d"},
        {"<pre>a\n  b</pre>", "pre:a b"},
        {"<p> </p><p>&nbsp;</p><div> <b> </b></div>", ""},
        {"<p>a</p> \n <p>b</p>", "p:a\np:b"},
        {" a ", "p:a"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_zero_widths(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<p>\xE2\x80\x8B</p><p>&shy;&#x200D;</p>", ""},
        {"<p>\xE2\x80\x8B</p><p>a</p>", "p:a"},
        {"<p>a\xE2\x80\x8B"
         "b",
         "p:a\xE2\x80\x8B"
         "b"},
        {"<p>&shy; a", "p:\xC2\xAD a"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_what_is_not_prose(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<title>no</title><p>a", "p:a"},
        {"<p>a</p><script>no</script><style>no</style><p>b", "p:a\np:b"},
        {"<p>a<select><option>no</select>b", "p:ab"},
        {"<p>a<textarea>no</textarea>b", "p:ab"},
        {"<div>a<template><p>no</template>b", "div:ab"},
        {"<div>a<iframe>no</iframe><object>no</object>b", "div:ab"},
        {"<div>a<video>no</video><canvas>no</canvas>b", "div:ab"},
        {"<div>a<svg><text>no</text></svg><math><mi>no</math>b", "div:ab"},
        {"<!-- no -->a", "p:a"},
    };
    ASSERT_EXAMPLES(examples);
}

static void test_noscript_and_hidden_count(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"<body>a<noscript>b <p>c</p></noscript>d",
         "body:a\nnoscript:b\np:c\nbody:d"},
        {"<noscript><div>post</div></noscript>", "div:post"},
        {"<p hidden>a</p><p style='display:none'>b", "p:a\np:b"},
        {"<p aria-hidden=true>a", "p:a"},
    };
    ASSERT_EXAMPLES(examples);
}

/* -- Counts ------------------------------------------------------------- */

static void test_counts(void **state) {
    (void)state;
    struct declutter_page *page =
        page_of("<img><p>One <a href=x>two</a> <a href=y>th<b>ree</b></a>, "
                "<strong>fo<i>ur</i></strong> x_1 don't<br>6.5</p>"
                "<input><button>漢字かな a</button>");
    const struct dc_block *first = &page->page.blocks[0];
    const struct dc_block *second = &page->page.blocks[1];
    assert_int_equal(page->page.block_count, 2);
    assert_int_equal(first->words, 9); /* don't and 6.5: two each */
    assert_int_equal(first->chars, strlen("One two three, four x_1 don't 6.5"));
    /* A space counts where it is written: with the word behind it. */
    assert_int_equal(first->link_chars, strlen(" two three"));
    assert_int_equal(first->links, 2);
    assert_int_equal(first->emphasis_chars, strlen("ree four"));
    assert_int_equal(first->breaks, 1);
    assert_int_equal(first->images, 1);
    assert_int_equal(first->controls, 0);
    assert_int_equal(second->words, 5);
    assert_int_equal(second->chars, 4 * 3 + 2);
    assert_int_equal(second->controls, 2);
    assert_int_equal(second->images, 0);
    declutter_page_free(page);
}

static void test_words_across_elements(void **state) {
    (void)state;
    static const struct {
        const char *html;
        uint32_t words;
    } examples[] = {
        {"<p>ab<b>cd</b>ef", 1},
        {"<p>ab<br>cd", 2},
        {"<p>a-b c/d", 4},
        {"<p>a\xE2\x80\x8B"
         "b",
         2},
        {"<p>中文abc中", 4},
        {"<p>한국어 문장", 2},
        {"<p>… — !", 0},
        {"<p>Straße 12,5", 3},
        {"<p>ab<a href=x>c</a>", 1},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct declutter_page *page = page_of(examples[i].html);
        assert_int_equal(page->page.block_count, 1);
        assert_int_equal(page->page.blocks[0].words, examples[i].words);
        declutter_page_free(page);
    }
}

/* One link over two paragraphs is a link of each. */
static void test_link_over_blocks(void **state) {
    (void)state;
    struct declutter_page *page =
        page_of("<a href=x><div>one</div><div>two</div></a><p>three");
    assert_int_equal(page->page.block_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct dc_block *block = &page->page.blocks[i];
        assert_int_equal(block->links, i < 2);
        assert_int_equal(block->link_chars, i < 2 ? 3 : 0);
    }
    declutter_page_free(page);
}

/* -- Ranges ------------------------------------------------------------- */

static void assert_range(const struct dc_page *page, unsigned tag,
                         uint32_t first, uint32_t end) {
    for (size_t i = 0; i < page->node_count; i++)
        if (page->nodes[i].tag == tag) {
            assert_int_equal(page->nodes[i].first_block, first);
            assert_int_equal(page->nodes[i].block_end, end);
            return;
        }
    fail_msg("no <%s>", dc_tag_name(tag));
}

static void test_ranges(void **state) {
    (void)state;
    struct declutter_page *page = page_of(
        "<nav>0</nav><main><p>1 <b>1</b></p><ul><li>2<li>3</ul><table></table>"
        "<h1>4</h1></main><footer><i>5</i> 5<select><option>no</select>"
        "</footer>");
    const struct dc_page *p = &page->page;
    assert_int_equal(p->block_count, 6);
    assert_range(p, DC_TAG_body, 0, 6);
    assert_range(p, DC_TAG_nav, 0, 1);
    assert_range(p, DC_TAG_main, 1, 5);
    assert_range(p, DC_TAG_b, 1, 2);
    assert_range(p, DC_TAG_ul, 2, 4);
    assert_range(p, DC_TAG_h1, 4, 5);
    assert_range(p, DC_TAG_footer, 5, 6);
    assert_range(p, DC_TAG_i, 5, 6);
    for (size_t i = 0; i < p->node_count; i++)
        if (p->nodes[i].tag == DC_TAG_table || p->nodes[i].tag == DC_TAG_option)
            assert_int_equal(p->nodes[i].first_block, p->nodes[i].block_end);
    declutter_page_free(page);
}

/* -- What always holds -------------------------------------------------- */

/* Which texts of the tape a reader sees: not those below an element whose
 * text is skipped. */
static bool is_shown(const struct dc_page *page, uint32_t node) {
    for (; node != DC_NONE; node = page->nodes[node].parent)
        if (page->nodes[node].tag != DC_TAG_br &&
            dc_tag_flags(page->nodes[node].tag) & DC_SKIP)
            return false;
    return true;
}

static bool is_printed(uint32_t character) {
    return !(dc_class(character) & (DC_CLASS_SPACE | DC_CLASS_ZERO));
}

/* The characters of a slice that leave ink; returns how many. */
static size_t ink_write(FILE *stream, const char *at, size_t length) {
    size_t count = 0;
    for (const char *end = at + length; at < end;) {
        const char *start = at;
        if (!is_printed(dc_utf8_next(&at)))
            continue;
        if (stream)
            fwrite(start, 1, (size_t)(at - start), stream);
        count++;
    }
    return count;
}

/* All ink of the tape stands in the blocks, in order, once. */
static void assert_nothing_is_lost(const struct dc_page *page) {
    struct text seen, kept;
    text_start(&seen);
    text_start(&kept);
    for (size_t i = 0; i < page->event_count; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind == DC_CHARACTERS && is_shown(page, event->node))
            ink_write(seen.stream, page->text + event->offset, event->length);
    }
    for (size_t i = 0; i < page->block_count; i++) {
        struct dc_text text = dc_block_text(page, i);
        ink_write(kept.stream, text.bytes, text.length);
    }
    text_end(&seen);
    text_end(&kept);
    assert_string_equal(kept.bytes, seen.bytes);
    free(seen.bytes);
    free(kept.bytes);
}

/* The text is trimmed, its spaces are single, and the counts are its own. */
static void assert_block_counts(const struct dc_page *page, size_t number) {
    const struct dc_block *block = &page->blocks[number];
    struct dc_text text = dc_block_text(page, number);
    const char *at = text.bytes, *end = at + text.length, *word;
    uint32_t chars = 0, words = 0;
    size_t length;
    bool space = true;
    assert_int_equal(dc_utf8_valid(text.bytes, text.length), text.length);
    while (at < end) {
        unsigned class = dc_class(dc_utf8_next(&at));
        bool is_space = (class & DC_CLASS_SPACE) != 0;
        assert_false(is_space && space);
        space = is_space;
        if (!(class & DC_CLASS_ZERO))
            chars += class & DC_CLASS_CJK ? 3 : 1;
    }
    assert_false(space);
    for (at = text.bytes; dc_word_next(&at, end, &word, &length);)
        words++;
    assert_int_equal(block->chars, chars);
    assert_int_equal(block->words, words);
    assert_true(block->link_chars <= chars);
    assert_true(block->emphasis_chars <= chars);
    assert_int_equal(block->links > 0, block->link_chars > 0);
}

static uint32_t common_ancestor(const struct dc_page *page, uint32_t a,
                                uint32_t b) {
    while (a != b) {
        if (page->nodes[a].depth < page->nodes[b].depth)
            b = page->nodes[b].parent;
        else
            a = page->nodes[a].parent;
    }
    return a;
}

/* The blocks an element and all its ancestors were seen to hold text of. */
struct range {
    uint32_t first, end;
};

static void ranges_add(const struct dc_page *page, struct range *ranges,
                       uint32_t node, uint32_t block) {
    for (; node != DC_NONE; node = page->nodes[node].parent) {
        if (ranges[node].end == 0)
            ranges[node].first = block;
        ranges[node].end = block + 1;
    }
}

/* The block lies between its events, and its element is the innermost that
 * holds their text. */
static void assert_block_node(const struct dc_page *page, uint32_t number,
                              struct range *ranges) {
    const struct dc_block *block = &page->blocks[number];
    uint32_t node = DC_NONE;
    assert_true(block->first_event < block->end_event);
    assert_true(block->end_event <= page->event_count);
    if (number)
        assert_true(page->blocks[number - 1].end_event <= block->first_event ||
                    page->blocks[number - 1].end_event ==
                        block->first_event + 1);
    for (uint32_t i = block->first_event; i < block->end_event; i++) {
        const struct dc_event *event = &page->events[i];
        if (event->kind != DC_CHARACTERS || !is_shown(page, event->node) ||
            !ink_write(NULL, page->text + event->offset, event->length))
            continue;
        node = node == DC_NONE ? event->node
                               : common_ancestor(page, node, event->node);
        ranges_add(page, ranges, event->node, number);
    }
    assert_int_equal(block->node, node);
}

/* An inline element that begins in the middle of a block and goes on behind
 * it counts that block too, though its own text starts in the next one. */
static void assert_node_range(const struct dc_page *page, uint32_t number,
                              const struct range *range) {
    const struct dc_node *node = &page->nodes[number];
    bool is_inline = dc_tag_flags(node->tag) & DC_INLINE;
    assert_true(node->first_block <= node->block_end);
    assert_true(node->block_end <= page->block_count);
    if (!range->end) {
        assert_int_equal(node->first_block, node->block_end);
        return;
    }
    assert_int_equal(node->block_end, range->end);
    if (is_inline && node->first_block + 1 == range->first)
        return;
    assert_int_equal(node->first_block, range->first);
}

static void assert_texts_fit(const struct dc_page *page) {
    size_t end = 0;
    assert_nothing_is_lost(page);
    for (size_t i = 0; i < page->block_count; i++) {
        assert_true(page->blocks[i].offset >= end);
        assert_true(page->blocks[i].length > 0);
        end = page->blocks[i].offset + page->blocks[i].length;
        assert_block_counts(page, i);
    }
    assert_true(end <= page->block_text_length);
}

static void assert_nodes_fit(const struct dc_page *page) {
    struct range *ranges = calloc(page->node_count, sizeof *ranges);
    assert_non_null(ranges);
    for (uint32_t i = 0; i < page->block_count; i++)
        assert_block_node(page, i, ranges);
    for (uint32_t i = 0; i < page->node_count; i++)
        assert_node_range(page, i, &ranges[i]);
    free(ranges);
}

static void assert_page_fits(struct declutter_page *page) {
    assert_texts_fit(&page->page);
    assert_nodes_fit(&page->page);
}

static void assert_data_page_fits(struct declutter_page *page) {
    assert_true(page->page.block_count >= 1);
    assert_page_fits(page);
}

static void test_blocks_fit_on_data(void **state) {
    (void)state;
    assert_true(for_data_pages(assert_data_page_fits) >= 28);
}

static void test_blocks_fit_on_random_pages(void **state) {
    (void)state;
    struct declutter_page *page = declutter_page_new();
    assert_non_null(page);
    size_t blocks = 0;
    for (uint32_t seed = 1; seed <= 6000; seed++) {
        size_t length;
        char *html = random_html(seed, 1 + seed % 120, &length);
        page_read(page, html, length);
        assert_texts_fit(&page->page);
        if (seed % 2 == 0) /* whose is a space before a zero width? */
            assert_nodes_fit(&page->page);
        blocks += page->page.block_count;
        free(html);
    }
    assert_true(blocks > 20000);
    declutter_page_free(page);
}

static void test_blocks_fit_on_prose(void **state) {
    (void)state;
    for_prose_pages(3000, assert_page_fits);
}

static void test_empty_pages(void **state) {
    (void)state;
    static const char *const pages[] = {
        "", " ", "<p>", "<br><br>", "<script>a</script>", "<!-- a"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct declutter_page *page = page_of(pages[i]);
        assert_int_equal(page->page.block_count, 0);
        assert_texts_fit(&page->page);
        assert_nodes_fit(&page->page);
        declutter_page_free(page);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elements_that_end_blocks),
        cmocka_unit_test(test_elements_that_do_not),
        cmocka_unit_test(test_innermost_element),
        cmocka_unit_test(test_line_breaks),
        cmocka_unit_test(test_white_space),
        cmocka_unit_test(test_zero_widths),
        cmocka_unit_test(test_what_is_not_prose),
        cmocka_unit_test(test_noscript_and_hidden_count),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_words_across_elements),
        cmocka_unit_test(test_link_over_blocks),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_blocks_fit_on_data),
        cmocka_unit_test(test_blocks_fit_on_random_pages),
        cmocka_unit_test(test_blocks_fit_on_prose),
        cmocka_unit_test(test_empty_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
