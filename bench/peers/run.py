"""run.py: one other extractor over labelled corpora -> a file of predictions.

In: the name of a peer and corpora (folders with a manifest.jsonl; pages plain
or gzipped).  Out: one JSON object a page and line: id, corpus, text, seconds
of CPU and, where the peer failed, error; declutter-bench --predictions reads
it.  Run it with the Python that install.sh made.  The peer lives in a worker
process that stays up, so that its start is paid once and not counted; the
worker measures CPU time around its own call.
This process does what must be the same for all: it reads and gunzips pages,
turns HTML into text, and kills a worker that takes too long.  A process
rather than an alarm in Python: an alarm does not get through to a peer that
loops inside C or JavaScript.
"""
import argparse
import gzip
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True  # nothing is written into the source tree
import html_text

HERE = Path(__file__).resolve().parent
PYTHON_PEERS = ("trafilatura", "resiliparse", "readability-lxml", "justext",
                "magic-html", "newspaper4k", "boilerpy3")
PEERS = PYTHON_PEERS + ("rs-trafilatura", "readability-js")

# Sent first and not counted: tables are loaded and expressions compiled on
# the first page, for Chinese by some on the first page in Chinese.
WARM_UP = b"<html><body><article><h1>Warm</h1><p>" \
    + b"Words of a page that nobody counts, long enough for a paragraph. " * 9 \
    + b"</p></article></body></html>"
START_SECONDS = 120


def worker_command(peer, folder):
    if peer == "rs-trafilatura":
        return [str(folder / "rust/release/rs-trafilatura-peer")]
    if peer == "readability-js":
        return ["node", str(HERE / "readability.mjs"), str(folder / "node")]
    return [sys.executable, str(HERE / "python_peers.py"), peer]


class Worker:
    """A peer's process: a line of facts and a page in, a line of JSON out."""

    def __init__(self, command):
        self.command = command
        self.process = None

    def start(self):
        # One thread: CPU time is to be that of the peer, not of a pool that
        # spins beside it.
        environment = dict(os.environ, OMP_NUM_THREADS="1",
                           OPENBLAS_NUM_THREADS="1", PYTHONWARNINGS="ignore")
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment)
        for lang in ("en", "zh"):
            answer = self.ask(WARM_UP, {"lang": lang}, START_SECONDS)
            if self.process is None:
                raise SystemExit(f"run.py: {self.command[0]} does not start: "
                                 f"{answer['error']}")

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None

    def answer_line(self, limit):
        """The worker's line, or None when it is late or dead."""
        deadline = time.monotonic() + limit
        parts = []
        while not parts or not parts[-1].endswith(b"\n"):
            left = deadline - time.monotonic()
            ready = select.select([self.process.stdout], [], [], max(left, 0))
            if not ready[0]:
                return None, f"took longer than {limit:g} seconds"
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                return None, "its process died"
            parts.append(part)
        return b"".join(parts), None

    def ask(self, page, facts, limit):
        if self.process is None:
            self.start()
        began = time.monotonic()
        header = json.dumps(dict(facts, length=len(page))) + "\n"
        try:
            self.process.stdin.write(header.encode() + page)
            self.process.stdin.flush()
            line, problem = self.answer_line(limit)
        except BrokenPipeError:
            line, problem = None, "its process died"
        if line is not None:
            return json.loads(line)
        self.stop()
        return {"error": problem, "seconds": time.monotonic() - began}


def pages_of(corpus, limit):
    """Manifest lines in the order of declutter-bench: by the id's bytes."""
    with open(corpus / "manifest.jsonl", encoding="utf-8") as manifest:
        pages = [json.loads(line) for line in manifest if line.strip()]
    pages.sort(key=lambda page: page["id"].encode())
    return pages[:limit] if limit else pages


def page_bytes(path):
    content = path.read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def answer_text(answer):
    text = answer.get("text")
    if text is None:
        text = html_text.html_to_text(answer.get("html") or "")
    # A lone surrogate (from a bad character reference) is not JSON.
    return text.encode("utf-8", "replace").decode("utf-8")


def predict(worker, corpus, page, options):
    facts = {"lang": page.get("lang")}
    url = page.get("url") or ""
    if options.url and url.startswith(("http://", "https://")):
        facts["url"] = url
    answer = worker.ask(page_bytes(corpus / page["html"]), facts,
                        options.seconds)
    prediction = {"id": page["id"], "corpus": corpus.name,
                  "text": "" if "error" in answer else answer_text(answer),
                  "seconds": round(answer["seconds"], 6)}
    if "error" in answer:
        prediction["error"] = answer["error"]
        print(f"run.py: {options.peer}: {corpus.name}: {page['id']}: "
              f"{answer['error']}", file=sys.stderr)
    return prediction


def parse_options():
    parser = argparse.ArgumentParser(
        description="Runs one peer over corpora; writes predictions.")
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get(
        "TMPDIR", "/tmp")) / "declutter-peers", help="given to install.sh")
    parser.add_argument("--limit", type=int, default=0,
                        help="first N pages of each corpus")
    parser.add_argument("--seconds", type=float, default=30,
                        help="wall-clock limit of a page (default 30)")
    parser.add_argument("--url", action="store_true",
                        help="tell the peer the page's address")
    return parser.parse_args()


def main():
    options = parse_options()
    worker = Worker(worker_command(options.peer, options.folder))
    pages = failures = seconds = 0
    # Under another name until complete: a cut-off run is no prediction.
    partial = options.output.with_name(options.output.name + ".part")
    with open(partial, "w", encoding="utf-8") as out:
        for corpus in (path.resolve() for path in options.corpora):
            for page in pages_of(corpus, options.limit):
                prediction = predict(worker, corpus, page, options)
                out.write(json.dumps(prediction) + "\n")
                pages += 1
                failures += "error" in prediction
                seconds += prediction["seconds"]
    worker.stop()
    partial.replace(options.output)
    print(f"{options.peer}: {pages} pages, {failures} failed, "
          f"{1000 * seconds / max(pages, 1):.1f} CPU ms/page", file=sys.stderr)


if __name__ == "__main__":
    main()
