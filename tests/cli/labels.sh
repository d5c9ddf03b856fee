#!/bin/sh
# --keep prints the blocks of the labels named, --bias moves the line.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html
"$DECLUTTER" --format=blocks "$page" >blocks

expect_blocks() {
    python3 - "$@" <<'END' >wanted
import json, sys
for line in open("blocks", encoding="utf-8"):
    block = json.loads(line)
    if block["label"] in sys.argv[1:]:
        sys.stdout.buffer.write((block["text"] + "\n").encode())
END
    sed -e '/^$/d' -e 's/^ *- //' out >lines
    expect_same wanted lines
}

run "$DECLUTTER" --keep=cookie,promo "$page"
expect_status 0
expect_blocks cookie promo
expect_text "We use cookies to count our readers."
expect_text "Dredger stuck in the channel"
expect_no_text "For nine years the last boat"

run "$DECLUTTER" -k content "$page"
expect_status 0
expect_blocks content
run "$DECLUTTER" -k promo,content,promo "$page"
expect_status 0
expect_blocks content promo
run "$DECLUTTER" -k navigation "$page"
expect_status 0
expect_blocks navigation
expect_text "Town Harbour Sport Letters"

words() {
    "$DECLUTTER" "$@" "$page" | wc -w
}
low=$(words --bias=-40)
middle=$(words)
high=$(words --bias=40)
if [ "$low" -ge "$middle" ] || [ "$middle" -ge "$high" ]; then
    fail "bias -40, 0, 40 print $low, $middle, $high words"
fi

"$DECLUTTER" --precision --format=blocks "$page" >preset
run "$DECLUTTER" --bias=-1 --format=blocks "$page"
expect_same preset out
"$DECLUTTER" --recall --format=blocks "$page" >preset
run "$DECLUTTER" --bias=1 --format=blocks "$page"
expect_same preset out
! cmp -s preset blocks || fail "--recall changes nothing"
