#!/bin/sh
# One page, five ways in: the same bytes out.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
run "$DECLUTTER" "$page"
expect_status 0
expect_no_err
expect_text "For nine years the last boat out of Skerry Point"
expect_text "Winter crossings will be decided in October"
expect_no_text "We use cookies to count our readers"
expect_no_text "Dredger stuck in the channel"
mv out text

run "$DECLUTTER" <"$page"
expect_status 0
expect_same text out

run "$DECLUTTER" - <"$page"
expect_status 0
expect_same text out

gzip -c "$page" >page.html.gz
run "$DECLUTTER" page.html.gz
expect_status 0
expect_same text out

# What is gzip is told by its bytes, not by its name.
mv page.html.gz plain
run "$DECLUTTER" <plain
expect_status 0
expect_same text out

# A pipe: its length is not known, and it cannot be read twice.
# shellcheck disable=SC2002
cat "$page" | "$DECLUTTER" >out
expect_same text out

cp "$page" ./-dashes
run "$DECLUTTER" -- -dashes
expect_status 0
expect_same text out
