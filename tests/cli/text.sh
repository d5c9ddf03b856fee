#!/bin/sh
# The layout of text: which blocks stand on successive lines, what stands
# before them.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

cat >page.html <<'END'
<!DOCTYPE html><title>Layout</title>
<h1>Sailing   rules</h1>
<p>A paragraph
with a <b>bold</b>&nbsp;word.</p>
<ul><li>one</li><li><p>two</p><ul><li>two a</li><li>two b</li></ul></li>
<li><p>three</p><p>three goes on</p></li></ul>
<p>Between.<br><br>After an empty line.</p>
<table><caption>Tides</caption><tr><td>morning</td><td>low</td></tr>
<tr><td>evening</td><td>high</td></tr></table>
<table><tr><td>another</td></tr></table>
<dl><dt>port</dt><dd>left</dd></dl>
<pre><div>first line</div><div>  second line</div></pre>
<ol start="9"><li>nine</li><li>ten<br>and more</li></ol>
<ul><li><h2>Heading in a list</h2>text below</li></ul>
END
run "$DECLUTTER" --keep=content,navigation,promo,cookie page.html
expect_status 0
expect_no_err
# A non-breaking space is a character of the text like any other.
sed "s/$(printf '\302\240')/ /" out >plain
mv plain out
expect_out <<'END'
Sailing rules

A paragraph with a bold word.

- one
- two
  - two a
  - two b
- three

  three goes on

Between.

After an empty line.

Tides
morning	low
evening	high

another

port
  left

first line
  second line

9. nine
10. ten and more

- Heading in a list

  text below
END
