#!/bin/sh
# run.sh: runs every test of the command line.
#
# In: the path of the filter and of the data folder.  Out: the failing tests
# with what they said, then a count; exit 1 if one failed.  Each test is a
# script of its own, run in an empty folder of its own, and says what went
# wrong by ending with a status other than 0.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: run.sh DECLUTTER DATA" >&2
    exit 2
fi
CLI=$(cd "$(dirname "$0")" && pwd)
DECLUTTER=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
DATA=$(cd "$2" && pwd)
LC_ALL=C
export CLI DECLUTTER DATA LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# A test takes seconds, with sanitizers on a busy machine minutes.
longest=400

passed=0
failed=0
for test in "$CLI"/*.sh; do
    name=$(basename "$test" .sh)
    [ "$name" = run ] && continue
    mkdir "$scratch/$name"
    status=0
    (cd "$scratch/$name" && exec timeout $longest sh -eu "$test") \
        >"$scratch/log" 2>&1 </dev/null || status=$?
    if [ $status -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
        [ $status -ne 124 ] || echo "    not done after $longest seconds"
        sed 's/^/    /' "$scratch/log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
