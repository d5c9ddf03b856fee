#!/usr/bin/env python3
"""instructions.py: how many instructions every stage of the filter takes.

In: declutter-stages and pages.  Out: the table bench/instructions.tsv
(--update), or a comparison with it: a line that costs more than the tolerance
over its line in the table fails, and so does the ratio of the whole to a bare
libxml2 SAX parse of the same bytes.  Instructions are counted by callgrind
and not timed, because a count comes out the same on a busy machine; for that,
what would change it from run to run or from machine to machine is pinned
below.  Another compiler makes other instructions: then only the ratio is
compared, and with more room.
"""
import argparse
import collections
import os
import platform
import re
import subprocess
import sys
import tempfile

TOLERANCE = 1.05
# Of the ratio, when the compiler or the machine is not the table's.
TOLERANCE_ELSEWHERE = 1.30
# A stage may also grow by this share of the whole: 5 % of a stage that costs
# nothing is nothing.
SLACK = 0.0005

# The wrappers of stages_clock.c are what calls these, and each stage is
# counted as it is clocked there: without the stages called from inside it.
ENTRIES = {
    "read": ["declutter_input_read"],
    "decode": ["dc_decode"],
    "cut": ["dc_cut"],
    "parse": ["dc_parse"],
    "segment": ["dc_segment"],
    "layout": ["dc_layout_new"],
    "featurize": ["dc_features_new", "dc_features_refine", "dc_features_own",
                  "dc_features_context"],
    "lexicon": ["dc_lexicon_score"],
    "classify": ["dc_classify"],
    "render": ["declutter_page_render"],
    "rest": ["declutter_page_read", "declutter_page_classify"],
    "bare parse": ["dc_parse_bare"],
}
INSIDE = {
    "parse": ["cut", "libxml2"],
    "featurize": ["layout", "lexicon"],
    "classify": ["featurize"],
    "rest": ["decode", "parse", "segment", "classify"],
}
ORDER = ["read", "decode", "cut", "parse", "libxml2", "segment", "layout",
         "featurize", "lexicon", "classify", "render", "rest"]
# The bare parse's own functions, which libxml2 calls back.
BARE = re.compile(r"dc_parse_bare|count_(start|end|text|comment)")

# glibc picks its string and mathematical functions by processor, and binds
# names when they are first called; hash seeds and addresses are settled by
# declutter-stages --count and by valgrind, which moves nothing.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "LC_ALL": "C",
    "LD_BIND_NOW": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,"
                      "-AVX,-FMA,-FMA4,-BMI1,-BMI2,-LZCNT,-MOVBE,-POPCNT,"
                      "-SSE4_1,-SSE4_2,-SSSE3,-ERMS,-FSRM,-RTM,"
                      "-AVX_Fast_Unaligned_Load,-Fast_Unaligned_Copy,"
                      "-Fast_Copy_Backward,-Slow_BSF",
}


def complain(message):
    print(f"instructions: {message}", file=sys.stderr)


def machine():
    """svm.c asks the processor for AVX2 itself, so it belongs to the name."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            wide = re.search(r"^flags.*\bavx2\b", file.read(), re.M)
    except OSError:
        wide = None
    return platform.machine() + (" avx2" if wide else "")


def count(program, source, pages):
    """Runs the program under callgrind; returns the text of its profile."""
    with tempfile.TemporaryDirectory() as folder:
        profile = os.path.join(folder, "profile")
        command = ["valgrind", "--tool=callgrind", "--dump-line=no",
                   f"--callgrind-out-file={profile}",
                   program, "--count", *pages]
        try:
            run = subprocess.run(command, cwd=source, env=ENVIRONMENT,
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True,
                                 errors="replace", check=False)
        except FileNotFoundError:
            complain("valgrind is not installed")
            sys.exit(1)
        if run.returncode:
            complain(f"valgrind failed:\n{run.stdout}")
            sys.exit(1)
        with open(profile, encoding="utf-8", errors="replace") as file:
            return file.read()


class Names:
    """callgrind writes "(7) name" the first time and "(7)" from then on."""

    def __init__(self):
        self.known = {}

    def __call__(self, text):
        number, _, name = text.partition(" ")
        if name:
            self.known[number] = name
        return self.known.get(number, number)


def edges(profile):
    """((object, function) of the caller, of the callee) -> instructions."""
    objects, functions = Names(), Names()
    total = collections.Counter()
    here = there = ("", "")
    called = False
    for line in profile.splitlines():
        key, equals, value = line.partition("=")
        if called:  # the line behind calls= has the cost
            total[here, there] += int(line.split()[-1])
            called = False
            there = (here[0], "")
        elif not equals:
            continue
        elif key == "ob":
            here = (os.path.basename(objects(value)), here[1])
        elif key == "fn":
            here = (here[0], functions(value))
            there = (here[0], "")
        elif key == "cob":
            there = (os.path.basename(objects(value)), there[1])
        elif key == "cfn":
            there = (there[0], functions(value))
        elif key == "calls":
            called = True
    return total


def entered(calls, entries):
    """Instructions below the calls of these functions.  Where there is a
    wrapper, its call alone: what a file calls in itself is within that."""
    callers = {caller for (_, caller), _ in calls}
    cost_below = 0
    for ((_, caller), (_, callee)), cost in calls.items():
        wrapper = "__wrap_" + callee
        if callee in entries and (caller == wrapper or wrapper not in callers):
            cost_below += cost
    return cost_below


def inside_libxml2(calls):
    """Between libxml2 and us, what goes in and does not come back out."""
    cost_inside = 0
    for ((from_object, caller), (to_object, callee)), cost in calls.items():
        enters = "libxml2" in to_object and "libxml2" not in from_object
        leaves = "libxml2" in from_object and "declutter" in to_object
        if enters and "declutter" in from_object and not BARE.match(caller):
            cost_inside += cost
        elif leaves and not BARE.match(callee):
            cost_inside -= cost
    return cost_inside


def stages(profile):
    """Stage -> instructions of its own; and the total and the bare parse."""
    calls = edges(profile)
    whole = {stage: entered(calls, entries)
             for stage, entries in ENTRIES.items()}
    whole["libxml2"] = inside_libxml2(calls)
    missing = [stage for stage, cost in whole.items() if cost <= 0]
    if missing:
        complain("nothing counted in " + ", ".join(missing) +
                 ": were its functions renamed?")
        sys.exit(1)
    own = {stage: whole[stage] - sum(whole[part]
                                     for part in INSIDE.get(stage, []))
           for stage in ORDER}
    own["total"] = sum(own.values())
    own["bare parse"] = whole["bare parse"]
    return own


# -- The table ------------------------------------------------------------


def table_write(path, counted, made_by, pages, size):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"# made by bench/instructions.py --update: {len(pages)} "
                   f"pages, {size} bytes\n# compiler: {made_by['compiler']}\n"
                   f"# machine: {made_by['machine']}\n")
        file.write("stage\tinstructions\tshare\n")
        for stage in [*ORDER, "total", "bare parse"]:
            file.write(f"{stage}\t{counted[stage]}\t"
                       f"{counted[stage] / counted['total']:.4f}\n")
        file.write(f"ratio\t{ratio(counted):.4f}\t\n")


def table_read(path):
    """The counts of the table, and what its head says they were made by."""
    made_by, counts = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            head = re.match(r"# (compiler|machine): (.*)$", line)
            fields = line.rstrip("\n").split("\t")
            if head:
                made_by[head.group(1)] = head.group(2)
            elif not line.startswith("#") and fields[1].isdigit():
                counts[fields[0]] = int(fields[1])
    lacking = [s for s in [*ORDER, "total", "bare parse"] if s not in counts]
    if lacking:
        complain(f"{path} has no line for {', '.join(lacking)}")
        sys.exit(1)
    return counts, made_by


def ratio(counts):
    """Of the filter (not the reading of files) to the bare parse."""
    return (counts["total"] - counts["read"]) / counts["bare parse"]


def compare(counted, table, same):
    """Messages about what costs too much."""
    found = []
    slack = SLACK * table["total"]
    for stage in [*ORDER, "total"] if same else []:
        limit = table[stage] * TOLERANCE
        if counted[stage] > limit and counted[stage] > table[stage] + slack:
            found.append(f"{stage}: {counted[stage]:,} instructions, "
                         f"{counted[stage] / table[stage] - 1:+.1%} "
                         f"over the table's {table[stage]:,}")
    room = TOLERANCE if same else TOLERANCE_ELSEWHERE
    if ratio(counted) > ratio(table) * room:
        found.append(f"{ratio(counted):.3f} times a bare parse, "
                     f"{ratio(counted) / ratio(table) - 1:+.1%} "
                     f"over the table's {ratio(table):.3f}")
    return found


def show(counted, table):
    print(f"{'stage':<11}{'instructions':>14}{'share':>9}{'table':>9}")
    for stage in [*ORDER, "total", "bare parse"]:
        change = (f"{counted[stage] / table[stage] - 1:+9.2%}"
                  if table and table[stage] else "")
        print(f"{stage:<11}{counted[stage]:>14,}"
              f"{counted[stage] / counted['total']:>9.2%}{change}")
    print(f"total without read / bare parse: {ratio(counted):.4f}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true",
                        help="rewrite the table")
    parser.add_argument("--table", default=None,
                        help="default: instructions.tsv beside this script")
    parser.add_argument("--compiler", required=True,
                        help="name, version and flags of the build's compiler")
    parser.add_argument("program", help="declutter-stages of a release build")
    parser.add_argument("pages", nargs="*",
                        help="default: data/*.html, which the table is of")
    return parser.parse_args()


def main():
    options = arguments()
    here = os.path.dirname(os.path.abspath(__file__))
    source = os.path.dirname(here)
    table_path = options.table or os.path.join(here, "instructions.tsv")
    data = os.path.join(source, "data")
    own = [os.path.abspath(page) for page in options.pages]
    pages = own or sorted(os.path.join("data", name)
                          for name in os.listdir(data)
                          if name.endswith(".html"))
    counted = stages(count(os.path.abspath(options.program), source, pages))
    made_by = {"compiler": " ".join(options.compiler.split()),
               "machine": machine()}
    if own:  # nothing to compare with
        show(counted, None)
        return 0
    if options.update:
        size = sum(os.path.getsize(os.path.join(source, p)) for p in pages)
        table_write(table_path, counted, made_by, pages, size)
        show(counted, None)
        return 0
    table, table_made_by = table_read(table_path)
    show(counted, table)
    same = made_by == table_made_by
    if not same:
        print(f"the table is of {table_made_by}, this build of {made_by}: "
              "only the ratio to the bare parse is compared")
    elif counted["total"] * TOLERANCE < table["total"]:
        print("cheaper than the table says: --update it, so that it stays so")
    found = compare(counted, table, same)
    for message in found:
        complain(message)
    if found:
        complain("if that is wanted, run this with --update and commit "
                 "bench/instructions.tsv")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
