#!/bin/sh
# instruments.sh STAGES MONSTERS DATA: the programs that measure speed say what
# they do, refuse what they do not know, and their tables and plots hold
# together.  How fast anything is, is not asked here.
set -eu
stages=$1 monsters=$2 data=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "instruments: $*" >&2
    exit 1
}

# expect STATUS COMMAND...
expect() {
    wanted=$1
    shift
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = "$wanted" ] || {
        cat "$scratch/err" >&2
        fail "$* ended with $status, not $wanted"
    }
}

for program in "$stages" "$monsters"; do
    expect 0 "$program" --help
    grep -q '^usage: declutter-' "$scratch/out" || fail "no usage in --help"
    expect 0 "$program" --version
    expect 2 "$program" --no-such-option
    [ -s "$scratch/err" ] || fail "no message about a wrong option"
done
expect 2 "$stages"
expect 2 "$stages" --repeat=0 "$data/harbour.html"
expect 2 "$stages" --format=pdf "$data/harbour.html"
expect 1 "$stages" "$scratch/missing.html"
grep -q 'missing.html: ' "$scratch/err" || fail "the missing page has no name"
expect 2 "$monsters" --kind=polite
expect 2 "$monsters" --max-bytes=many
expect 2 "$monsters" page.html
expect 1 "$monsters" --max-bytes=0 --tsv="$scratch/no/such.tsv"

# The shares are of the whole, and every stage has its line.
expect 0 "$stages" --repeat=1 "$data"/*.html
awk '$1 ~ /^(read|decode|cut|parse|segment|layout|featurize|lexicon|classify|render|rest)$/ {
         stages++; sum += $2
     }
     $1 == "total" && NF == 5 { total = $2 }
     END { exit !(stages == 11 && sum > 99 && sum < 101 && total == 100) }' \
    "$scratch/out" || {
    cat "$scratch/out" >&2
    fail "the shares do not add up"
}
expect 0 "$stages" --count "$data/harbour.html"
[ ! -s "$scratch/out" ] || fail "--count prints something"

# A sanitizer needs more addresses than any limit allows.
expect 0 "$monsters" --memory=0 --max-bytes=1000000 --kind=text \
    --tsv="$scratch/table.tsv" --svg="$scratch/plot.svg"
awk -F '\t' 'NR == 2 && $1 == "text" && $2 == 1000000 && $3 > 0 && $6 > 1 {
                 found = 1
             }
             END { exit !(found && NR == 2) }' "$scratch/table.tsv" ||
    fail "the table is not of one page of text"
python3 - "$scratch/plot.svg" <<'PYTHON' || fail "the plot is damaged"
import sys
import xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
points = root.findall("{http://www.w3.org/2000/svg}circle")
sys.exit(len(points) != 1)
PYTHON

# A page that takes too long is given up, and said to be.
expect 0 "$monsters" --memory=0 --max-bytes=30000000 --seconds=1 --kind=blocks
grep -q 'stopped: more than 1 seconds' "$scratch/out" ||
    fail "no page of 30 MB took a second"
