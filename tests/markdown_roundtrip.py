"""markdown_roundtrip.py DECLUTTER FOLDER...: Markdown holds what text holds.

In: the filter, folders of pages.  Every page is printed in all formats, with
the default labels and with all of them, and the Markdown read by cmark-gfm:
its words must be those of --format=text; its tables, headings, images, code
blocks must be as many as --format=html has, with the same code; nothing in it
may be HTML.  Ends with status 1 and a line for each page of which that is not
so.
"""
import collections
import html.parser
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

# An underscore may be a letter or emphasis: it is no part of a word here.
WORD = re.compile(r"[^\W_]+")
XML = "{http://commonmark.org/xml/1.0}"
NAMES = {"table": "table", "heading": "h", "code_block": "pre",
         "block_quote": "blockquote", "thematic_break": "hr", "image": "img"}


class Counts(html.parser.HTMLParser):
    """Elements of our HTML outside of cells, and the text of each <pre>."""

    def __init__(self, text):
        super().__init__()
        self.counts = collections.Counter()
        self.code = []
        self.inside = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        name = "h" if re.fullmatch("h[1-6]", tag) else tag
        self.counts[name] += 1
        if tag == "pre":
            self.inside += 1
            self.code.append("")

    def handle_endtag(self, tag):
        self.inside -= tag == "pre"

    def handle_data(self, data):
        if self.inside:
            self.code[-1] += data


def run(*command, given=None):
    return subprocess.run(command, input=given, stdout=subprocess.PIPE,
                          check=True).stdout


def words(text):
    return collections.Counter(WORD.findall(text.lower()))


def renumber(markdown, plain):
    """Footnotes of a plain text as they are labelled in the Markdown:
    cmark-gfm numbers them by their first reference."""
    labels = list(dict.fromkeys(
        re.findall(r"(?<=[^\\\n])\[\^(\d+)\]", markdown)))
    names = {"[^%d]" % (i + 1): "[^%s]" % label
             for i, label in enumerate(labels)}
    return re.sub(r"\[\^\d+\]",
                  lambda mark: names.get(mark.group(), mark.group()), plain)


def check(declutter, path, options):
    """What is wrong with the Markdown of a page, or None."""
    def filter(format, *more):
        return run(declutter, "-q", "--format=" + format, *options, *more, path)

    def read(markdown, format):
        return run("cmark-gfm", "-e", "table", "-e", "footnotes", "-t", format,
                   given=markdown).decode()

    text = words(filter("text").decode())
    markdown = filter("markdown", "--no-images")
    plain = words(renumber(markdown.decode(), read(markdown, "plaintext")))
    if text != plain:
        return "words: text %s, Markdown %s" % (dict(text - plain),
                                                dict(plain - text))
    markdown = filter("markdown")
    # cmark-gfm has no name for footnotes in XML.
    tree = xml.etree.ElementTree.fromstring(
        read(markdown, "xml").replace("<unknown>", "footnote"))
    found = collections.Counter(
        element.tag.replace(XML, "") for element in tree.iter())
    if found["html_block"] or found["html_inline"]:
        return "holds HTML"
    page = Counts(filter("html").decode())
    for name, element in NAMES.items():
        if found[name] != page.counts[element]:
            return "%s: %d instead of %d" % (name, found[name],
                                             page.counts[element])
    code = [block.text or "" for block in tree.iter(XML + "code_block")]
    if [c.strip("\n") for c in code] != [c.strip("\n") for c in page.code]:
        return "code differs"
    return None


def main():
    declutter, folders = sys.argv[1], sys.argv[2:]
    count = failed = 0
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("**/*.html")):
            for options in [], ["--keep=content,navigation,promo,cookie"]:
                problem = check(declutter, str(path), options)
                count += 1
                if problem:
                    failed += 1
                    print("%s %s: %s" % (path, " ".join(options), problem))
    print("%d pages, %d failed" % (count, failed))
    sys.exit(0 if count > 200 and failed == 0 else 1)


main()
