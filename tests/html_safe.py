"""html_safe.py DECLUTTER PAYLOADS DATA: what --format=html prints is safe.

In: the filter; injections, one a line; a folder of pages.  Each injection is
put in several places of a page, all of whose blocks are kept.  What comes out
is parsed as a browser parses it (html5lib) and must hold elements and
attributes of a short list, addresses of three schemes, nothing else; and it
must be the tree that was written: no parse errors, no element moved, the same
when it is written and parsed once more.  Ends with status 1 and a line for
each page of which that is not so.
"""
import collections
import pathlib
import re
import subprocess
import sys

import html5lib

ELEMENTS = set(
    "article h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd blockquote pre code table "
    "caption thead tbody tr th td figure figcaption hr br a img strong em del "
    "ins mark q sub sup".split())
VOID = {"br", "hr", "img"}
ATTRIBUTES = {
    "article": {"lang"}, "a": {"href"}, "img": {"src", "alt"},
    "ol": {"start"}, "li": {"value"}, "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"}, "code": {"class"}}
LABELS = "content,navigation,promo,cookie"
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
PLACES = ["%s", "<p>some %s text</p>", "<ul><li>some %s text</ul>",
          "<table><tr><th>some %s<th>text<tr><td>one<td>two %s</table>",
          "<h2>some %s text</h2>", "<pre>some %s text</pre>",
          "<a href='http://a.example/'>some %s text</a>"]
# What a browser does to an address before it looks for the scheme.
STRIPPED = re.compile("[\x00-\x20]+")


def check_address(text):
    match = re.match(r"([^/?#]*?):", STRIPPED.sub("", text))
    if match and match.group(1).lower() not in ("http", "https", "mailto"):
        return "address %r" % text
    return None


def check_element(element):
    name = element.tag.replace(NAMESPACE, "")
    if name not in ELEMENTS:
        return "element %s" % name
    for key, value in element.attrib.items():
        if key not in ATTRIBUTES.get(name, ()):
            return "attribute %s of %s" % (key, name)
        if key in ("href", "src") and check_address(value):
            return check_address(value)
        if key in ("colspan", "rowspan", "start", "value") and not value.isdigit():
            return "%s=%r" % (key, value)
        if key == "class" and not re.fullmatch(r"language-[\w+#.-]+", value):
            return "class %r" % value
    return None


def check(text):
    """What is wrong with a piece of HTML, or None."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    tree = parser.parseFragment(text)
    if parser.errors:
        return "not HTML: %s" % parser.errors[0][1]
    if re.search("[\x00-\x08\x0b-\x1f\x7f]", text):
        return "control characters"
    names = collections.Counter()
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag.startswith("<"):
            return "a comment or the like"
        if element.tag.startswith(NAMESPACE):
            names[element.tag.replace(NAMESPACE, "")] += 1
            problem = check_element(element)
            if problem:
                return problem
    if text and (len(tree) != 1 or tree[0].tag != NAMESPACE + "article" or
                 (tree.text or "").strip() or (tree[0].tail or "").strip()):
        return "more than one root"
    closed = collections.Counter(re.findall("</([a-z0-9]+)>", text))
    if closed != collections.Counter(
            {name: names[name] for name in names if name not in VOID}):
        return "a tag is not closed"
    written = collections.Counter(re.findall("<([a-z0-9]+)[ >]", text))
    if written != names:
        return "the parser moved elements: %s" % (written - names or
                                                  names - written)
    again = html5lib.serialize(tree, omit_optional_tags=False,
                               quote_attr_values="always")
    if html5lib.serialize(html5lib.parseFragment(again),
                          omit_optional_tags=False,
                          quote_attr_values="always") != again:
        return "parses differently the second time"
    return None


def unescape(line):
    letters = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}
    pieces = re.split(r"\\(x[0-9a-f]{2}|[nrt\\])", line)
    return b"".join(
        piece.encode() if number % 2 == 0 else
        letters.get(piece) or bytes([int(piece[1:], 16)])
        for number, piece in enumerate(pieces))


def pages(payloads, data):
    lines = payloads.read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        for place in PLACES:
            page = (b"<!DOCTYPE html><p>Some words before.</p>" +
                    place.encode().replace(b"%s", unescape(line)) +
                    b"<p>Some words behind.</p>")
            yield line + "  in  " + place, page
    for path in sorted(data.glob("*.html")):
        yield path.name, path.read_bytes()


def run(declutter, page, options):
    return subprocess.run(
        [declutter, "-q", "-f", "html", "--keep=" + LABELS] + options,
        input=page, stdout=subprocess.PIPE, check=True).stdout.decode()


def main():
    declutter, payloads, data = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
    count = failed = 0
    for number, (name, page) in enumerate(pages(payloads, data)):
        options = ["--url=http://site.example/dir/page"] if number % 2 else []
        problem = check(run(declutter, page, options))
        count += 1
        if problem:
            failed += 1
            print("%s: %s" % (name, problem))
    print("%d pages, %d failed" % (count, failed))
    sys.exit(0 if count > 1000 and failed == 0 else 1)


main()
