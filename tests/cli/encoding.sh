#!/bin/sh
# Charsets: told, found, and unknown.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
"$DECLUTTER" "$page" >text

# A byte order mark wins over the <meta> of the page.
for order in LE BE; do
    { printf '\357\273\277'; cat "$page"; } |
        iconv -f UTF-8 -t UTF-16$order >utf16.html
    run "$DECLUTTER" utf16.html
    expect_status 0
    expect_same text out
done

expect_title() {
    PYTHONUTF8=1 python3 -c 'import json, sys
title = json.load(open("out", encoding="utf-8"))["title"]
sys.exit(title != sys.argv[1] and "title is " + ascii(title))' "$1"
}

# A short title in KOI8-R, which nothing in the page tells.
printf '<title>\360\322\311\323\324\301\316\330</title><p>x' >koi8.html
run "$DECLUTTER" --format=json --encoding=KOI8-R koi8.html
expect_status 0
expect_no_err
expect_title "Пристань"
expect_text '"charset":"KOI8-R"'

printf '<title>Caf\351 \200</title><p>x' >western.html
run "$DECLUTTER" --format=json -e windows-1252 western.html
expect_status 0
expect_title "Café €"

run "$DECLUTTER" --encoding=no-such-charset -o saved "$page"
expect_usage_error
[ ! -e saved ] || fail "output was opened"

# Bytes that are none of the charset: replaced, with a warning.
run "$DECLUTTER" --encoding=UTF-8 western.html
expect_status 0
expect_complaint "declutter: western.html: warning: "
run "$DECLUTTER" --encoding=UTF-8 --quiet western.html
expect_status 0
expect_no_err
