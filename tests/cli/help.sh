#!/bin/sh
# --help and --version: on standard output, and checked like any output.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

run "$DECLUTTER" --help
expect_status 0
expect_no_err
[ "$(head -n 1 out)" = "Usage: declutter [OPTION]... [FILE]..." ] ||
    fail "help begins with $(head -n 1 out)"
for option in format keep model bias precision recall links no-links images \
    no-images front-matter encoding url output jobs max-bytes timeout \
    no-sandbox quiet help version; do
    expect_text "--$option"
done
mv out help

run "$DECLUTTER" -h
expect_status 0
expect_same help out

run "$DECLUTTER" --version
expect_status 0
expect_no_err
head -n 1 out | grep -Eqx 'declutter [0-9]+\.[0-9]+\.[0-9]+' ||
    fail "version is $(head -n 1 out)"
expect_text "built-in labels: content, navigation, promo, cookie"
sed -n 3p out | grep -q '^sandbox: [A-Zns]' || fail "no word of the sandbox"
[ "$(wc -l <out)" -eq 3 ] || fail "version has more than three lines"

for option in --help --version; do
    status=0
    "$DECLUTTER" $option >/dev/full 2>err || status=$?
    expect_status 1
    expect_err <<END
declutter: standard output: No space left on device
END
done
