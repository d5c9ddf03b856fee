#!/bin/sh
# A reader that goes away ends the filter quietly.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

# More output than a pipe holds.
files=
i=0
while [ $i -lt 400 ]; do
    files="$files page.html"
    i=$((i + 1))
done
cp "$DATA/harbour.html" page.html

filter() {
    status=0
    # shellcheck disable=SC2086
    "$DECLUTTER" --format=json $files 2>err || status=$?
    echo "$status" >status
}

command_line="declutter | head"
filter | head -c 1 >out
[ "$(cat out)" = "{" ] || fail "head read $(cat out)"
expect_no_err
# Killed by the signal, unless this test itself is run with it ignored.
case $(cat status) in
141 | 1) ;;
*) fail "exit status $(cat status)" ;;
esac

command_line="declutter | head, SIGPIPE ignored"
(
    trap '' PIPE
    filter
) | head -c 1 >out
expect_no_err
status=$(cat status)
expect_status 1
