#!/bin/sh
# --model: the default model from its file, damaged files, none.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
model=$DATA/../models/default.model
"$DECLUTTER" --format=blocks "$page" >blocks

run "$DECLUTTER" --model="$model" --format=blocks "$page"
expect_status 0
expect_no_err
expect_same blocks out

expect_refused() {
    run "$DECLUTTER" --model="$1" -o saved "$page"
    expect_status 2
    expect_no_out
    expect_complaint "declutter: $1: "
    [ ! -e saved ] || fail "output was opened"
}
mkdir folder
: >empty
echo "not a model" >text
head -c -1 "$model" >short
head -c $(($(wc -c <"$model") / 3)) "$model" >shorter
{ cat "$model"; echo; } >longer
# Another byte in the middle.
middle=$(($(wc -c <"$model") / 2))
byte=$(tail -c +$((middle + 1)) "$model" | head -c 1)
{
    head -c $middle "$model"
    if [ "$byte" = 1 ]; then printf 2; else printf 1; fi
    tail -c +$((middle + 2)) "$model"
} >flipped
! cmp -s "$model" flipped || fail "the flipped model is not flipped"
for file in missing folder empty text short shorter longer flipped; do
    expect_refused $file
done
