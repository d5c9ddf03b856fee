#!/bin/sh
# retrain.sh TRAIN DECLUTTER DATA: the project's own corpus is enough to train
# a working model.  Two runs with the same seed must give the same bytes, and
# the filter, with that model in the place of the built-in one, must find the
# article of a page whose text is known, and leave out what surrounds it.
set -eu
train=$1 declutter=$2 data=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "retrain: $*" >&2
    exit 1
}

# Part of the pages: the sanitized build runs this too.
mkdir "$scratch/pages"
cp "$data"/news-*.html "$data"/brief-*.html "$data"/harbour.html \
    "$data"/forum.html "$data"/short-en-*.html "$data"/short-de-*.html \
    "$scratch/pages"
"$train" --quiet --seed=7 "$scratch/pages" -o "$scratch/one" || fail "training failed"
"$train" --quiet --seed=7 "$scratch/pages" -o "$scratch/two" || fail "second run failed"
[ -s "$scratch/one" ] || fail "the model is empty"
cmp "$scratch/one" "$scratch/two" || fail "two runs gave two models"

"$declutter" --model="$scratch/one" "$data/harbour.html" >"$scratch/text" ||
    fail "the filter does not take the model"
while read -r line; do
    grep -qF "$line" "$scratch/text" || fail "missing: $line"
done <<'CONTENT'
Skerry Point gets its evening ferry back
For nine years the last boat out of Skerry Point has left at twenty to six.
The harbour board voted seven to two on Tuesday night
A single ticket will cost four pounds, the same as by day.
"My kitchen closes at five because my guests have a boat to catch,"
Winter crossings will be decided in October
CONTENT
while read -r line; do
    grep -qF "$line" "$scratch/text" && fail "not left out: $line"
done <<'CLUTTER' || true
Letters
Dredger stuck in the channel for a third day
Get the Lantern in your inbox every Friday.
We use cookies to count our readers.
CLUTTER
