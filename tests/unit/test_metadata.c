/* test_metadata.c: what a page says of itself, and who is believed.
 *
 * In: small pages, each with one way of saying something, or several that
 * contradict each other; damaged JSON-LD; pages that attack.  Out: the fields
 * of struct declutter_metadata.
 */
#include "pages.h"

#include "metadata.h"
#include "utf8.h"

static const char *const article =
    "{\"@type\":\"NewsArticle\",\"headline\":\"Tides of the north\","
    "\"author\":{\"@type\":\"Person\",\"name\":\"Ann Lee\"},"
    "\"datePublished\":\"2024-05-17T08:00:00+02:00\"}";

/* One text compared; NULL is what is not there. */
static void assert_text(const char *found, const char *wanted) {
    if (!wanted || !found)
        assert_ptr_equal(found, wanted);
    else
        assert_string_equal(found, wanted);
}

static const struct declutter_metadata *
read(struct declutter_page *page, const char *url, const char *html) {
    struct declutter_options options = {.url = url};
    assert_int_equal(
        declutter_page_read(page, html, strlen(html), &options, NULL),
        DECLUTTER_OK);
    const struct declutter_metadata *metadata = declutter_page_metadata(page);
    assert_non_null(metadata);
    assert_ptr_equal(declutter_page_metadata(page), metadata);
    return metadata;
}

static int setup(void **state) {
    *state = declutter_page_new();
    return *state ? 0 : -1;
}

static int teardown(void **state) {
    declutter_page_free(*state);
    return 0;
}

/* A page of one JSON-LD script. */
static const struct declutter_metadata *read_json(struct declutter_page *page,
                                                  const char *json) {
    char html[4096];
    int length = snprintf(html, sizeof html,
                          "<script type=\"application/ld+json\">%s</script>"
                          "<p>text",
                          json);
    assert_true(length > 0 && (size_t)length < sizeof html);
    return read(page, NULL, html);
}

/* -- Dates -------------------------------------------------------------- */

struct date_case {
    const char *line;
    bool month_first;
    const char *date; /* NULL: none */
};

static const struct date_case dates[] = {
    {"2024-05-17", false, "2024-05-17"},
    {"2024-5-7", false, "2024-05-07"},
    {"2024/05/17", false, "2024-05-17"},
    {"20240517T101500Z", false, "2024-05-17"},
    {"2024-05-17T10:15:30Z", false, "2024-05-17T10:15:30Z"},
    {"2024-05-17T10:15:30.123+02:00", false, "2024-05-17T10:15:30+02:00"},
    {"2024-05-17 10:15 -0530", false, "2024-05-17T10:15:00-05:30"},
    {"2024-05-17T10:15:30", false, "2024-05-17"}, /* no zone, no instant */
    {"2024-05-17T25:15:30Z", false, "2024-05-17"},
    {"Fri, 17 May 2024 10:00:00 GMT", false, "2024-05-17T10:00:00Z"},
    {"Published on May 17, 2024 by", false, "2024-05-17"},
    {"may 17th 2024", false, "2024-05-17"},
    {"Sept. 3, 2023", false, "2023-09-03"},
    {"17 May 2024", false, "2024-05-17"},
    {"1st of March, 2020", false, "2020-03-01"},
    {"17-May-2024", false, "2024-05-17"},
    {"17.05.2024", true, "2024-05-17"},
    {"17. Mai 2024", false, "2024-05-17"},
    {"1. März 2024", false, "2024-03-01"},
    {"le 1er août 2023", false, "2023-08-01"},
    {"17 de mayo de 2024", false, "2024-05-17"},
    {"3 febbraio 2021", false, "2021-02-03"},
    {"5 de março de 2022", false, "2022-03-05"},
    {"6 maart 2022", false, "2022-03-06"},
    {"17 września 2024", false, "2024-09-17"},
    {"17 мая 2024", false, "2024-05-17"},
    {"17 Μαΐου 2024", false, "2024-05-17"},
    {"2024年5月17日", false, "2024-05-17"},
    {"5/6/2024", true, "2024-05-06"},
    {"5/6/2024", false, "2024-06-05"},
    {"13/6/2024", true, "2024-06-13"}, /* only one reading is a date */
    {"6/13/24", false, "2024-06-13"},
    {"31.02.2024", false, NULL},
    {"2024-13-01", false, NULL},
    {"2024-00-10", false, NULL},
    {"version 3.5.10", false, NULL},
    {"609-365-7014", false, NULL},
    {"may be 2024", false, NULL},
    {"May 2024", false, NULL},
    {"12345678", false, NULL},
    {"12024-05-17", false, NULL},
    {"", false, NULL}};

static void test_dates(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char date[DC_DATE_SIZE] = "";
        size_t start;
        size_t end = dc_date_find(dates[i].line, strlen(dates[i].line),
                                  dates[i].month_first, date, &start);
        if (dates[i].date)
            assert_string_equal(date, dates[i].date);
        if ((end != 0) != (dates[i].date != NULL))
            fail_msg("%s: %s", dates[i].line, end ? date : "no date");
    }
}

static void test_date_of_url(void **state) {
    char date[DC_DATE_SIZE];
    (void)state;
    assert_true(dc_date_of_url("https://a.org/2024/05/17/tides", date));
    assert_string_equal(date, "2024-05-17");
    assert_true(dc_date_of_url("https://a.org/x/2024-05-17-tides", date));
    assert_string_equal(date, "2024-05-17");
    assert_true(dc_date_of_url("https://a.org/2024/may/17/tides", date));
    assert_string_equal(date, "2024-05-17");
    assert_false(dc_date_of_url("https://a.org/2024/tides/17/", date));
    assert_false(dc_date_of_url("https://a.org/2024/05/tides", date));
    assert_false(dc_date_of_url("https://a.org/x?d=/2024/05/17/", date));
}

/* -- Names -------------------------------------------------------------- */

struct name_case {
    const char *line;
    bool byline;
    const char *names; /* joined by "; " */
};

static const struct name_case lines[] = {
    {"By Ann Lee and Bo Ek", true, "Ann Lee; Bo Ek"},
    {"ByAnn Lee", true, "Ann Lee"},
    {"Von Jana Weiß und Uwe Ort", true, "Jana Weiß; Uwe Ort"},
    {"Par Zoé Lamy et Luc Roy", true, "Zoé Lamy; Luc Roy"},
    {"Por Eva Paz y Leo Sol", true, "Eva Paz; Leo Sol"},
    {"Written by: Ann Lee | 3 min read", true, "Ann Lee"},
    {"Ann Lee, Senior Editor", true, "Ann Lee"},
    {"Ann Lee May 17, 2024", true, "Ann Lee"},
    {"Ann Lee, Bo Ek; Cy Rue", false, "Ann Lee; Bo Ek; Cy Rue"},
    {"Shelby Loos, DVM", false, "Shelby Loos, DVM"},
    {"Lee, Ann", false, "Ann Lee"},
    {"Center for Research and Education", false,
     "Center for Research and Education"},
    {"Staff", false, "Staff"},
    {"The Daily Post", false, ""}, /* the site */
    {"admin", false, ""},
    {"https://www.facebook.com/annlee", false, ""},
    {"ann@example.org", false, ""},
    {"Edited by Bo Ek", true, ""},
    {"By long thought about how the tides come in", true, ""},
    {"By ludwig van beethoven", false, "ludwig van beethoven"},
    {"2024", false, ""},
    {"", false, ""}};

static void test_names(void **state) {
    (void)state;
    struct dc_arena arena;
    dc_arena_init(&arena);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *names[4];
        char joined[200] = "";
        size_t count = dc_names_add(&arena, lines[i].line, lines[i].byline,
                                    "The Daily Post", names, 0, 4);
        for (size_t j = 0; j < count; j++) {
            strcat(joined, j ? "; " : "");
            strcat(joined, names[j]);
        }
        assert_string_equal(joined, lines[i].names);
    }
    dc_arena_free(&arena);
}

/* -- JSON-LD ------------------------------------------------------------ */

static void test_json_ld(void **state) {
    const struct declutter_metadata *m = read_json(*state, article);
    assert_text(m->title, "Tides of the north");
    assert_text(m->author, "Ann Lee");
    assert_text(m->date, "2024-05-17T08:00:00+02:00");

    m = read_json(
        *state,
        "{\"@graph\":[{\"@type\":\"WebSite\",\"name\":\"The Post\"},"
        "{\"@type\":[\"Article\"],\"@id\":\"#a\",\"headline\":\"A &amp; B\","
        "\"author\":[{\"@id\":\"#p\"},{\"name\":\"Bo Ek\"},\"Cy Rue\"],"
        "\"datePublished\":\"2024-05-17\",\"dateModified\":\"2024-06-01\","
        "\"image\":[{\"url\":\"https://a.org/i.png\"}],"
        "\"keywords\":\"sea, tides , Sea\",\"inLanguage\":\"en_GB\","
        "\"license\":\"https://a.org/l\",\"description\":\"<b>Of</b> tides\","
        "\"mainEntityOfPage\":{\"@id\":\"https://a.org/tides\"}},"
        "{\"@type\":\"Person\",\"@id\":\"#p\",\"name\":\"Ann Lee\","
        "\"url\":\"https://a.org/ann\"}]}");
    assert_text(m->title, "A & B");
    assert_text(m->author, "Ann Lee, Bo Ek, Cy Rue");
    assert_text(m->authors[2], "Cy Rue");
    assert_text(m->authors[3], NULL);
    assert_text(m->sitename, "The Post");
    assert_text(m->date_modified, "2024-06-01");
    assert_text(m->image, "https://a.org/i.png");
    assert_text(m->tags[1], "tides");
    assert_text(m->tags[2], NULL);
    assert_text(m->language, "en-GB");
    assert_text(m->license, "https://a.org/l");
    assert_text(m->description, "Of tides");
    assert_text(m->canonical, "https://a.org/tides");
}

/* Each is an article's JSON in a way that is not JSON. */
static const char escaped[] = "{&quot;@type&quot;:&quot;Article&quot;,"
                              "&quot;name&quot;:&quot;Tides today&quot;}";

static const char *const damaged[] = {
    escaped,
    "{\"@type\":\"Article\",\"headline\":\"Tides\ntoday\",}",
    "{\"@type\":\"Article\",\"headline\":\"Tides\\ntoday\",,}",
    "/* page */ {\"@type\":\"Article\",\"headline\":\"Tides today\"}",
    "// page\n{\"@type\":\"Article\",// type\n\"headline\":\"Tides today\"}",
    "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"Tides today\"}\n//]]>",
    "<!-- {\"@type\":\"Article\",\"headline\":\"Tides today\"} -->",
    "[{\"@type\":\"Article\",\"headline\":\"Tides today\",},];",
    "{\"@type\":\"Article\",\"headline\":\"Tides\\u0000 \\ud83dtoday\"}",
    "{\"@type\":\"Article\",\"headline\":\"Tid\\es today\"}",
    "{\"@type\":\"Article\",\"headline\":\"Tides\ttoday\"} trailing"};

static void test_damaged_json_ld(void **state) {
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
        assert_text(read_json(*state, damaged[i])->title, "Tides today");
    static const char *const lost[] = {"",
                                       "{",
                                       "[[[[",
                                       "{\"@type\":",
                                       "\"",
                                       "\\",
                                       "{\"@type\":\"Article\"",
                                       "{\"headline\":\"\\u12\"}",
                                       "/*",
                                       "//"};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
        assert_text(read_json(*state, lost[i])->title, NULL);
}

/* A list of articles describes none of them, unless one is this page. */
static void test_list_of_articles(void **state) {
    static const char html[] =
        "<title>%s</title><script type=application/ld+json>["
        "{\"@type\":\"Article\",\"headline\":\"First of all\","
        "\"author\":\"Ann Lee\"},{\"@type\":\"Article\","
        "\"headline\":\"Second to none\",\"author\":\"Bo Ek\"},"
        "{\"@type\":\"Article\",\"headline\":\"Third time\","
        "\"author\":\"Cy Rue\"}]</script><p>text";
    char page[1000];
    snprintf(page, sizeof page, html, "All our articles");
    assert_text(read(*state, NULL, page)->author, NULL);
    snprintf(page, sizeof page, html, "Second to none | The Post");
    assert_text(read(*state, NULL, page)->author, "Bo Ek");
}

/* -- Elements ----------------------------------------------------------- */

static void test_meta(void **state) {
    const struct declutter_metadata *m = read(
        *state, "https://www.the-post.org/2024/05/17/tides?x=1",
        "<html lang=en-us><head><title>Tides today - The Post</title>"
        "<meta property=og:site_name content='The Post'>"
        "<meta name=author content='Ann Lee'>"
        "<meta property=article:author content='https://fb.com/ann'>"
        "<meta property=article:published_time content='2024-05-17T08:00:00Z'>"
        "<meta property=article:modified_time content='2024-05-18'>"
        "<meta property=article:tag content=sea>"
        "<meta property=article:tag content=tides>"
        "<meta name=description content=' Of\n tides '>"
        "<meta property=og:image content='/i.png'>"
        "<link rel=canonical href='/tides'><link rel=license href='/cc'>"
        "<body><h1>The Post</h1><p>text");
    assert_text(m->title, "Tides today");
    assert_text(m->sitename, "The Post");
    assert_text(m->author, "Ann Lee");
    assert_text(m->date, "2024-05-17T08:00:00Z");
    assert_text(m->date_modified, "2024-05-18");
    assert_text(m->tags[0], "sea");
    assert_text(m->tags[1], "tides");
    assert_text(m->description, "Of tides");
    assert_text(m->language, "en-us");
    assert_text(m->image, "https://www.the-post.org/i.png");
    assert_text(m->canonical, "https://www.the-post.org/tides");
    assert_text(m->license, "https://www.the-post.org/cc");
}

struct page_case {
    const char *html;
    const char *title, *author, *date;
};

static const struct page_case pages[] = {
    /* microdata */
    {"<div itemscope><h1 itemprop=headline>Tides</h1>"
     "<span itemprop=author><img><span itemprop=name>Ann Lee</span>, Oslo"
     "</span><meta itemprop=datePublished content=2024-05-17></div>",
     "Tides", "Ann Lee", "2024-05-17"},
    /* rel and <time>, against those of a comment and a sidebar */
    {"<title>Tides today</title><div class=sidebar><time datetime=2020-01-01>"
     "</time><a rel=author>No Body</a></div><h1>Tides today</h1>"
     "<a rel=author href=/a>Ann Lee</a> <time datetime='2024-05-17'>May</time>"
     "<p>text<div class=comments><a rel=author>Co Mmenter</a></div>",
     "Tides today", "Ann Lee", "2024-05-17"},
    /* classes */
    {"<title>Tides today</title><h1>Tides today</h1><div class=byline>By "
     "<span class=author-name>Ann Lee</span> | <span class=date>17 May 2024"
     "</span></div><p>text",
     "Tides today", "Ann Lee", "2024-05-17"},
    /* bare text */
    {"<title>Tides today</title><h1>Tides today</h1><p>By Ann Lee</p>"
     "<p>May 17, 2024</p><p>text",
     "Tides today", "Ann Lee", "2024-05-17"},
    /* Twitter's labels */
    {"<meta name=twitter:label1 content='Written by'>"
     "<meta name=twitter:data1 content='Ann Lee'>"
     "<meta name=twitter:title content='Tides'><p>text",
     "Tides", "Ann Lee", NULL},
    /* Highwire */
    {"<meta name=citation_title content='Tides'><meta name=citation_author "
     "content='Lee, Ann'><meta name=citation_author content='Ek, Bo'>"
     "<meta name=citation_publication_date content='2024/05/17'><p>text",
     "Tides", "Ann Lee, Bo Ek", "2024-05-17"},
    /* only the last change is known */
    {"<h1>Tides</h1><p>Last updated: May 17, 2024</p>", "Tides", NULL,
     "2024-05-17"},
    /* a heading that names the book, and the sign behind the right one */
    {"<title>Traits - The Rust Book</title><h1>The Rust Book</h1>"
     "<h1>Traits&para;</h1><p>text",
     "Traits", NULL, NULL},
    /* no other title agrees with the heading */
    {"<title>How the tides are made | The Post</title><h1>Subscribe now</h1>",
     "How the tides are made", NULL, NULL},
    /* a site that signs its texts itself */
    {"<meta property=og:site_name content='The Post'><h1>Tides</h1>"
     "<meta name=author content='The Post'>",
     "Tides", "The Post", NULL},
    /* the name in the block behind the word */
    {"<title>Tides today</title><h1>Tides today</h1><p>Written by</p>"
     "<p>Ann Lee</p><p>text",
     "Tides today", "Ann Lee", NULL},
    /* what the author does stands in a class of its own */
    {"<title>Tides today</title><h1>Tides today</h1><div class=author-info>"
     "<div class=author-name>Ann Lee</div><div class=author-position>Marketing "
     "Director</div></div><p>text",
     "Tides today", "Ann Lee", NULL},
    /* of two posts, the first one's author */
    {"<h1>Tides</h1><div><b itemprop=author>Ann Lee</b><time "
     "datetime=2024-05-17></time></div><div><b itemprop=author>Bo Ek</b>"
     "<time datetime=2024-05-18></time></div>",
     "Tides", "Ann Lee", "2024-05-17"},
    /* the footer of an article is part of it, that of the page is not */
    {"<title>Tides today</title><article><h1>Tides today</h1><p>text</p>"
     "<footer><a rel=author>Ann Lee</a></footer></article><footer><a "
     "rel=author>Bo Ek</a></footer>",
     "Tides today", "Ann Lee", NULL},
    /* a page builder's widgets hold the text, a sidebar's do not */
    {"<title>Tides today</title><div class=x-widget><time>17 May 2024</time>"
     "</div><h1>Tides today</h1><p>text",
     "Tides today", NULL, "2024-05-17"},
    {"<title>Tides today</title><div class='widget y'><time>17 May 2024</time>"
     "</div><h1>Tides today</h1><p>text",
     "Tides today", NULL, NULL},
    {"", NULL, NULL, NULL}};

static const struct page_case titles[] = {
    /* the best heading, not the first that shares a word */
    {"<title>Defer, Panic - The Go Language</title><h1>The Go Blog</h1>"
     "<h1>Defer, Panic</h1>",
     "Defer, Panic", NULL, NULL},
    {"<title>Quickstart — Flask Documentation (3.1.x)</title>"
     "<h1>Quickstart&para;</h1>",
     "Quickstart", NULL, NULL},
    {"<title>The Map Fold Problem (Ann Lee)</title><h1>Ann Lee's Folding</h1>"
     "<h1>The Map Fold Problem</h1>",
     "The Map Fold Problem", NULL, NULL},
    /* the only heading is the book's name */
    {"<title>Defining Traits - The Rust Book</title><h1>The Rust Book</h1>",
     "Defining Traits", NULL, NULL},
    /* what else a heading holds */
    {"<title>Tides of the north</title><h1>Dec 18 2025 Tides of the north</h1>",
     "Tides of the north", NULL, "2025-12-18"},
    {"<title>Tides of the north</title><h1>Blog: Tides of the north</h1>",
     "Tides of the north", NULL, NULL},
    {"<title>Tides of the north | The Post</title>"
     "<h1>Tides of the north | Opinion</h1>",
     "Tides of the north", NULL, NULL},
    {"<title>Tides of the north | The Post</title>"
     "<h1>The great tides of the north</h1>",
     "The great tides of the north", NULL, NULL},
    /* a <title> that is only the site's */
    {"<title>The Post</title><meta property=og:site_name content='The Post'>"
     "<h1>The Post</h1><h1>Tides of the north</h1>",
     "Tides of the north", NULL, NULL}};

static void test_titles(void **state) {
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        const struct declutter_metadata *m = read(*state, NULL, titles[i].html);
        assert_text(m->title, titles[i].title);
        assert_text(m->date, titles[i].date);
    }
}

/* The name of the site in front is a label but for the site's first page,
 * and there too when a bar sets it off. */
static void test_first_page(void **state) {
    static const char *const html = "<title>Tideroll - All for tides</title>";
    assert_text(read(*state, "https://tideroll.com/", html)->title,
                "Tideroll - All for tides");
    assert_text(read(*state, "https://tideroll.com/shop", html)->title,
                "All for tides");
    assert_text(read(*state, "https://tideroll.com",
                     "<title>Tideroll | All for tides</title>")
                    ->title,
                "All for tides");
    /* no heading is needed where the site itself is the matter */
    assert_text(read(*state, "https://tideroll.com/",
                     "<title>Tideroll</title><h1>Subscribe</h1>")
                    ->title,
                "Tideroll");
}

/* -- Dates that disagree ------------------------------------------------- */

struct shown_case {
    const char *url;
    const char *before, *behind; /* the headline */
    const char *date;
};

static const char told[] = "<meta name=date content=2024-05-17>";

static const struct shown_case shown[] = {
    /* put up again later than it says itself */
    {NULL, told, "<p>3 March 2021</p><p>text", "2021-03-03"},
    /* a later date, or a time zone's difference, says nothing */
    {NULL, told, "<p>3 March 2025</p><p>text", "2024-05-17"},
    {NULL, told, "<p>16 May 2024</p><p>text", "2024-05-17"},
    /* the same day in another country's order */
    {"https://a.org/2023/october/03/", "", "<p>03/10/2023</p>", "2023-10-03"},
    /* before the headline stands what belongs to others */
    {NULL, "<meta name=date content=2024-05-17><p>3 March 2021</p>", "<p>text",
     "2024-05-17"},
    /* the nearest, whatever says that it is a date */
    {NULL, "",
     "<p>3 March 2021</p><p>text</p><p class=date>4 April 2022</p>"
     "<time datetime=2023-05-05></time>",
     "2021-03-03"},
    /* published, with the change behind it */
    {NULL, "",
     "<p class=post_date>2019-02-23, 09:14 PM (This post was last modified: "
     "2024-01-05 by Ann)",
     "2019-02-23"},
    {NULL, "",
     "<p>Essay - Published: 2025.12.17 | oceanography | harbours | almanacs",
     "2025-12-17"},
    /* when somebody joined */
    {NULL, "",
     "<p>Founded: Dec 11, 2021</p><p>by Ann » Tue Aug 27, 2019 1:47 am</p>",
     "2019-08-27"}};

static void test_shown_dates(void **state) {
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        char html[1000];
        snprintf(html, sizeof html,
                 "<title>Tides today</title>%s<h1>Tides today</h1>%s",
                 shown[i].before, shown[i].behind);
        assert_text(read(*state, shown[i].url, html)->date, shown[i].date);
    }
}

/* "Published" counts however far it stands; and lines with dates by the
 * hundred leave room for what JSON-LD says behind them. */
static void test_many_dates(void **state) {
    size_t length;
    char *items = repeated("<p>text</p>", 400, &length);
    struct text html;
    text_start(&html);
    fprintf(html.stream,
            "<title>Tides today</title><h1>Tides today</h1>%s"
            "<p>Published on: 15 August 2025</p>",
            items);
    text_end(&html);
    free(items);
    assert_text(read(*state, NULL, html.bytes)->date, "2025-08-15");
    free(html.bytes);
    items = repeated("<p>1 May 2020</p>", 400, &length);
    text_start(&html);
    fprintf(html.stream, "%s<script type=application/ld+json>%s</script>",
            items, article);
    text_end(&html);
    free(items);
    assert_text(read(*state, NULL, html.bytes)->date,
                "2024-05-17T08:00:00+02:00");
    free(html.bytes);
}

static void test_pages(void **state) {
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        const struct declutter_metadata *m = read(*state, NULL, pages[i].html);
        assert_text(m->title, pages[i].title);
        assert_text(m->author, pages[i].author);
        assert_text(m->date, pages[i].date);
    }
}

/* JSON-LD before <meta>, <meta> before what is read off the page; a claim
 * that cannot be read lets the next one speak. */
static void test_order_of_trust(void **state) {
    char html[2000];
    snprintf(html, sizeof html,
             "<title>Tides</title><meta name=author content='Bo Ek'>"
             "<meta name=date content=2020-01-01>"
             "<script type=application/ld+json>%s</script>"
             "<h1>Tides</h1><p>By Cy Rue</p>",
             article);
    const struct declutter_metadata *m = read(*state, NULL, html);
    assert_text(m->author, "Ann Lee");
    assert_text(m->date, "2024-05-17T08:00:00+02:00");
    m = read(*state, "https://a.org/2021/02/03/tides",
             "<title>Tides</title><meta name=author content='admin'>"
             "<meta name=date content='yesterday'><h1>Tides</h1>"
             "<p>By Cy Rue</p><time datetime=2022-01-01></time>");
    assert_text(m->author, "Cy Rue");
    assert_text(m->date, "2021-02-03");
}

static void test_languages(void **state) {
    static const char *const cases[][2] = {
        {"EN", "en"},       {"en-US", "en-US"},
        {"pt_BR", "pt-BR"}, {"zh-Hant-TW", "zh-Hant-TW"},
        {"e", NULL},        {"english language", NULL},
        {"en-", NULL},      {"1a", NULL},
        {"<b>", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char html[100];
        snprintf(html, sizeof html, "<html lang=\"%s\"><p>text", cases[i][0]);
        assert_text(read(*state, NULL, html)->language, cases[i][1]);
    }
}

/* Each place is asked only when those before it say nothing. */
static void test_language_places(void **state) {
    static const char *const places[][2] = {
        {"<html lang=aa xml:lang=xx><head>", "aa"},
        {"<html xml:lang=bb lang=''><head>", "bb"},
        {"<script type='application/ld+json'>{\"@type\":\"Article\","
         "\"headline\":\"Tides\",\"inLanguage\":\"dd\"}</script>",
         "dd"},
        {"<meta name=DC.Language content=ee>", "ee"},
        {"<meta property=og:locale content=ff_FR>", "ff-FR"},
        {"<meta http-equiv=Content-Language content='gg, hh'>", "gg"}};
    enum { COUNT = sizeof places / sizeof *places };
    for (size_t first = 0; first < COUNT; first++) {
        char html[1000] = "";
        for (size_t i = first; i < COUNT; i++)
            strcat(html, places[i][0]);
        strcat(html, "<body><h1>Tides</h1><p>text");
        assert_text(read(*state, NULL, html)->language, places[first][1]);
    }
    assert_text(
        read(*state, NULL, "<meta name=language content=de><p>x")->language,
        "de");
    assert_text(read(*state, NULL, "<body lang=cc><p>text")->language, "cc");
    assert_text(read(*state, NULL, "<meta http-equiv=refresh content=en><p>x")
                    ->language,
                NULL);
}

/* An American page means May by 5/6, a British one June. */
static void test_month_by_country(void **state) {
    static const char body[] =
        "<html lang=%s><meta name=date content=5/6/2024>";
    char html[100];
    snprintf(html, sizeof html, body, "en-US");
    assert_text(read(*state, NULL, html)->date, "2024-05-06");
    snprintf(html, sizeof html, body, "en-GB");
    assert_text(read(*state, NULL, html)->date, "2024-06-05");
}

static void test_bad_addresses(void **state) {
    const struct declutter_metadata *m =
        read(*state, "https://a.org/\xFF",
             "<link rel=canonical href='javascript:alert(1)'>"
             "<link rel=license href='data:text/html,x'>"
             "<meta property=og:image content='mailto:a@a.org'>"
             "<meta name=twitter:image content='i.png'>");
    assert_text(m->canonical, NULL);
    assert_text(m->license, NULL);
    assert_text(m->image, "i.png");
}

/* -- Text that stands only in JSON-LD, or in <noscript> ------------------ */

static const char own_text[] =
    "<p>The tide comes in twice a day, and twice a day it goes out again, as "
    "everybody on this coast has known since long before there were "
    "tables.</p><p>The harbour master writes down the hour and the height, in "
    "a book that his grandmother began, and reads the page aloud on "
    "Sundays.</p><p>What the book does not say is how the wind holds the "
    "water back, or why the boats lie dry on some mornings.</p>";

/* articleBody of `words` words. */
static char *page_with_body(size_t words) {
    size_t length;
    char *body = repeated("word ", words, &length);
    char *html = malloc(length + 300);
    assert_non_null(html);
    snprintf(html, length + 300,
             "<title>Tides</title><script type=application/ld+json>"
             "{\"@type\":\"Article\",\"articleBody\":\"First &amp; "
             "<b>best</b>.\\n\\n<p>%s\"}</script><div id=app></div>",
             body);
    free(body);
    return html;
}

static int collect(void *context, const char *bytes, size_t length) {
    struct text *text = context;
    return fwrite(bytes, 1, length, text->stream) == length ? 0 : -1;
}

static void render(struct declutter_page *page, enum declutter_format format,
                   uint32_t keep, struct text *text) {
    struct declutter_options options = {.keep = keep};
    text_start(text);
    assert_int_equal(
        declutter_page_render(page, format, &options, collect, text, NULL),
        DECLUTTER_OK);
    text_end(text);
}

static void test_article_body(void **state) {
    static const char warning[] = "text taken from JSON-LD articleBody";
    struct declutter_page *page = *state;
    struct text text;
    char *html = page_with_body(60);
    page_read(page, html, strlen(html));
    for (int again = 0; again < 2; again++) /* the warning is given once */
        assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                         DECLUTTER_OK);
    assert_text(declutter_page_warning(page, 0), warning);
    assert_text(declutter_page_warning(page, 1), NULL);
    render(page, DECLUTTER_TEXT, 0, &text);
    assert_int_equal(strncmp(text.bytes, "First & best.\n\nword word", 24), 0);
    assert_int_equal(text.bytes[text.length - 1], '\n');
    free(text.bytes);
    render(page, DECLUTTER_JSON, 0, &text);
    assert_non_null(
        strstr(text.bytes, "\"text\":\"First & best.\\n\\nword word"));
    assert_non_null(strstr(text.bytes, warning));
    free(text.bytes);
    render(page, DECLUTTER_TEXT, 1 << 1, &text); /* navigation only */
    assert_int_equal(text.length, 0);
    free(text.bytes);
    free(html);

    html = page_with_body(20);
    page_read(page, html, strlen(html));
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    assert_text(declutter_page_warning(page, 0), NULL);
    free(html);
}

/* A page with text of its own keeps it. */
static void test_article_body_not_needed(void **state) {
    static const char head[] =
        "<script type=application/ld+json>{\"@type\":\"Article\","
        "\"articleBody\":\"";
    struct declutter_page *page = *state;
    size_t length;
    char *body = repeated("hidden words ", 60, &length);
    const char *own = own_text;
    struct text html;
    text_start(&html);
    fprintf(html.stream, "%s%s\"}</script><h1>Tides</h1>%s", head, body, own);
    text_end(&html);
    page_read(page, html.bytes, html.length);
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    assert_text(declutter_page_warning(page, 0), NULL);
    struct text text;
    render(page, DECLUTTER_TEXT, 0, &text);
    assert_non_null(strstr(text.bytes, "The tide comes in"));
    assert_null(strstr(text.bytes, "hidden"));
    free(text.bytes);
    free(html.bytes);
    free(body);
}

/* Text in <noscript> is text like any other. */
static void test_noscript(void **state) {
    struct declutter_page *page = *state;
    const char *own = own_text;
    struct text html, text;
    text_start(&html);
    fprintf(html.stream,
            "<title>Tides</title><div id=app></div><noscript><h1>Tides</h1>%s"
            "</noscript>",
            own);
    text_end(&html);
    page_read(page, html.bytes, html.length);
    assert_int_equal(declutter_page_classify(page, NULL, NULL, NULL),
                     DECLUTTER_OK);
    render(page, DECLUTTER_TEXT, 0, &text);
    assert_non_null(strstr(text.bytes, "The tide comes in"));
    free(text.bytes);
    free(html.bytes);
}

/* -- Hostile pages ------------------------------------------------------ */

static void test_no_page(void **state) {
    assert_null(declutter_page_metadata(*state));
}

static double seconds_for(struct declutter_page *page, const char *piece,
                          size_t bytes) {
    size_t length;
    char *html = repeated(piece, bytes / strlen(piece) + 1, &length);
    page_read(page, html, length);
    double start = seconds_used();
    assert_non_null(declutter_page_metadata(page));
    double used = seconds_used() - start;
    free(html);
    return used;
}

/* Four times the page, not more than about four times the time. */
static void test_time_is_linear(void **state) {
    static const char *const pieces[] = {
        "<h1>",
        "<h1>a | b",
        "<title>a | b (c - d</title><h1>a | b (c",
        "<div class=author itemprop=author>",
        "<a href=/author/x rel=author>By A and ",
        "<title>a - ",
        "<time datetime=1>",
        "<p class=date>1/1/1/",
        "<b itemprop=name>",
        "<script type=application/ld+json>[{\"@type\":\"Article\",\"url\":"
        "\"/\",\"headline\":\"abcdefgh\",\"author\":[{\"@id\":\"x\"}]}]"
        "</script>",
        "<script type=application/ld+json>[[[[{\"@graph\":[</script>",
        "<script type=application/ld+json>/*,\"//\\u",
        "<meta name=author content='a, b and c, d'>",
        "<meta property=og:title content='a | a | a - a'>"};
    enum { SMALL = 1 << 17 };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        double small = seconds_for(*state, pieces[i], SMALL);
        double large = seconds_for(*state, pieces[i], (size_t)4 * SMALL);
        if (large > 0.2 + 16 * small)
            fail_msg("%s: %g s, then %g s", pieces[i], small, large);
    }
}

static void test_random_pages(void **state) {
    for (uint32_t seed = 1; seed <= 60; seed++) {
        size_t length;
        char *html = random_html(seed, 300, &length);
        page_read(*state, html, length);
        const struct declutter_metadata *m = declutter_page_metadata(*state);
        assert_non_null(m);
        if (m->title)
            assert_int_equal(dc_utf8_valid(m->title, strlen(m->title)),
                             strlen(m->title));
        free(html);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_dates),
                                       TEST(test_date_of_url),
                                       TEST(test_names),
                                       TEST(test_json_ld),
                                       TEST(test_damaged_json_ld),
                                       TEST(test_list_of_articles),
                                       TEST(test_meta),
                                       TEST(test_pages),
                                       TEST(test_titles),
                                       TEST(test_first_page),
                                       TEST(test_shown_dates),
                                       TEST(test_many_dates),
                                       TEST(test_order_of_trust),
                                       TEST(test_languages),
                                       TEST(test_language_places),
                                       TEST(test_month_by_country),
                                       TEST(test_bad_addresses),
                                       TEST(test_article_body),
                                       TEST(test_article_body_not_needed),
                                       TEST(test_noscript),
                                       TEST(test_no_page),
                                       TEST(test_time_is_linear),
                                       TEST(test_random_pages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
