#!/bin/sh
# --max-bytes: counted after decompression; the limit itself is allowed.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
bytes=$(wc -c <"$page" | tr -d ' ')
gzip -c "$page" >page.gz

for file in "$page" page.gz; do
    run "$DECLUTTER" --max-bytes="$bytes" "$file"
    expect_status 0
    run "$DECLUTTER" --max-bytes=$((bytes - 1)) "$file"
    expect_status 1
    expect_no_out
    expect_complaint "declutter: $file: "
done

head -c 3000000 /dev/zero | gzip -c >bomb.gz
run "$DECLUTTER" --max-bytes=2M bomb.gz "$page"
expect_status 1
expect_complaint "declutter: bomb.gz: "
expect_text "For nine years the last boat"
run "$DECLUTTER" --max-bytes=3M bomb.gz
expect_status 0
