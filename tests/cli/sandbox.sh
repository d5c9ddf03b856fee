#!/bin/sh
# The sandbox: it is entered before a page is read, by every thread, as far as
# --version says; and what is printed is the same with it and without.  What
# it refuses is tests/sandbox.c's business.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

run "$DECLUTTER" --version
expect_status 0
state=$(sed -n 's/^sandbox: //p' out)
case $state in
"Landlock ABI "[1-9]*", seccomp" | "Landlock ABI "[1-9]*" ("*")") ;;
"seccomp ("*")" | "none (kernel without Landlock; "*")") ;;
"none (Landlock refused; "*")" | "none (not built in)") ;;
*) fail "the state of the sandbox is '$state'" ;;
esac
run "$DECLUTTER" --no-sandbox --version
expect_status 0
expect_text "sandbox: none (--no-sandbox)"

# Who opens a pipe to write to it waits for its reader, and a reader is what
# the filter becomes only in the sandbox.
cat >watch.py <<'END'
import glob, os, subprocess, sys

def fields(path):
    with open(path) as lines:
        return dict(line.split(":", 1) for line in lines if ":" in line)

def modes(path):
    of = fields(path)
    return of.get("NoNewPrivs", "").strip(), of.get("Seccomp", "").strip()

def watch(wanted, options):
    command = [sys.argv[1], *options, "pipe", sys.argv[2], sys.argv[2]]
    with open("page", "wb") as page:
        filter = subprocess.Popen(command, stdout=page)
    seen = set()
    with open("pipe", "wb") as pipe:
        for path in glob.glob("/proc/%d/task/*/status" % filter.pid):
            try:
                seen.add(modes(path))
            except (FileNotFoundError, ProcessLookupError):
                pass  # a thread that had nothing more to do
        pipe.write(b"<p>A page")
    assert filter.wait() == 0
    assert seen == {wanted}, (options, seen, wanted)
    return open("page", "rb").read()

os.mkfifo("pipe")
state = sys.argv[3]
here = modes("/proc/self/status")
wanted = here
if "not built in" not in state:
    wanted = "1", "2" if state.endswith("seccomp") or \
        state.startswith("seccomp") else here[1]
pages = {watch(wanted, ["-j1"]), watch(wanted, ["-j4"]),
         watch(here, ["-j1", "--no-sandbox"]),
         watch(here, ["-j4", "--no-sandbox"])}
assert len(pages) == 1, pages
END
python3 watch.py "$DECLUTTER" "$DATA/harbour.html" "$state"

# Plain, gzipped, and in charsets whose modules iconv loads in the sandbox.
for charset in GB18030 KOI8-R SHIFT_JIS EUC-KR; do
    iconv -c -f UTF-8 -t $charset "$DATA/harbour.html" >$charset.html
done
printf '<meta charset=shift_jis><p>\212\277\216\232 \202\240\202\242\202\244' \
    >declared.html
gzip -c "$DATA/manual.html" >packed.html.gz
set -- "$DATA"/*.html declared.html packed.html.gz
for format in text markdown html json blocks; do
    "$DECLUTTER" --no-sandbox --format=$format --front-matter "$@" >wanted
    [ -s wanted ] || fail "$format: nothing to compare"
    for jobs in 1 4; do
        run "$DECLUTTER" -j$jobs --format=$format --front-matter "$@"
        expect_status 0
        expect_same wanted out
        run "$DECLUTTER" -j$jobs -f $format --front-matter -o saved "$@"
        expect_status 0
        expect_same wanted saved
    done
done
for charset in GB18030 KOI8-R SHIFT_JIS EUC-KR; do
    "$DECLUTTER" --no-sandbox -e $charset $charset.html $charset.html >wanted
    run "$DECLUTTER" -j2 -e $charset $charset.html $charset.html
    expect_status 0
    expect_same wanted out
    # Here the module is asked for by the page, inside the sandbox.
    sed "s/charset=\"*utf-8\"*/charset=\"$charset\"/I" $charset.html >says.html
    grep -q "charset=\"$charset\"" says.html || fail "no charset to replace"
    printf '\304\343\272\303' >>says.html
    "$DECLUTTER" -q --no-sandbox -f json says.html >wanted
    run "$DECLUTTER" -q -f json says.html
    expect_same wanted out
done
