"""html_text.py: HTML that a peer returns -> text, by one rule for all.

In: an HTML string.  Out: its text with a line a block: a block element, <br>,
a list item or a table cell ends the line, an inline element does not, white
space collapses, as in a browser's innerText.  A tree's text_content() would
glue the last word of a paragraph to the first of the next, and so cost these
peers words that they found.  The time this takes is not charged to the peer.
No tree is built: tags in their order are enough, and libxml2 drops the rest of
a page whose tree is too deep.  (Python's own html.parser takes quadratic time
on some input.)
"""
from lxml import etree

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins "
    "kbd label mark nobr q rb rp rt ruby s samp small span strike strong sub "
    "sup time tt u var wbr picture source input".split())
HIDDEN = frozenset("script style template head title iframe object svg "
                   "math select textarea canvas audio video".split())
UNBROKEN = INLINE | HIDDEN


class Lines:
    """What lxml's parser tells of the tags and texts it meets."""

    def __init__(self):
        self.lines, self.line, self.hidden = [], [], 0

    def line_end(self):
        self.lines.append(" ".join("".join(self.line).split()))
        self.line = []

    def start(self, tag, attributes):
        self.hidden += tag in HIDDEN
        if tag not in UNBROKEN:
            self.line_end()

    def end(self, tag):
        if tag in HIDDEN and self.hidden:
            self.hidden -= 1
        if tag not in UNBROKEN:
            self.line_end()

    def data(self, data):
        if not self.hidden:
            self.line.append(data)

    def close(self):
        self.line_end()
        return "\n".join(filter(None, self.lines))


def html_to_text(markup):
    parser = etree.HTMLParser(encoding="utf-8", target=Lines())
    parser.feed(markup.encode("utf-8", "replace") or b" ")
    return parser.close()
