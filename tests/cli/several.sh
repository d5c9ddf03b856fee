#!/bin/sh
# Several files: in order, an empty line between, one failure fails no other.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
"$DECLUTTER" "$page" >text
: >empty.html
mkdir folder

{ cat text; echo; cat text; } >twice
cp "$page" page.html
run "$DECLUTTER" "$page" empty.html - <page.html
expect_status 0
expect_same twice out

run "$DECLUTTER" "$page" missing.html "$page"
expect_status 1
expect_same twice out
expect_complaint "declutter: missing.html: "

run "$DECLUTTER" folder "$page"
expect_status 1
expect_same text out
expect_complaint "declutter: folder: "

run "$DECLUTTER" missing.html
expect_status 1
expect_no_out

"$DECLUTTER" --format=json "$page" >json
cat json json >twice
run "$DECLUTTER" --format=json "$page" missing.html "$page"
expect_status 1
expect_same twice out

# Quiet is about warnings, not about errors.
run "$DECLUTTER" --quiet missing.html
expect_status 1
expect_complaint "declutter: missing.html: "

run "$DECLUTTER" <folder
expect_status 1
expect_complaint "declutter: standard input: "
