#!/bin/sh
# A limit that struck: flattened, no word lost, a warning in JSON and on
# standard error, exit status 1.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

keep=--keep=content,navigation,promo,cookie

# nested COUNT OPEN: an article around COUNT elements, one inside the other.
nested() {
    python3 - "$@" <<'END'
import sys
count, start = int(sys.argv[1]), sys.argv[2]
print("<title>Deep</title><p>Before it all.", end="")
for level in range(count):
    print(start + "level %d" % level, end="")
print("<p>Bottom.")
END
}

# expect_all COUNT: every level is there.
expect_all() {
    grep -o 'level [0-9]*' out | sort -u | wc -l >count
    [ "$(cat count)" -eq "$1" ] || fail "$command_line: $(cat count) levels"
    expect_text "Bottom."
}

# expect_struck WARNING FILE COUNT: by every way out.
expect_struck() {
    for format in text markdown html json; do
        for jobs in 1 3; do
            run "$DECLUTTER" $keep -j$jobs -f $format "$2" "$2"
            expect_status 1
            printf 'declutter: %s: warning: %s\n' "$2" "$1" "$2" "$1" >wanted
            expect_same wanted err
            expect_all "$3"
            run "$DECLUTTER" $keep -q -j$jobs -f $format "$2"
            expect_status 1
            expect_no_err
        done
    done
    expect_text "\"warnings\":[\"$1\"]"
}

nested 600 '<div>' >deep.html
expect_struck "elements nested deeper than 512 were made siblings" deep.html 600
run "$DECLUTTER" $keep -f blocks deep.html
expect_status 1
expect_all 600
nested 500 '<div>' >less.html
for format in text json; do
    run "$DECLUTTER" $keep -f $format less.html
    expect_status 0
    expect_no_err
    expect_all 500
done
expect_text '"warnings":[]'

flattened="lists, quotations or tables nested deeper than 20 were flattened"
nested 30 '<ul><li>' >lists.html
expect_struck "$flattened" lists.html 30
nested 30 '<blockquote>' >quotes.html
expect_struck "$flattened" quotes.html 30
# Blocks have no lists around them.
run "$DECLUTTER" $keep -f blocks lists.html
expect_status 0
expect_no_err
nested 20 '<ul><li>' >lists.html
run "$DECLUTTER" $keep -f json lists.html
expect_status 0
expect_no_err
# Nor does what is not printed.
nested 30 '<ul><li>' >menus.html
run "$DECLUTTER" --keep=cookie menus.html
expect_status 0
expect_no_err

# Metadata: too many of something, told where they are asked for.
# tagged TAGS AUTHORS OBJECTS: a page with so many of each.
tagged() {
    python3 - "$@" <<'END'
import json
import sys
tags, authors, objects = map(int, sys.argv[1:])
ld = [{"@type": "Thing", "name": "Thing %d" % i} for i in range(objects)]
print("<title>Many</title>")
print("<meta name=keywords content='%s'>" %
      ",".join("tag %d" % i for i in range(tags)))
for i in range(authors):
    print("<meta name=author content='Ann %s Lee'>" % ("x" * (i + 1)))
print("<script type=application/ld+json>%s</script>" % json.dumps(ld))
print("<p>The text itself is short.")
END
}

cut="only the first authors, tags or JSON-LD objects of many were read"
for counts in "257 0 0" "0 65 0" "0 0 257"; do
    # shellcheck disable=SC2086 # three numbers
    tagged $counts >many.html
    run "$DECLUTTER" $keep -f json many.html
    expect_status 1
    expect_complaint "declutter: many.html: warning: "
    expect_text "\"warnings\":[\"$cut\"]"
    run "$DECLUTTER" $keep many.html
    expect_status 0
    expect_no_err
done
tagged 256 64 256 >many.html
run "$DECLUTTER" $keep -f json many.html
expect_status 0
expect_no_err
expect_text '"tag 255"'

# A warning that is none of a limit is no failure.
printf '<p>Caf\351 \200' >western.html
run "$DECLUTTER" -e UTF-8 western.html
expect_status 0
expect_complaint "declutter: western.html: warning: "
run "$DECLUTTER" $keep -q deep.html western.html "$DATA/harbour.html"
expect_status 1
expect_text "For nine years the last boat out of Skerry Point"
