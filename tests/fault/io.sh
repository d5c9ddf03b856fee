#!/bin/sh
# io.sh DECLUTTER DATA: the filter on disks, pipes and a memory that fail.
#
# In: the filter linked with system.c, and the data folder.  Out: what went
# wrong; exit 1 at the first of it.  Whatever fails, the filter says so once,
# by the name of what failed, does what else can be done, ends with status 1,
# and has written whole pages, or, where the output fails, as much of the right
# output as the disk took.
set -eu
CLI=$(cd "$(dirname "$0")/../cli" && pwd)
DECLUTTER=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
DATA=$(cd "$2" && pwd)
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch"

cp "$DATA/harbour.html" a.html
cp "$DATA/manual.html" b.html
cp "$DATA/recipe.html" c.html
gzip -c b.html >b.gz
formats="text json blocks markdown html"

# fault "CALL ERROR" FILE AFTER COMMAND...
fault() {
    FAULT=$1 FAULT_FILE=$2 FAULT_AFTER=$3
    export FAULT FAULT_FILE FAULT_AFTER
    shift 3
    command_line="$FAULT in $FAULT_FILE after $FAULT_AFTER: $*"
    status=0
    timeout 20 "$@" >out 2>err || status=$?
    unset FAULT FAULT_FILE FAULT_AFTER
}

expect_message() {
    echo "declutter: $1" | expect_err
}

# Inputs that cannot be opened or read to their end.
check_inputs() {
    "$DECLUTTER" "$@" a.html c.html >others
    for after in 0 1 1000; do
        fault "read EIO" b.html $after "$DECLUTTER" "$@" a.html b.html c.html
        expect_status 1
        expect_message "b.html: Input/output error"
        expect_same others out
    done
    fault "open EMFILE" b.html 0 "$DECLUTTER" "$@" a.html b.html c.html
    expect_status 1
    expect_message "b.html: Too many open files"
    expect_same others out
    fault "read EIO" 0 500 "$DECLUTTER" "$@" a.html - c.html <b.html
    expect_status 1
    expect_message "standard input: Input/output error"
    expect_same others out
    fault "read EIO" b.gz 100 "$DECLUTTER" "$@" a.html b.gz c.html
    expect_status 1
    expect_message "b.gz: Input/output error"
    expect_same others out
}

# What is no failure at all.
check_patience() {
    for call in "read EINTR" "read short" "open EINTR" "close EIO"; do
        for input in b.html b.gz; do
            fault "$call" $input 0 "$DECLUTTER" "$@" a.html $input c.html
            expect_status 0
            expect_no_err
            expect_same whole out
        done
    done
    for call in "write EINTR" "write short"; do
        fault "$call" 1 0 "$DECLUTTER" "$@" a.html b.html c.html
        expect_status 0
        expect_no_err
        expect_same whole out
    done
    fault "open EINTR" saved 0 "$DECLUTTER" "$@" -o saved a.html b.html c.html
    expect_status 0
    expect_same whole saved
}

# expect_beginning COUNT FILE: FILE is that many bytes of the right output.
expect_beginning() {
    head -c "$1" whole >wanted
    expect_same wanted "$2"
}

# Disks that fill up, at the first byte, within a page, at the last byte.
check_outputs() {
    size=$(wc -c <whole)
    for after in 0 1 100 $((size / 2)) $((size - 1)); do
        fault "write ENOSPC" 1 "$after" "$DECLUTTER" "$@" a.html b.html c.html
        expect_status 1
        expect_message "standard output: No space left on device"
        expect_beginning "$after" out
        : >saved
        fault "write EDQUOT" saved "$after" \
            "$DECLUTTER" "$@" -o saved a.html b.html c.html
        expect_status 1
        expect_no_out
        expect_message "saved: Disk quota exceeded"
        expect_beginning "$after" saved
        # A reader that is gone wants no message.
        fault "write EPIPE" 1 "$after" "$DECLUTTER" "$@" a.html b.html c.html
        expect_status 1
        expect_no_err
        expect_beginning "$after" out
    done
    # An output that fails is all there is to say of the inputs behind.
    fault "write ENOSPC" 1 0 "$DECLUTTER" "$@" a.html missing.html
    expect_status 1
    expect_message "standard output: No space left on device"
    for output in /dev/full /dev/stdout; do
        fault none none 0 sh -c \
            '"$0" "$@" >/dev/full' "$DECLUTTER" "$@" -o $output a.html b.html
        expect_status 1
        [ "$(wc -l <err)" -eq 1 ] || fail "$command_line: said $(cat err)"
        grep -q "^declutter: $output: No space left on device$" err ||
            fail "$command_line: said $(cat err)"
    done
}

# What shows when the output is closed.
check_closing() {
    fault "close EIO" 1 0 "$DECLUTTER" "$@" a.html b.html c.html
    expect_status 1
    expect_message "standard output: Input/output error"
    expect_same whole out
    : >saved
    fault "close ENOSPC" saved 0 "$DECLUTTER" "$@" -o saved \
        a.html b.html c.html
    expect_status 1
    expect_message "saved: No space left on device"
    expect_same whole saved
    fault "close EIO" 1 0 "$DECLUTTER" "$@" a.html missing.html
    expect_status 1
    [ "$(wc -l <err)" -eq 2 ] || fail "$command_line: said $(cat err)"
}

for format in $formats; do
    "$DECLUTTER" -f "$format" a.html b.html c.html >whole
    for jobs in 1 3; do
        check_inputs -f "$format" -j $jobs
        check_patience -f "$format" -j $jobs
        check_outputs -f "$format" -j $jobs
        check_closing -f "$format" -j $jobs
    done
done

for option in --help --version; do
    fault "write ENOSPC" 1 10 "$DECLUTTER" $option
    expect_status 1
    expect_message "standard output: No space left on device"
done

# -- Memory ------------------------------------------------------------------

echo '<h1>Boats</h1><p>One boat leaves in the morning.' >a.html
printf '<meta charset=latin1><p>Caf\351 at the harbour, open all night.' >b.html
echo '<p>The board voted seven to two for a boat.' >c.html
"$DECLUTTER" -q -f json a.html b.html c.html >whole

# Each page is there as a whole, or is said to be missing.
check_memory() {
    status=0
    command_line="allocation $1"
    FAULT_MEMORY=$1 timeout 20 "$DECLUTTER" -q -f json a.html b.html c.html \
        >out 2>err || status=$?
    ! grep -vxFf whole out || fail "$command_line: a line that is not whole"
    ! grep -vE '^declutter: ([abc].html: )?out of memory$' err ||
        fail "$command_line: said that"
    if grep -qx 'declutter: out of memory' err; then
        expect_no_out
    else
        lines=$(cat out err | wc -l)
        [ "$lines" -eq 3 ] || fail "$command_line: $lines pages of 3"
    fi
    if [ -s err ]; then expect_status 1; else expect_status 0; fi
}

number=1
while check_memory "$number" && check_memory "$number+" && [ -s err ]; do
    number=$((number + 1 + number / 20))
done
[ "$number" -gt 50 ] || fail "only $number allocations"
