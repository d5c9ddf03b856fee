#!/bin/sh
# Input that is no page: no output, no failure, or a clear message.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
expect_utf8() {
    iconv -f UTF-8 -t UTF-8 <out >/dev/null || fail "output is not UTF-8"
}

: >empty.html
run "$DECLUTTER" empty.html
expect_status 0
expect_no_out
run "$DECLUTTER" </dev/null
expect_status 0
expect_no_out
run "$DECLUTTER" --format=blocks empty.html
expect_status 0
expect_no_out
printf ' \n\t ' >blank.html
run "$DECLUTTER" blank.html
expect_status 0
expect_no_out

# Binary data, with NUL bytes, invalid UTF-8 and by chance some markup.
for format in text markdown html blocks json; do
    run "$DECLUTTER" --format=$format "$DECLUTTER"
    expect_status 0
    expect_utf8
done
python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 99)' >all
run "$DECLUTTER" --format=json all
expect_status 0
expect_utf8
python3 -c 'import json; json.load(open("out", encoding="utf-8"))'

# Cut short: half a page is no page.
python3 -c 'import random; random.seed(1)
print("<p>" + " ".join(str(random.random()) for i in range(9999)))' |
    gzip -c >whole.gz
run "$DECLUTTER" whole.gz
expect_status 0
head -c 20000 whole.gz >cut.gz
run "$DECLUTTER" cut.gz "$page"
expect_status 1
expect_complaint "declutter: cut.gz: "
"$DECLUTTER" "$page" >text
expect_same text out

# However short it is cut: a name that says gzip and two bytes are not much.
for bytes in 3 10 12 100; do
    head -c $bytes whole.gz >cut.gz
    run "$DECLUTTER" cut.gz
    expect_status 1
    expect_no_out
    expect_complaint "declutter: cut.gz: "
    run "$DECLUTTER" <cut.gz
    expect_status 1
    expect_no_out
done

# Damaged in the middle: its checksum tells.
{ head -c 20000 whole.gz; printf XXXX; tail -c +20005 whole.gz; } >bad.gz
run "$DECLUTTER" bad.gz
expect_status 1
expect_no_out
expect_complaint "declutter: bad.gz: "
