/* parse.c: valid UTF-8 -> the page's tape.
 *
 * libxml2's HTML parser closes what authors left open and adds what they omit;
 * we take its SAX events and never let it build a tree: the tree builder
 * stops at depth 256 and costs a malloc an element.  What comes out is a flat
 * array of events and, beside it, one record an element; every later walk is
 * a loop over arrays, so depth costs memory and nothing else.  libxml2 itself
 * looks for what an end tag closes from the innermost element outwards, which
 * on a page made for it takes time in the square of its size; so, as in
 * browsers, elements nest to a limit, and deeper ones are empty siblings
 * whose text stands behind them.
 */
#include "parse.h"

#include <errno.h>
#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <libxml/threads.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "intern.h"
#include "reference.h"

enum {
    MEMO_SLOTS = 64,
    DEPTH_MAX = 512 /* elements deeper than browsers nest them are siblings */
};

/* libxml2 gives the same pointer for the same name within a page. */
struct memo {
    const xmlChar *name;
    unsigned number;
};

struct builder {
    struct dc_page *page;
    const struct dc_clean *clean;
    htmlParserCtxtPtr parser;
    size_t event_capacity, node_capacity, attribute_capacity;
    size_t text_capacity;
    struct dc_interner interner;
    uint32_t current;          /* innermost open element */
    size_t next_tag, next_run; /* of the clean page, not met yet */
    struct dc_entities entities;
    bool failed;
    struct memo tags[MEMO_SLOTS];
};

static void builder_fail(struct builder *builder) {
    builder->failed = true;
    xmlStopParser(builder->parser);
}

static unsigned tag_of(struct builder *builder, const xmlChar *name) {
    struct memo *memo = &builder->tags[((uintptr_t)name >> 3) % MEMO_SLOTS];
    if (memo->name != name) {
        memo->name = name;
        memo->number =
            dc_tag_find((const char *)name, strlen((const char *)name));
    }
    return memo->number;
}

/* Attributes that say how something is printed and nothing about what it is.
 * The model counts the values of a page by where each stands first; so these
 * have strings of their own, apart from equal ones of other attributes. */
static bool is_for_print(unsigned name) {
    return name == DC_ATTRIBUTE_data_enlighter_language ||
           name == DC_ATTRIBUTE_data_srcset ||
           name == DC_ATTRIBUTE_http_equiv || name == DC_ATTRIBUTE_reversed ||
           name == DC_ATTRIBUTE_srcset || name == DC_ATTRIBUTE_value ||
           name == DC_ATTRIBUTE_xml_lang;
}

static bool event_add(struct builder *builder, enum dc_event_kind kind,
                      uint32_t node, size_t offset, size_t length) {
    struct dc_page *page = builder->page;
    struct dc_event *events =
        dc_arena_grow(&page->arena, page->events, page->event_count,
                      &builder->event_capacity, sizeof *events);
    if (!events)
        return false;
    page->events = events;
    events[page->event_count++] = (struct dc_event){
        (uint32_t)kind, node, (uint32_t)offset, (uint32_t)length};
    return true;
}

/* The value with its references decoded: no reference is shorter than the
 * three bytes that its character may take. */
static struct dc_text value_decode(struct builder *builder,
                                   struct dc_text raw) {
    const char *s = raw.bytes, *end = s + raw.length;
    if (!raw.length || !memchr(s, '&', raw.length))
        return raw;
    char *decoded = dc_arena_alloc(&builder->page->arena, raw.length, 1);
    char *out = decoded;
    while (decoded && s < end) {
        const char *after = NULL;
        if (*s == '&')
            after =
                dc_reference_attribute(s + 1, end, &builder->entities, &out);
        if (after)
            s = after;
        else
            *out++ = *s++;
    }
    return (struct dc_text){decoded, (uint32_t)(out - decoded)};
}

/* Adds the attributes of a tag, from number `first` of the clean page on. */
static bool attributes_add(struct builder *builder, struct dc_node *node,
                           size_t first) {
    struct dc_page *page = builder->page;
    const struct dc_clean *clean = builder->clean;
    bool more = first < clean->attribute_count;
    while (more && node->attribute_count < UINT16_MAX) {
        const struct dc_raw_attribute *raw = &clean->attributes[first++];
        struct dc_text value = value_decode(builder, raw->value);
        struct dc_attribute *attributes =
            dc_arena_grow(&page->arena, page->attributes, page->attribute_count,
                          &builder->attribute_capacity, sizeof *attributes);
        if (!value.bytes || !attributes)
            return false;
        page->attributes = attributes;
        uint32_t string = dc_intern(&builder->interner, value.bytes,
                                    value.length, is_for_print(raw->name));
        if (string == DC_NONE)
            return false;
        attributes[page->attribute_count++] =
            (struct dc_attribute){raw->name, string};
        node->attribute_count++;
        more = !raw->last && first < clean->attribute_count;
    }
    return true;
}

/* Where libxml2 stands in the clean page. */
static size_t place_of(const struct builder *builder) {
    const xmlParserInput *input = builder->parser->input;
    return input->consumed + (size_t)(input->cur - input->base);
}

/* Is the element just opened a tag of the page that has attributes?  Elements
 * that libxml2 adds open in the same place as the tag that made it add them,
 * but under another name. */
static const struct dc_clean_tag *find_tag(struct builder *builder,
                                           unsigned tag) {
    const struct dc_clean *clean = builder->clean;
    size_t place = place_of(builder);
    while (builder->next_tag < clean->tag_count &&
           clean->tags[builder->next_tag].place < place)
        builder->next_tag++; /* libxml2 dropped it */
    if (builder->next_tag == clean->tag_count ||
        clean->tags[builder->next_tag].place != place ||
        clean->tags[builder->next_tag].tag != tag)
        return NULL;
    return &clean->tags[builder->next_tag++];
}

static void on_end(void *context, const xmlChar *name);

/* Closes the innermost open element, for us and for libxml2. */
static void innermost_close(struct builder *builder) {
    htmlParserCtxtPtr parser = builder->parser;
    on_end(builder, parser->name);
    parser->nameNr--;
    parser->name = parser->nameTab[parser->nameNr - 1];
}

static const char too_deep[] =
    "elements nested deeper than 512 were made siblings";

/* Closes the element just opened. */
static void flatten(struct builder *builder) {
    dc_page_limit(builder->page, too_deep);
    innermost_close(builder);
}

/* Opens an element; NULL: out of memory. */
static struct dc_node *node_open(struct builder *builder, unsigned tag) {
    struct dc_page *page = builder->page;
    struct dc_node *nodes =
        dc_arena_grow(&page->arena, page->nodes, page->node_count,
                      &builder->node_capacity, sizeof *nodes);
    if (!nodes)
        return NULL;
    page->nodes = nodes;
    uint32_t number = (uint32_t)page->node_count++;
    struct dc_node *node = &nodes[number];
    *node = (struct dc_node){.parent = builder->current,
                             .depth =
                                 number ? nodes[builder->current].depth + 1 : 0,
                             .first_event = (uint32_t)page->event_count,
                             .last_event = (uint32_t)page->event_count,
                             .attributes = (uint32_t)page->attribute_count,
                             .tag = (uint16_t)tag};
    builder->current = number;
    return event_add(builder, DC_OPEN, number, 0, 0) ? node : NULL;
}

static void on_start(void *context, const xmlChar *name,
                     const xmlChar **attributes) {
    struct builder *builder = context;
    (void)attributes;
    struct dc_node *node = node_open(builder, tag_of(builder, name));
    const struct dc_clean_tag *tag = node ? find_tag(builder, node->tag) : NULL;
    if (!node || (tag && !attributes_add(builder, node, tag->first)))
        builder_fail(builder);
    else if (builder->parser->nameNr > DEPTH_MAX)
        flatten(builder);
    if (dc_deadline_step(builder->page->deadline))
        builder_fail(builder);
}

static void on_end(void *context, const xmlChar *name) {
    struct builder *builder = context;
    struct dc_page *page = builder->page;
    (void)name;
    uint32_t number = builder->current;
    if (number == 0) /* our own root stays open to the end */
        return;
    page->nodes[number].last_event = (uint32_t)page->event_count;
    builder->current = page->nodes[number].parent;
    if (!event_add(builder, DC_CLOSE, number, 0, 0))
        builder_fail(builder);
}

/* Adds text to the innermost open element. */
static bool text_add(struct builder *builder, struct dc_text text) {
    struct dc_page *page = builder->page;
    size_t count = text.length, offset = page->text_length;
    if (count > builder->text_capacity - page->text_length) {
        size_t capacity = (builder->text_capacity + count) * 2;
        char *grown = dc_arena_alloc(&page->arena, capacity, 1);
        if (!grown)
            return false;
        memcpy(grown, page->text, page->text_length);
        page->text = grown;
        builder->text_capacity = capacity;
    }
    if (!count)
        return true;
    memcpy(page->text + offset, text.bytes, count);
    page->text_length += count;
    struct dc_event *last = &page->events[page->event_count - 1];
    if (last->kind != DC_CHARACTERS || last->node != builder->current)
        return event_add(builder, DC_CHARACTERS, builder->current, offset,
                         count);
    last->length += (uint32_t)count;
    return true;
}

/* Adds what libxml2 would have made of a leaf: a link ends the one it stands
 * in, and one nested too deep is empty before its text. */
static bool leaf_add(struct builder *builder, const struct dc_clean_run *run) {
    htmlParserCtxtPtr parser = builder->parser;
    while (run->leaf == DC_TAG_a && parser->nameNr > 1 &&
           tag_of(builder, parser->name) == DC_TAG_a)
        innermost_close(builder);
    struct dc_node *node = node_open(builder, run->leaf);
    if (!node ||
        (run->attributed && !attributes_add(builder, node, run->first)))
        return false;
    bool deep = parser->nameNr >= DEPTH_MAX;
    if (deep) {
        dc_page_limit(builder->page, too_deep);
        on_end(builder, NULL);
    }
    bool ok = text_add(builder, run->text);
    if (!deep)
        on_end(builder, NULL);
    if (dc_deadline_step(builder->page->deadline))
        builder->failed = true;
    return ok && !builder->failed;
}

/* Skips the runs up to a place: libxml2 dropped what stood for them. */
static const struct dc_clean_run *find_run(struct builder *builder,
                                           size_t place) {
    const struct dc_clean *clean = builder->clean;
    while (builder->next_run < clean->run_count &&
           clean->runs[builder->next_run].place <= place)
        builder->next_run++;
    return builder->next_run < clean->run_count
               ? &clean->runs[builder->next_run]
               : NULL;
}

/* Every 'x' that libxml2 read is a run, the rest is white space.  Long texts
 * come in pieces, at the end of which it stands before the last character. */
static void on_text(void *context, const xmlChar *bytes, int length) {
    struct builder *builder = context;
    const char *at = (const char *)bytes, *end = at + length;
    size_t place = place_of(builder);
    const struct dc_clean_run *run = find_run(builder, place - (size_t)length);
    bool ok = true;
    while (ok && at < end) {
        const char *x = run && run->place <= place + 1
                            ? memchr(at, 'x', (size_t)(end - at))
                            : NULL;
        const char *stop = x ? x : end;
        ok = text_add(builder, (struct dc_text){at, (uint32_t)(stop - at)});
        if (ok && x) {
            ok = run->leaf == DC_TAG_OTHER ? text_add(builder, run->text)
                                           : leaf_add(builder, run);
            run = find_run(builder, run->place);
        }
        at = x ? x + 1 : end;
    }
    if (!ok)
        builder_fail(builder);
}

/* Text of a script or style that dc_cut did not take for one. */
static void on_raw(void *context, const xmlChar *bytes, int length) {
    struct builder *builder = context;
    size_t place = place_of(builder);
    const struct dc_clean_run *run = find_run(builder, place - 1);
    struct dc_text text = {(const char *)bytes, (uint32_t)length};
    if (!text_add(builder, run && run->place == place ? run->text : text))
        builder_fail(builder);
}

/* The number that stands for a formula. */
static size_t number_read(const xmlChar *digits) {
    size_t number = 0;
    while (*digits >= '0' && *digits <= '9')
        number = number * 10 + (size_t)(*digits++ - '0');
    return number;
}

/* A formula stands here.  Instructions of the page itself never get here. */
static void on_formula(void *context, const xmlChar *target,
                       const xmlChar *data) {
    struct builder *builder = context;
    struct dc_page *page = builder->page;
    size_t number = data ? number_read(data) : page->formula_count;
    (void)target;
    if (number >= page->formula_count)
        return;
    struct dc_formula *formula = &page->formulas[number];
    formula->tex = value_decode(builder, formula->tex);
    formula->node = builder->current;
    formula->event = (uint32_t)page->event_count - 1;
    formula->offset = (uint32_t)page->text_length;
    if (formula->tex.length && !formula->tex.bytes)
        builder_fail(builder);
}

/* Node 0 is ours: libxml2 starts a new <html> when text follows the end of
 * the first one, and pages of text alone have no element at all. */
static bool builder_start(struct builder *builder) {
    struct dc_page *page = builder->page;
    size_t open_tags = builder->clean->open_tags;
    page->events = NULL;
    page->nodes = NULL;
    page->attributes = NULL;
    page->strings = NULL;
    page->string_hashes = NULL;
    page->event_count = page->node_count = page->attribute_count = 0;
    page->string_count = page->text_length = 0;
    builder->node_capacity = open_tags + open_tags / 8 + 16;
    page->nodes = dc_arena_alloc(&page->arena, builder->node_capacity,
                                 sizeof *page->nodes);
    builder->event_capacity = open_tags * 3 + 64;
    page->events = dc_arena_alloc(&page->arena, builder->event_capacity,
                                  sizeof *page->events);
    builder->text_capacity =
        builder->clean->text_length + builder->clean->html.length + 1;
    page->text = dc_arena_alloc(&page->arena, builder->text_capacity, 1);
    if (!page->nodes || !page->events || !page->text)
        return false;
    page->nodes[page->node_count++] =
        (struct dc_node){.parent = DC_NONE, .tag = DC_TAG_OTHER};
    return event_add(builder, DC_OPEN, 0, 0, 0);
}

/* Closes what the parser left open. */
static bool builder_end(struct builder *builder) {
    struct dc_page *page = builder->page;
    bool ok = true;
    while (ok && builder->current != 0) {
        uint32_t number = builder->current;
        page->nodes[number].last_event = (uint32_t)page->event_count;
        builder->current = page->nodes[number].parent;
        ok = event_add(builder, DC_CLOSE, number, 0, 0);
    }
    page->nodes[0].last_event = (uint32_t)page->event_count;
    return ok && event_add(builder, DC_CLOSE, 0, 0, 0);
}

#if LIBXML_VERSION < 21200
typedef xmlErrorPtr parser_message;
#else
typedef const xmlError *parser_message;
#endif

/* Called for all that libxml2 finds wrong with a page, and before it goes on
 * without memory.  Some of its loops would then look for a '>' or the end of
 * the text for ever; they get both.  Having a handler keeps it from printing,
 * too. */
static void on_message(void *context, parser_message message) {
    static const xmlChar rest[] = ">";
    struct builder *builder = context;
    (void)message;
    if (errno != ENOMEM || !builder->parser || !builder->parser->input)
        return;
    builder->failed = true;
    builder->parser->disableSAX = 1;
    builder->parser->instate = XML_PARSER_EOF;
    builder->parser->input->base = builder->parser->input->cur = rest;
    builder->parser->input->end = rest + 1;
}

/* What each thread but the first needs before it may ask libxml2 for anything:
 * without it libxml2 calls itself until the stack is full, so it asks with
 * some memory to spare. */
static bool thread_prepare(void) {
    enum { SPARE = 1 << 14 };
#if LIBXML_VERSION < 21200
    if (xmlIsMainThread())
        return true;
#endif
    void *spare = malloc(SPARE);
    free(spare);
    if (!spare)
        return false;
#if LIBXML_VERSION < 21200
    return xmlGetGlobalState() != NULL;
#else
    return xmlCheckThreadLocalStorage() == 0;
#endif
}

/* Room for all names that may be open at once: libxml2 would lose those it
 * has if it could not make more. */
static bool names_reserve(htmlParserCtxtPtr parser) {
    enum { NAMES = DEPTH_MAX + 16 };
    const xmlChar **names =
        xmlRealloc((void *)parser->nameTab, NAMES * sizeof *names);
    if (!names)
        return false;
    parser->nameTab = names;
    parser->nameMax = NAMES;
    return true;
}

/* Lets the parser read the text where it stands. */
static bool input_give(htmlParserCtxtPtr parser, const struct dc_text *html) {
    xmlParserInputPtr input = xmlNewInputStream(parser);
    if (!input)
        return false;
    input->base = input->cur = (const xmlChar *)html->bytes;
    input->end = input->base + html->length;
    input->length = (int)html->length;
    if (inputPush(parser, input) >= 0)
        return true;
    xmlFreeInputStream(input);
    return false;
}

/* NULL: out of memory.  HTML and XML have one kind of parser, but what makes
 * it for HTML leaks when it fails (and htmlCreateMemoryParserCtxt would copy
 * the text besides). */
static htmlParserCtxtPtr parser_new(const struct dc_text *html) {
    htmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser && names_reserve(parser) && input_give(parser, html)) {
        parser->html = 1;
        return parser;
    }
    if (parser)
        htmlFreeParserCtxt(parser);
    return NULL;
}

/* Drives libxml2 over the text.  false: the parser could not be made. */
static bool parser_run(struct builder *builder, const struct dc_text *html) {
    static const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                               HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                               HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT |
                               (int)XML_PARSE_HUGE;
    htmlSAXHandler handler = {
        .startElement = on_start,
        .endElement = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_raw,
        .processingInstruction = on_formula,
    };
    htmlParserCtxtPtr parser = parser_new(html);
    if (!parser)
        return false;
    builder->parser = parser;
    htmlCtxtUseOptions(parser, options);
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    htmlSAXHandler *own = parser->sax;
    parser->sax = &handler;
    parser->userData = builder;
    htmlParseDocument(parser);
    parser->sax = own;
    if (parser->myDoc)
        xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    htmlFreeParserCtxt(parser);
    builder->parser = NULL;
    return true;
}

/* The same.  false: out of memory.  Where libxml2 cannot store a name it
 * leaves the tag out and says nothing of it; errno has kept the reason. */
static bool parser_run_quietly(struct builder *builder,
                               const struct dc_text *html) {
    if (!thread_prepare())
        return false;
    xmlStructuredErrorFunc former = xmlStructuredError;
    void *former_context = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(builder, on_message);
    errno = 0;
    bool done = parser_run(builder, html) && errno != ENOMEM;
    xmlSetStructuredErrorFunc(former_context, former);
    xmlResetLastError();
    return done && !builder->failed;
}

static enum declutter_status parse_once(struct dc_page *page,
                                        struct declutter_error *error) {
    struct dc_clean clean;
    struct builder builder = {
        .page = page, .clean = &clean, .interner.page = page};
    enum declutter_status status = dc_cut(page, &clean, error);
    if (status != DECLUTTER_OK)
        return status;
    bool ok = builder_start(&builder);
    if (ok && clean.html.length)
        ok = parser_run_quietly(&builder, &clean.html);
    if (!ok || !builder_end(&builder) || page->arena.failed)
        return dc_fail(error, DECLUTTER_ERROR_MEMORY, 0, "out of memory");
    return DECLUTTER_OK;
}

/* errno may also speak of memory that was then found elsewhere.  A page is
 * given up only where that happens each time: what was lost for good is lost
 * again, a detour is seldom taken twice. */
enum declutter_status dc_parse(struct dc_page *page,
                               struct declutter_error *error) {
    enum { ATTEMPTS = 3 };
    enum declutter_status status;
    int attempts = 0;
    do
        status = parse_once(page, error);
    while (status == DECLUTTER_ERROR_MEMORY && !page->arena.failed &&
           ++attempts < ATTEMPTS);
    return status;
}
