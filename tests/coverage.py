#!/usr/bin/env python3
"""coverage.py BUILD SOURCE: line coverage, read off gcov's own JSON.

In: a build folder in which instrumented programs ran, and the folder of the
sources that count.  Each object file there has its own counters: a file
compiled for several programs has several, and a line ran when it did in any.
Files of which the build has no counters are not listed: the sandbox, behind
which no program could write them, has a test of its own.  Out: one line a file
and the total; exit 1 when that is too little.
"""
import collections
import json
import pathlib
import subprocess
import sys

LEAST_TOTAL, LEAST_FILE, SHOWN = 90, 75, 8


def counters(build):
    """The JSON documents gcov makes of every object of the build."""
    objects = sorted(str(p) for p in build.rglob("*.gcno"))
    for first in range(0, len(objects), 50):
        made = subprocess.run(
            ["gcov", "--json-format", "--stdout", *objects[first:first + 50]],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for line in made.stdout.splitlines():
            yield json.loads(line)


def lines_of(build, source):
    """{file: {line: times it ran}}"""
    found = collections.defaultdict(collections.Counter)
    for document in counters(build):
        folder = pathlib.Path(document["current_working_directory"])
        for file in document["files"]:
            path = (folder / file["file"]).resolve()
            if path.parent == source:
                for line in file["lines"]:
                    found[path.name][line["line_number"]] += line["count"]
    return found


def report(name, ran, count, missed, least):
    share = 100 * ran / count
    rest = " ".join(map(str, missed[:SHOWN]))
    print(f"{share:6.1f} %  {ran:5} of {count:5}  {name}"
          f"{'  not: ' + rest if rest else ''}"
          f"{' ...' if len(missed) > SHOWN else ''}")
    return share >= least


def main():
    build, source = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    found = lines_of(build, source)
    if len(found) < 40:
        sys.exit("coverage: counters of hardly any file found")
    good, ran, count = True, 0, 0
    for name, lines in sorted(found.items()):
        missed = sorted(n for n, times in lines.items() if not times)
        good &= report(name, len(lines) - len(missed), len(lines), missed,
                       LEAST_FILE)
        ran += len(lines) - len(missed)
        count += len(lines)
    good &= report("all", ran, count, [], LEAST_TOTAL)
    if not good:
        sys.exit(f"coverage: less than {LEAST_TOTAL} % of all lines"
                 f" or {LEAST_FILE} % of a file")


if __name__ == "__main__":
    main()
