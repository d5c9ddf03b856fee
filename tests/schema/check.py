#!/usr/bin/env python3
"""check.py SCHEMA DECLUTTER FOLDER...: what the filter writes as JSON is what
the schema says.

In: the schema, the filter, folders that are searched for *.html.  Every page
goes through `declutter --format=json`, with and without an address, and each
line must be valid.  The keywords of JSON Schema that ours uses are checked by
the few functions below, so that the test needs no package; a keyword they do
not know is an error, hence the schema cannot promise more than is tested.
Before that the checker has to refuse objects that are wrong in one place.
"""
import json
import pathlib
import re
import subprocess
import sys

ANNOTATIONS = {"$schema", "title", "description"}
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int)
    and not isinstance(value, bool),
}


def check_type(value, names):
    names = [names] if isinstance(names, str) else names
    return any(TYPES[name](value) for name in names)


def object_errors(value, schema, path):
    known = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield f"{path}: lacks {key}"
    for key, item in value.items():
        rule = known.get(key, schema.get("additionalProperties", {}))
        if rule is False:
            yield f"{path}: has {key}"
        else:
            yield from errors(item, rule, f"{path}.{key}")


def errors(value, schema, path="page"):
    """All the ways in which a value is not what the schema says."""
    for keyword, rule in schema.items():
        if keyword in ANNOTATIONS:
            continue
        if keyword == "type":
            if not check_type(value, rule):
                yield f"{path}: not {rule}: {value!r}"
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(rule, value):
                yield f"{path}: does not match: {value!r}"
        elif keyword == "minLength":
            if isinstance(value, str) and len(value) < rule:
                yield f"{path}: too short"
        elif keyword == "minimum":
            if isinstance(value, int) and value < rule:
                yield f"{path}: less than {rule}"
        elif keyword == "items":
            for index, item in enumerate(value):
                yield from errors(item, rule, f"{path}[{index}]")
        elif keyword in ("required", "properties", "additionalProperties"):
            continue
        else:
            yield f"{path}: the checker does not know '{keyword}'"
    if isinstance(value, dict):
        yield from object_errors(value, schema, path)


def pages_of(filter_path, html, options):
    result = subprocess.run(
        [filter_path, "--quiet", "--format=json", *options, html],
        capture_output=True, check=True)
    return [json.loads(line)
            for line in result.stdout.decode("utf-8").splitlines()]


def check_checker(schema, page):
    """One wrong thing at a time must be found."""
    wrong = [("date", "17 May 2024"), ("date", "2024-05-17T10:00:00"),
             ("language", "EN_us"), ("title", 7), ("title", ""),
             ("text", None), ("authors", [""]), ("tags", "one, two"),
             ("image", "javascript:alert(1)"), ("labels", {"content": -1}),
             ("labels", {}), ("extra", 1)]
    assert not list(errors(page, schema)), list(errors(page, schema))
    for key, value in wrong:
        assert list(errors({**page, key: value}, schema)), (key, value)
    for key in page:
        less = {name: page[name] for name in page if name != key}
        assert list(errors(less, schema)), key
    assert list(errors(page, {**schema, "oneOf": []}))


def main():
    schema_path, filter_path, *folders = sys.argv[1:]
    schema = json.loads(pathlib.Path(schema_path).read_text(encoding="utf-8"))
    files = sorted(str(file) for folder in folders
                   for file in pathlib.Path(folder).rglob("*.html"))
    found = []
    for file in files:
        for options in ([], ["--url=https://example.org/2024/05/17/a?b=c"]):
            pages = pages_of(filter_path, file, options)
            if len(pages) != 1:
                found.append(f"{file}: {len(pages)} lines")
            found += [f"{file}: {error}" for page in pages
                      for error in errors(page, schema)]
    if files:
        check_checker(schema, pages_of(filter_path, files[0], [])[0])
    print("\n".join(found + [f"{len(files)} pages, {len(found)} errors"]))
    return 1 if found or not files else 0


sys.exit(main())
