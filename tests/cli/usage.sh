#!/bin/sh
# Usage errors: a message, the way to the help, status 2, no output.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html

run "$DECLUTTER" --formaat=text "$page"
expect_usage_error
run "$DECLUTTER" -x "$page"
expect_usage_error
run "$DECLUTTER" --quiet=yes "$page"
expect_usage_error
run "$DECLUTTER" --links=yes "$page"
expect_usage_error
run "$DECLUTTER" "$page" --format
expect_usage_error

run "$DECLUTTER" --format=yaml "$page"
expect_usage_error
expect_err <<END
declutter: unknown format 'yaml' (text, markdown, html, json or blocks)
Try 'declutter --help' for more information.
END

run "$DECLUTTER" --keep=content,adverts "$page"
expect_usage_error
expect_err <<END
declutter: unknown label 'adverts'
declutter: labels of the model: content, navigation, promo, cookie
Try 'declutter --help' for more information.
END
for keep in '' ',' 'content,' Content 'content, promo' conten contentx; do
    run "$DECLUTTER" --keep="$keep" "$page"
    expect_usage_error
done

for bias in '' x 1x 1,5 ' 1' 0x10 nan inf -inf 1e999 1e 1.2.3 --; do
    run "$DECLUTTER" --bias="$bias" "$page"
    expect_usage_error
done
for bias in 1 -1 +1 .5 -2.5e-1 0; do
    run "$DECLUTTER" -b "$bias" "$page"
    expect_status 0
done

for size in '' 0 -1 +1 K 1T 1KB 1.5M ' 1' 2G 1025M 99999999999999999999; do
    run "$DECLUTTER" --max-bytes="$size" "$page"
    expect_usage_error
done
for size in 1G 1M 64K 100000 1073741824; do
    run "$DECLUTTER" --max-bytes="$size" "$page"
    expect_status 0
done

for jobs in '' -1 +2 x 2x ' 2' 1.5 65 1000 99999999999999999999999; do
    run "$DECLUTTER" --jobs="$jobs" "$page"
    expect_usage_error
done
run "$DECLUTTER" -j65 "$page"
expect_err <<END
declutter: bad number of jobs '65': must be 0 to 64
Try 'declutter --help' for more information.
END
for jobs in 0 1 2 64 007; do
    run "$DECLUTTER" -j "$jobs" "$page"
    expect_status 0
done
