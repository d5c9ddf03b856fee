#!/bin/sh
# Where output goes, and what happens when it cannot.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
"$DECLUTTER" "$page" >text
cp "$page" page.html

run "$DECLUTTER" -o saved page.html
expect_status 0
expect_no_out
expect_no_err
expect_same text saved
run "$DECLUTTER" --output=- page.html
expect_status 0
expect_same text out

# The output must not wipe out an input before it is read.
ln page.html link.html
for name in page.html link.html; do
    run "$DECLUTTER" -o "$name" page.html
    expect_status 2
    expect_complaint "declutter: $name: "
    run "$DECLUTTER" -o "$name" <page.html
    expect_status 2
    expect_same "$page" page.html
done

run "$DECLUTTER" -o missing/saved page.html
expect_status 1
expect_err <<END
declutter: missing/saved: No such file or directory
END

run "$DECLUTTER" -o /dev/full page.html
expect_status 1
expect_err <<END
declutter: /dev/full: No space left on device
END

status=0
"$DECLUTTER" page.html >/dev/full 2>err || status=$?
expect_status 1
expect_err <<END
declutter: standard output: No space left on device
END

status=0
"$DECLUTTER" page.html >&- 2>err || status=$?
expect_status 1
expect_err <<END
declutter: standard output: Bad file descriptor
END

# With nothing to print, a closed standard output is no obstacle.
status=0
"$DECLUTTER" /dev/null >&- 2>err || status=$?
expect_status 0
expect_no_err

# Messages must not end up in a file that got number 2.
status=0
"$DECLUTTER" -o saved missing.html page.html 2>&- || status=$?
[ "$status" -eq 1 ] || fail "exit status $status"
expect_same text saved
