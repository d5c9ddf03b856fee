#!/bin/sh
# Pages made to exhaust: refused by size, or done in time and memory in
# proportion to it.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html

# 100 MB of one tag: over the default limit, whatever else is on the line.
yes '<div>' | head -c 100000000 >divs.html
run "$DECLUTTER" divs.html
expect_status 1
expect_no_out
expect_complaint "declutter: divs.html: larger than "
run "$DECLUTTER" divs.html "$page"
expect_status 1
expect_complaint "declutter: divs.html: larger than "
expect_text "For nine years the last boat"
run "$DECLUTTER" <divs.html
expect_status 1
expect_no_out

# The same as gzip is small, and no less large.
gzip -1 -c divs.html >divs.gz
run "$DECLUTTER" divs.gz
expect_status 1
expect_no_out
expect_complaint "declutter: divs.gz: larger than "
rm divs.gz

# measure FILE: prints milliseconds and kilobytes used by the filter.
measure() {
    python3 - "$DECLUTTER" "$1" <<'PYTHON'
import resource, subprocess, sys
program, path = sys.argv[1:]
with open("out", "wb") as out:
    status = subprocess.run([program, "--max-bytes=200M", path], stdout=out,
                            stderr=subprocess.PIPE)
# Depth is a limit, and worth no more than a warning.
for line in status.stderr.splitlines():
    assert b"warning: elements nested deeper" in line, line
assert status.returncode == bool(status.stderr), status
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(int((used.ru_utime + used.ru_stime) * 1000), used.ru_maxrss)
PYTHON
}
# expect_proportion FILE: four times the bytes may take ten times as long and
# five times the memory (beside what any run takes), and no byte more than
# 100 of memory (beside what a sanitizer holds back of what was freed).
expect_proportion() {
    small=$(($(wc -c <"$1") / 4))
    head -c "$small" "$1" >small.html
    measure small.html >first || fail "small.html of $1 failed"
    measure "$1" >second || fail "$1 failed"
    read -r small_time small_memory <first
    read -r time memory <second
    echo "$1: $small_time ms, $small_memory kB; $time ms, $memory kB"
    [ "$time" -le $((small_time * 10 + 1000)) ] ||
        fail "$1: $time ms, a quarter of it $small_time ms"
    [ "$memory" -le $((small_memory * 5 + 20000)) ] ||
        fail "$1: $memory kB, a quarter of it $small_memory kB"
    [ "$memory" -le $((small * 4 / 10 + 500000)) ] ||
        fail "$1: $memory kB"
}

head -c 12000000 divs.html >tags.html
expect_proportion tags.html
yes '<b><div></b><x>' | head -c 3000000 >crossed.html
expect_proportion crossed.html
yes '<p>a' | head -c 200000 >blocks.html
expect_proportion blocks.html
yes 'word' | head -c 8000000 >words.html
expect_proportion words.html
yes '<a href="x" class="y' | head -c 8000000 >quotes.html
expect_proportion quotes.html
