/* test_folds.c: sites stay together, folds stay balanced.
 *
 * The two properties a cross-validation stands on are checked on generated
 * corpora of known make-up; domains are checked one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "folds.h"

enum { PAGES = 600, FOLDS = 5 };

static void test_domain(void **state) {
    static const struct {
        const char *url, *domain;
    } cases[] = {
        {"http://example.com/", "example.com"},
        {"https://www.BBC.co.uk/news?x=http://other.org/", "bbc.co.uk"},
        {"www.bbc.co.uk/news", "bbc.co.uk"},
        {"//a.b.example.org", "example.org"},
        {"http://user:secret@shop.example.de:8080/x", "example.de"},
        {"http://example.com./", "example.com"},
        {"http://co.uk/", "co.uk"},
        {"http://diaadia.com.pa", "diaadia.com.pa"},
        {"http://news.sohu.com", "sohu.com"},
        {"http://127.0.0.1:8000/a.html", "127.0.0.1"},
        {"http://[::1]:80/", "[::1"},
        {"http://localhost/x", "localhost"},
        {"http://xn--bcher-kva.example/", "xn--bcher-kva.example"},
        {"hard::100noticias.com-millones.html", "100noticias.com"},
        {"hard::blog.python.org.html", "python.org"},
        {"hard::jis.gov.jm-investment.html", "jis.gov.jm"},
        {"hard::diaadia.com.pa-ulpiano.html", "diaadia.com.pa"},
        {"hard::pcgamer.com.skyrim.html", "pcgamer.com"},
        {"hard::iwr.de.IWR-Pressedienst.html", "iwr.de"},
        {"hard::mercurynews.com.2023.01.16.letters-1119.html",
         "mercurynews.com"},
        {"hard::bbc.co.uk.sport.html", "bbc.co.uk"},
        {"recall::elnuevoherald.com-miami.html", "elnuevoherald.com"},
        {"http:///nothing", "the-id"},
        {"", "the-id"},
        {NULL, "the-id"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dc_gold page = {.id = "the-ID", .url = cases[i].url};
        char domain[64];
        dc_domain(&page, domain, sizeof domain);
        assert_string_equal(domain, cases[i].domain);
    }
}

static void test_domain_cut(void **state) {
    (void)state;
    struct dc_gold page = {.id = "x", .url = "http://example.com/"};
    char domain[] = "########";
    dc_domain(&page, domain, 5);
    assert_string_equal(domain, "exam");
    assert_int_equal(domain[5], '#');
    dc_domain(&page, domain + 6, 0);
    assert_int_equal(domain[6], '#');
}

/* Two corpora: one of 600 pages in three kinds and sites of one to seven
 * pages, one of 100 pages on sites of the first. */
struct sample {
    struct dc_gold pages[PAGES], others[PAGES / 6];
    char urls[PAGES][48], other_urls[PAGES / 6][48];
    struct dc_corpus corpora[2];
    unsigned folds[PAGES], other_folds[PAGES / 6];
};

static void sample_fill(struct sample *s) {
    static const char *const types[] = {"article", "forum", "product"};
    memset(s, 0, sizeof *s);
    size_t site = 0;
    for (size_t i = 0; i < PAGES; i++) {
        if (i % 7 >= site % 7)
            site++;
        snprintf(s->urls[i], sizeof s->urls[i], "http://www.s%zu.com/%zu", site,
                 i);
        s->pages[i].id = s->pages[i].url = s->urls[i];
        s->pages[i].type = types[i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2];
        s->pages[i].lang = i % 2 ? "de" : NULL;
    }
    for (size_t i = 0; i < PAGES / 6; i++) {
        snprintf(s->other_urls[i], sizeof s->other_urls[i],
                 "https://shop.S%zu.com/", 3 * i + 1);
        s->others[i].id = s->others[i].url = s->other_urls[i];
    }
    s->corpora[0] = (struct dc_corpus){.pages = s->pages, .page_count = PAGES};
    s->corpora[1] =
        (struct dc_corpus){.pages = s->others, .page_count = PAGES / 6};
}

static void sample_fold(struct sample *s, uint64_t seed) {
    unsigned *const folds[] = {s->folds, s->other_folds};
    assert_true(dc_folds(s->corpora, 2, FOLDS, seed, folds));
}

static void check_together(const struct sample *s) {
    for (size_t i = 0; i < PAGES; i++) {
        char domain[64], other[64];
        dc_domain(&s->pages[i], domain, sizeof domain);
        assert_true(s->folds[i] < FOLDS);
        for (size_t j = 0; j < i; j++) {
            dc_domain(&s->pages[j], other, sizeof other);
            if (!strcmp(domain, other))
                assert_int_equal(s->folds[i], s->folds[j]);
        }
        for (size_t j = 0; j < PAGES / 6; j++) {
            dc_domain(&s->others[j], other, sizeof other);
            if (!strcmp(domain, other))
                assert_int_equal(s->folds[i], s->other_folds[j]);
        }
    }
}

/* Pages of one type (NULL: all) in the fullest and the emptiest fold may
 * differ by `most`. */
static void check_balance(const struct sample *s, const char *type,
                          size_t most) {
    size_t counts[FOLDS] = {0}, low = PAGES, high = 0;
    for (size_t i = 0; i < PAGES; i++)
        counts[s->folds[i]] += !type || !strcmp(s->pages[i].type, type);
    for (size_t f = 0; f < FOLDS; f++) {
        low = counts[f] < low ? counts[f] : low;
        high = counts[f] > high ? counts[f] : high;
    }
    assert_true(high - low <= most);
}

static void test_folds(void **state) {
    (void)state;
    static struct sample sample, again;
    size_t moved = 0;
    sample_fill(&sample);
    sample_fill(&again);
    sample_fold(&sample, 1);
    check_together(&sample);
    check_balance(&sample, NULL, 6);
    check_balance(&sample, "article", 10);
    check_balance(&sample, "forum", 8);
    check_balance(&sample, "product", 6);
    sample_fold(&again, 1);
    assert_memory_equal(sample.folds, again.folds, sizeof sample.folds);
    sample_fold(&again, 2);
    check_together(&again);
    for (size_t i = 0; i < PAGES; i++)
        moved += sample.folds[i] != again.folds[i];
    assert_true(moved > PAGES / 4);
}

static void test_folds_of_little(void **state) {
    (void)state;
    struct dc_gold pages[3] = {
        {.id = "a"}, {.id = "b"}, {.id = "c", .url = "http://x.org"}};
    struct dc_corpus corpus = {.pages = pages, .page_count = 3};
    unsigned folds[3] = {9, 9, 9};
    unsigned *const all[] = {folds};
    assert_true(dc_folds(&corpus, 1, 3, 1, all));
    assert_int_equal((1u << folds[0]) | (1u << folds[1]) | (1u << folds[2]), 7);
    assert_true(dc_folds(&corpus, 1, 1, 1, all));
    assert_int_equal(folds[0] + folds[1] + folds[2], 0);
    assert_true(dc_folds(&corpus, 0, 5, 1, all));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain), cmocka_unit_test(test_domain_cut),
        cmocka_unit_test(test_folds), cmocka_unit_test(test_folds_of_little)};
    return cmocka_run_group_tests_name("folds", tests, NULL, NULL);
}
