#!/usr/bin/env python3
"""metadata.py: how often title, author and date are right.

    bench/metadata.py --declutter=build/declutter CORPUS...
    bench/metadata.py --predictions trafilatura=FILE.jsonl CORPUS...

In: corpora whose manifest says title, author or date of a page (WCXB's does),
the filter, and predictions of others: one JSON object a line with id, title,
author and date.  Out: a table of the share of pages, among those whose gold
has the field, where the answer is the same; and how often something was said
where the gold has nothing, which may be right all the same.

Titles are compared after collapsing white space and lower-casing; with
--fold-quotes typographic quotes and dashes also count as plain ones.  Authors
are compared as sets, cut at commas, semicolons and "and".  Dates are compared
by day.  Pages with an even and an odd number are reported apart: rules were
made looking at the errors on even pages only.
"""
import argparse
import gzip
import json
import pathlib
import re
import subprocess

FIELDS = ("title", "author", "date")
PLAIN = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"',
         0x2013: "-", 0x2014: "-"}


def fold(text, quotes):
    text = re.sub(r"\s+", " ", text or "").strip().lower()
    return text.translate(PLAIN) if quotes else text


def answer(field, text, quotes):
    """What of an answer is compared."""
    text = fold(text, quotes)
    if field == "author":
        return frozenset(name.strip() for name in
                         re.split(r",|;|\band\b", text) if name.strip())
    return text[:10] if field == "date" else text


def read_corpus(folder, every):
    folder = pathlib.Path(folder)
    with open(folder / "manifest.jsonl", encoding="utf-8") as manifest:
        pages = [json.loads(line) for line in manifest]
    return [{**page, "file": folder / page["html"]} for page in pages[::every]]


def read_page(file):
    data = file.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def run_declutter(filter_path, pages):
    found = {}
    for page in pages:
        command = [filter_path, "--quiet", "--format=json"]
        if page.get("url"):
            command.append("--url=" + page["url"])
        result = subprocess.run(command, input=read_page(page["file"]),
                                capture_output=True, check=True)
        found[page["id"]] = json.loads(result.stdout)
    return found


def read_predictions(file):
    with open(file, encoding="utf-8") as lines:
        return {page["id"]: page for page in map(json.loads, lines)}


def half_of(page):
    digits = re.sub(r"\D", "", str(page["id"])) or "0"
    return "odd" if int(digits) % 2 else "even"


def print_table(pages, systems, quotes):
    print(f"{'':14} {'half':5}" + "".join(
        f" {field:>7} {'pages':>5} {'extra':>6}" for field in FIELDS))
    for name, found in systems.items():
        for half in ("even", "odd", "all"):
            line = f"{name:14} {half:5}"
            part = [page for page in pages if half in (half_of(page), "all")
                    and page["id"] in found]
            for field in FIELDS:
                gold = [page for page in part if page.get(field)]
                same = sum(answer(field, page[field], quotes) ==
                           answer(field, found[page["id"]].get(field), quotes)
                           for page in gold)
                extra = sum(bool(found[page["id"]].get(field))
                            for page in part if not page.get(field))
                share = f"{same / len(gold):7.3f}" if gold else f"{'-':>7}"
                line += f" {share} {len(gold):5} {extra:6}"
            print(line)


def main():
    parser = argparse.ArgumentParser(
        description="How often title, author and date are right.")
    parser.add_argument("--declutter", help="the filter")
    parser.add_argument("--predictions", action="append", default=[],
                        metavar="NAME=FILE", help="answers of another program")
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="take every Nth page only")
    parser.add_argument("--fold-quotes", action="store_true",
                        help="typographic quotes and dashes are plain ones")
    parser.add_argument("corpus", nargs="+")
    options = parser.parse_args()
    pages = [page for folder in options.corpus
             for page in read_corpus(folder, options.every)]
    systems = {}
    if options.declutter:
        systems["declutter"] = run_declutter(options.declutter, pages)
    for given in options.predictions:
        name, _, file = given.partition("=")
        systems[name] = read_predictions(file)
    print_table(pages, systems, options.fold_quotes)


main()
