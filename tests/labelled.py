"""labelled.py FOLDER...: labelled pages are labelled throughout.

In: folders of HTML pages.  Each page is read as a browser reads it (html5lib):
every text below <body> must have a label of the four above it, no run of text
without a block's border in it may hold two, and a page named after a language
(`ru-news-01.html`) must say that it is in that language.  Ends with status 1
and a line for each fault, and when a folder has no pages.
"""
import pathlib
import re
import sys

import html5lib

LABELS = {"content", "navigation", "promo", "cookie"}
INLINE = set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins "
    "input kbd label mark nobr q rb rp rt ruby s samp small span strike "
    "strong sub sup time tt u var wbr".split())
UNREAD = {"script", "style", "template", "svg", "select", "textarea"}
NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def walk(node, label, faults, run):
    """Texts below a node; `run` holds the labels since the last border."""
    name = str(node.tag).replace(NAMESPACE, "")
    if name in UNREAD or not isinstance(node.tag, str):
        return
    label = node.get("data-declutter", label)
    if label not in LABELS | {None}:
        faults.append(f"no label is called {label}")
    if name not in INLINE:
        run.clear()
    take(node.text, label, faults, run)
    for child in node:
        walk(child, label, faults, run)
        take(child.tail, label, faults, run)
    if name not in INLINE:
        run.clear()


def take(text, label, faults, run):
    if not text or not text.strip():
        return
    start = " ".join(text.split())[:40]
    if label is None:
        faults.append(f"no label: {start}")
    run.add(label)
    if len(run) > 1:
        faults.append(f"two labels in one run of text: {start}")


def find_faults(path):
    root = html5lib.parse(path.read_bytes())
    faults = []
    language = re.match("([a-z]{2})-", path.name)
    if language and not root.get("lang", "").startswith(language.group(1)):
        faults.append(f"lang is {root.get('lang')}")
    walk(root.find(NAMESPACE + "body"), None, faults, set())
    return faults


def main():
    failed = False
    for folder in sys.argv[1:]:
        pages = sorted(pathlib.Path(folder).glob("*.html"))
        faults = [(path.name, fault)
                  for path in pages for fault in find_faults(path)]
        for name, fault in faults:
            print(f"{folder}/{name}: {fault}")
        print(f"{folder}: {len(pages)} pages")
        failed = failed or not pages or bool(faults)
    return failed


if __name__ == "__main__":
    sys.exit(main())
