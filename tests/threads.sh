#!/bin/sh
# threads.sh DECLUTTER PAGE.html...: the filter on four threads prints what it
# prints on one, byte for byte, in every format.  Built with the thread
# sanitizer, it also ends with an error when two threads touch the same memory.
# Without the sandbox: behind it, the sanitizer cannot run what names the
# functions of a report.
set -eu
declutter=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for format in text blocks json markdown html; do
    "$declutter" --no-sandbox -j1 --format=$format "$@" >"$scratch/one"
    "$declutter" --no-sandbox -j4 --format=$format "$@" >"$scratch/four"
    [ -s "$scratch/one" ]
    cmp "$scratch/one" "$scratch/four"
done
