#!/bin/sh
# --format=markdown and html, --links, --images, --front-matter.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

cat >page.html <<'END'
<!DOCTYPE html><html lang="en"><head><title>Rope</title>
<meta name="author" content="Una Halloran"></head><body>
<h1>Rope</h1><p>Of <em>hemp</em>, from <a href="../riga">Riga</a>.</p>
<p><img src="bale.jpg" alt="A bale"></p><p>Tarred.</p></body></html>
END
keep=--keep=content,navigation,promo,cookie

run "$DECLUTTER" $keep -f markdown --url=http://site.example/a/b page.html
expect_status 0
expect_no_err
expect_out <<'END'
# Rope

Of *hemp*, from [Riga](http://site.example/riga).

![A bale](http://site.example/a/bale.jpg)

Tarred.
END

run "$DECLUTTER" $keep --format=html page.html
expect_status 0
expect_no_err
expect_out <<'END'
<article lang="en">
<h1>Rope</h1>
<p>Of <em>hemp</em>, from <a href="../riga">Riga</a>.</p>
<p><img src="bale.jpg" alt="A bale"></p>
<p>Tarred.</p>
</article>
END

run "$DECLUTTER" $keep --links --images page.html
expect_status 0
expect_out <<'END'
Rope

Of hemp, from Riga <../riga>.

[A bale] <bale.jpg>

Tarred.
END

run "$DECLUTTER" $keep -f markdown --no-links --no-images page.html
expect_status 0
expect_out <<'END'
# Rope

Of *hemp*, from Riga.

Tarred.
END

# The last one of two that contradict each other counts.
"$DECLUTTER" $keep page.html >text
run "$DECLUTTER" $keep --links --images --no-images --no-links page.html
expect_same text out

"$DECLUTTER" $keep -f markdown page.html >markdown
run "$DECLUTTER" $keep -f markdown --front-matter page.html
expect_status 0
[ "$(head -n 1 out)" = --- ] || fail "no front matter"
expect_text 'title: "Rope"'
expect_text '  - "Una Halloran"'
sed '1,/^---$/d' out | sed 1d >rest
expect_same markdown rest

# Front matter belongs to Markdown only.
"$DECLUTTER" $keep -f html page.html >html
run "$DECLUTTER" $keep -f html --front-matter page.html
expect_same html out

# Pages of Markdown are separated as those of text are.
run "$DECLUTTER" $keep -f markdown page.html page.html
{ cat markdown; echo; cat markdown; } >twice
expect_same twice out

# A page without content.
: >empty.html
for format in markdown html; do
    run "$DECLUTTER" --format=$format empty.html
    expect_status 0
    expect_no_out
done
