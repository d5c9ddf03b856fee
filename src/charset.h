/* charset.h: what a page's bytes say about its charset. */
#ifndef DC_CHARSET_H
#define DC_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

/* The iconv charset behind a label ("latin1" is WINDOWS-1252); NULL when it
 * is none that web pages use.  White space around it is ignored. */
const char *dc_charset_find(const char *label, size_t length);

/* The charset a page declares in <meta> or, failing that, in an XML
 * declaration; NULL when it declares none that is known. */
const char *dc_charset_declared(const char *html, size_t length);

/* A charset near enough to be taken for this one, or NULL. */
const char *dc_charset_sibling(const char *charset);

/* What a detector meant by `charset`, seen what bytes the text holds. */
const char *dc_charset_correct(const char *charset, const char *sample,
                               size_t length);

/* UTF-16LE or UTF-16BE when the bytes are that without a mark, or NULL. */
const char *dc_charset_utf16(const char *bytes, size_t length);

/* Do the bytes, all ASCII, shift to Japanese with escapes? */
bool dc_charset_is_iso_2022_jp(const char *bytes, size_t length);

/* Copies pieces of text that hold non-ASCII bytes, a newline behind each, to
 * `sample` of `room` bytes; returns the bytes written.  A guess from these is
 * faster and better than one from the page, whose mark-up is English. */
size_t dc_charset_sample(const char *html, size_t length, char *sample,
                         size_t room);

/* How little valid UTF-8 looks like text that was decoded from the right
 * charset: 0 flawless; above DC_CHARSET_DOUBTFUL another reading should be
 * tried.  U+FFFD in it stands for bytes that could not be decoded. */
#define DC_CHARSET_DOUBTFUL 0.15
double dc_charset_doubt(const char *text, size_t length);

#endif
