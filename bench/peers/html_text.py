"""html_text.py: HTML that a peer returns -> text, by one rule for all.

In: an HTML string.  Out: its text with a line a block: a block element, <br>,
a list item or a table cell ends the line, an inline element does not, white
space collapses, as in a browser's innerText.  A tree's text_content() would
glue the last word of a paragraph to the first of the next, and so cost these
peers words that they found.  The time this takes is not charged to the peer.
What peers return is serialised, so well-formed: its tags are enough, and
without a tree there is no limit to the depth.
"""
from html.parser import HTMLParser

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins "
    "kbd label mark nobr q rb rp rt ruby s samp small span strike strong sub "
    "sup time tt u var wbr path use picture source input".split())
HIDDEN = frozenset("script style template head title iframe object svg "
                   "math select textarea canvas audio video".split())


class Lines(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines, self.line, self.hidden = [], [], 0

    def line_end(self):
        self.lines.append(" ".join("".join(self.line).split()))
        self.line = []

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in HIDDEN
        if tag not in INLINE:
            self.line_end()

    def handle_endtag(self, tag):
        if tag in HIDDEN and self.hidden:
            self.hidden -= 1
        if tag not in INLINE:
            self.line_end()

    def handle_data(self, data):
        if not self.hidden:
            self.line.append(data)


def html_to_text(markup):
    lines = Lines()
    lines.feed(markup)
    lines.close()
    lines.line_end()
    return "\n".join(filter(None, lines.lines))
