#!/bin/sh
# --jobs: any number of threads prints the same bytes, says the same and ends
# with the same status as one.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

# expect_same_as_one OPTION... FILE...: out, err and status, and how the first
# two mix in one file.
expect_same_as_one() {
    run "$DECLUTTER" --jobs=1 "$@"
    mv out one.out
    mv err one.err
    one_status=$status
    status=0
    "$DECLUTTER" -j1 "$@" >one.both 2>&1 || status=$?
    for jobs in 2 7 0; do
        run "$DECLUTTER" -j$jobs "$@"
        expect_status "$one_status"
        expect_same one.out out
        expect_same one.err err
        status=0
        "$DECLUTTER" -j$jobs "$@" >both 2>&1 || status=$?
        expect_same one.both both
    done
}

# The first page takes longer than many others, so that these are done before
# it; some inputs fail, some have a warning, some print nothing.
python3 -c 'for i in range(20000):
    print("<p>Paragraph %d of the long page, with words." % i)' >long.html
head -c 3000 /dev/urandom | gzip -c | head -c 2000 >damaged.gz
{ cat "$DATA/harbour.html"; printf '<p>Caf\351 \200'; } >bytes.html
: >empty.html
set -- long.html missing.html
number=0
for page in "$DATA"/*.html; do
    number=$((number + 1))
    set -- "$@" "$page"
    [ $((number % 9)) -ne 0 ] || set -- "$@" damaged.gz
    [ $((number % 10)) -ne 0 ] || set -- "$@" bytes.html empty.html
    [ $((number % 11)) -ne 0 ] || set -- "$@" "missing-$number.html"
done
[ $number -gt 50 ] || fail "only $number pages"

expect_same_as_one "$@"
[ "$one_status" -eq 1 ] || fail "exit status $one_status"
grep -q '^declutter: damaged.gz: ' one.err || fail "said $(cat one.err)"
expect_same_as_one --format=json "$@"
[ "$(wc -l <one.out)" -gt 50 ] || fail "printed too little"
expect_same_as_one --encoding=UTF-8 --quiet --format=markdown "$@"
! grep -q warning one.err || fail "not quiet"
expect_same_as_one --encoding=UTF-8 --format=blocks "$@"
grep -q '^declutter: bytes.html: warning: ' one.err || fail "no warning"

# All is well, and there are fewer pages than threads.
expect_same_as_one "$DATA/harbour.html" empty.html "$DATA/manual.html"
[ "$one_status" -eq 0 ] || fail "exit status $one_status"

"$DECLUTTER" -q -j1 "$@" >text 2>/dev/null || :
run "$DECLUTTER" -q -j7 -o saved "$@"
expect_status 1
expect_no_out
expect_same text saved

# Standard input and pipes are read once, by the first who asks; the second
# finds them empty.
pages="$DATA/harbour.html $DATA/manual.html $DATA/recipe.html"
for jobs in 1 2 7; do
    # shellcheck disable=SC2086
    run "$DECLUTTER" -j$jobs $pages - $pages - <long.html
    expect_status 0
    expect_no_err
    mv out file.$jobs
    # shellcheck disable=SC2002,SC2086
    cat long.html | "$DECLUTTER" -q -j$jobs $pages - - $pages >pipe.$jobs
    # shellcheck disable=SC2002,SC2086
    cat long.html | "$DECLUTTER" -q -j$jobs /dev/stdin $pages /dev/stdin - \
        >device.$jobs
    for way in file pipe device; do
        cmp $way.1 $way.$jobs || fail "-j$jobs: $way differs"
    done
done
for way in file pipe device; do
    [ "$(grep -c "Paragraph 19999 of" $way.1)" -eq 1 ] || fail "$way: not read"
done

# A full disk is told once, and nothing is said of pages behind it.
mkfifo pipe
for jobs in 1 2 7; do
    status=0
    "$DECLUTTER" -e UTF-8 -j$jobs bytes.html "$@" >/dev/full 2>err || status=$?
    expect_status 1
    expect_err <<END
declutter: standard output: No space left on device
END
    run "$DECLUTTER" -j$jobs missing.html -o /dev/full "$DATA/harbour.html" "$@"
    expect_status 1
    [ "$(wc -l <err)" -eq 2 ] || fail "$command_line: said $(cat err)"
    [ "$(tail -n 1 err)" = \
        "declutter: /dev/full: No space left on device" ] ||
        fail "$command_line: said $(cat err)"
    # Nobody waits for a writer of a pipe that is not wanted any more.
    status=0
    timeout 60 "$DECLUTTER" -j$jobs -o /dev/full "$DATA/harbour.html" pipe \
        2>err || status=$?
    expect_status 1
done

# A reader that goes away ends the filter quietly.
filter() {
    status=0
    "$DECLUTTER" -q -j7 --format=json "$DATA"/*.html "$DATA"/*.html 2>err ||
        status=$?
    echo "$status" >status
}
command_line="declutter -j7 | head"
filter | head -c 1 >out
[ "$(cat out)" = "{" ] || fail "head read $(cat out)"
expect_no_err
case $(cat status) in
141 | 1) ;;
*) fail "exit status $(cat status)" ;;
esac
(
    trap '' PIPE
    filter
) | head -c 1 >out
expect_no_err
status=$(cat status)
expect_status 1
