/* metadata_mend.c: JSON as pages have it -> JSON.
 *
 * In: the text of a JSON-LD script that no parser takes.  Out: the same with
 * what is wrong most often put right: line ends and control characters inside
 * strings, commas before a closing bracket, comments and CDATA marks around
 * or inside, halves of surrogate pairs, escapes that JSON does not have.  One
 * pass that only ever drops or replaces single bytes, so the output is never
 * longer; whether it is JSON now is for the parser to say.
 */
#include "metadata.h"

#include <string.h>
#include <strings.h>

/* Reads damaged JSON and writes better. */
struct mender {
    const char *at, *end;
    char *out;
    bool in_string;
};

static bool mender_sees(const struct mender *mender, const char *text) {
    size_t length = strlen(text);
    return (size_t)(mender->end - mender->at) >= length &&
           !strncasecmp(mender->at, text, length);
}

/* Skips a comment or a CDATA mark.  false: there is none. */
static bool skip_wrapper(struct mender *mender) {
    static const char *const marks[] = {"<![CDATA[", "]]>", "<!--", "-->"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (mender_sees(mender, marks[i])) {
            mender->at += strlen(marks[i]);
            return true;
        }
    bool line = mender_sees(mender, "//"), block = mender_sees(mender, "/*");
    if (!line && !block)
        return false;
    /* "//<![CDATA[" hides a mark, which must not hide the line behind it. */
    const char *stop = mender->at + 2;
    while (stop < mender->end &&
           (line ? *stop != '\n' && *stop != '<' && *stop != '{'
                 : stop[-1] != '*' || *stop != '/' || stop < mender->at + 3))
        stop++;
    mender->at = stop < mender->end && block ? stop + 1 : stop;
    return true;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Is the comma at s followed by a closing bracket, another comma or nothing? */
static bool is_idle_comma(const char *s, const char *end) {
    for (s++; s < end && is_space(*s); s++)
        ;
    return s == end || *s == '}' || *s == ']' || *s == ',';
}

static bool is_hex(const char *s) {
    for (int i = 0; i < 4; i++)
        if (!strchr("0123456789abcdefABCDEF", s[i]) || !s[i])
            return false;
    return true;
}

/* A backslash in a string: valid escapes pass; \' is what it means; halves
 * of surrogate pairs and \u0000 are dropped. */
static void mend_escape(struct mender *mender) {
    const char *s = mender->at;
    size_t left = (size_t)(mender->end - s), size = 2;
    bool good = left >= 2 && strchr("\"\\/bfnrt", s[1]) && s[1];
    if (left >= 6 && s[1] == 'u' && is_hex(s + 2)) {
        bool half = (s[2] | 32) == 'd' && s[3] >= '8';
        bool pair = half && (s[3] | 32) < 'c' && left >= 12 && s[6] == '\\' &&
                    s[7] == 'u' && (s[8] | 32) == 'd' && (s[9] | 32) >= 'c' &&
                    is_hex(s + 8);
        size = pair ? 12 : 6;
        good = (!half || pair) && memcmp(s + 2, "0000", 4) != 0;
    } else if (!good) {
        size = 1; /* the backslash alone goes */
    }
    if (good) {
        memcpy(mender->out, s, size);
        mender->out += size;
    }
    mender->at += size;
}

static void mend_string(struct mender *mender) {
    char c = *mender->at;
    if (c == '\\') {
        mend_escape(mender);
        return;
    }
    mender->in_string = c != '"';
    *mender->out++ = (unsigned char)c < 0x20 ? ' ' : c;
    mender->at++;
}

/* Raw line ends in strings become spaces; only escaped ones are meant. */
size_t dc_json_mend(const char *bytes, size_t length, char *out) {
    struct mender mender = {bytes, bytes + length, out, false};
    while (mender.at < mender.end) {
        char c = *mender.at;
        if (mender.in_string) {
            mend_string(&mender);
            continue;
        }
        if (skip_wrapper(&mender))
            continue;
        mender.in_string = c == '"';
        if (c != ';' && !(c == ',' && is_idle_comma(mender.at, mender.end)))
            *mender.out++ = c;
        mender.at++;
    }
    return (size_t)(mender.out - out);
}

/* Quotes written as &quot; throughout. */
size_t dc_json_decode_quotes(const char *bytes, size_t length, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        bool quote = length - i >= 6 && !memcmp(bytes + i, "&quot;", 6);
        out[used++] = quote ? '"' : bytes[i];
        i += quote ? 5 : 0;
    }
    return used;
}
