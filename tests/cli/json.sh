#!/bin/sh
# --format=blocks and --format=json: valid, keys in order, paths right.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

cat >page.html <<'END'
<html lang="en-GB"><head><title> "Knots"
 &amp; hitches </title></head><body>
<svg><title>no</title></svg>
<div><p>First\ "quoted"</p><p>Second &#9731;</p></div>
<div><ul><li><a href="/x">Third</a></li></ul><my-tag>Fourth</my-tag></div>
</body></html>
END

run "$DECLUTTER" --format=blocks page.html
expect_status 0
expect_no_err
python3 <<'END'
import json
blocks = [json.loads(line) for line in open("out", encoding="utf-8")]
keys = ["index", "label", "scores", "tag", "path", "text", "words",
        "link_density"]
labels = ["content", "navigation", "promo", "cookie"]
for index, block in enumerate(blocks):
    assert list(block) == keys, list(block)
    assert block["index"] == index, block
    assert block["label"] in labels, block
    assert list(block["scores"]) == labels, block
    for score in block["scores"].values():
        assert 0 <= score <= 1 and score == round(score, 4), block
found = [(b["tag"], b["path"], b["text"], b["words"], b["link_density"])
         for b in blocks]
wanted = [
    ("p", "html/body/div[1]/p[1]", 'First\\ "quoted"', 2, 0),
    ("p", "html/body/div[1]/p[2]", "Second \u2603", 1, 0),
    ("a", "html/body/div[2]/ul/li/a", "Third", 1, 1),
    ("other", "html/body/div[2]/other", "Fourth", 1, 0)]
assert found == wanted, found
END

"$DECLUTTER" page.html >text
run "$DECLUTTER" --format=json --url='http://example.org/?a="b"' page.html
expect_status 0
expect_no_err
[ "$(wc -l <out)" -eq 1 ] || fail "not one line"
python3 <<'END'
import json
page = json.load(open("out", encoding="utf-8"))
assert list(page) == [
    "url", "title", "author", "date", "sitename", "description", "language",
    "image", "license", "text", "authors", "date_modified", "canonical",
    "tags", "labels", "charset", "warnings"], list(page)
assert page["url"] == 'http://example.org/?a="b"', page
assert page["title"] == '"Knots" & hitches', page
assert page["language"] == "en-GB", page
assert page["author"] is None, page
assert list(page["labels"]) == ["content", "navigation", "promo", "cookie"]
assert sum(page["labels"].values()) == 4, page
assert page["charset"] == "UTF-8" and page["warnings"] == [], page
text = open("text", encoding="utf-8").read()
assert page["text"] + "\n" == text or page["text"] == text == "", page
END

# Every level counts, but only the last 64 are printed.
python3 -c 'print("<div>" * 400 + "deep")' >deep.html
run "$DECLUTTER" --format=blocks deep.html
expect_status 0
path=$(python3 -c 'import json; print(json.load(open("out"))["path"])')
case $path in
.../div/div/*) ;;
*) fail "path is $path" ;;
esac
[ "$(echo "$path" | tr / '\n' | wc -l)" -eq 65 ] || fail "path is $path"

# An address that is not UTF-8 must not spoil the line.
run "$DECLUTTER" --format=json --url="$(printf 'http://x/\351')" page.html
expect_status 0
python3 -c 'import json
assert json.load(open("out", encoding="utf-8"))["url"] is None'

# Text larger than any buffer: the line ends inside it must survive, wherever
# the buffer is cut.
python3 -c 'for i in range(5000):
    print("<p>paragraph %d" % (1000 + i))' >long.html
labels=content,navigation,promo,cookie
"$DECLUTTER" --keep=$labels long.html >text
run "$DECLUTTER" --keep=$labels --format=json long.html
expect_status 0
python3 -c 'import json
text = open("text").read()
assert len(text) == 5000 * 16 - 1, len(text)
assert json.load(open("out"))["text"] + "\n" == text'
