#!/bin/sh
# valgrind.sh [-n PAGES] CORPUS...: the filter as it is released (build/) under
# valgrind's memcheck, over the pages of corpora (folders with an html/), all
# of them or PAGES evenly chosen from each.  The address sanitizer sees neither
# uninitialised memory nor what libraries do to it; memcheck sees both, in the
# very code that is installed.  It is some forty times slower: batches of
# pages, one batch a core, and only by hand.  Fails on the first error, or
# leak, of any batch; DECLUTTER names another filter.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
declutter=${DECLUTTER:-$root/build/declutter}
pages=0
if [ "${1:-}" = -n ]; then
    pages=$2
    shift 2
fi
[ $# -gt 0 ] || {
    echo "usage: valgrind.sh [-n PAGES] CORPUS..." >&2
    exit 2
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# choose FOLDER: PAGES files of it, in a row of equal steps
choose() {
    find "$1" -type f \( -name '*.html' -o -name '*.html.gz' \) | sort |
        awk -v wanted="$pages" '{ name[NR] = $0 }
            END { if (!wanted || wanted > NR) wanted = NR
                  for (i = 0; i < wanted; i++)
                      print name[int(i * NR / wanted) + 1] }'
}
for corpus in "$@"; do
    choose "$corpus/html"
done >"$scratch/pages"
[ -s "$scratch/pages" ] || {
    echo "valgrind: no pages" >&2
    exit 2
}

# What the filter says of a page (status 1) is not at issue here; 99 is
# valgrind's own.
cat >"$scratch/batch" <<'END'
declutter=$1 scratch=$2
shift 2
for format in blocks markdown json; do
    status=0
    valgrind --quiet --error-exitcode=99 --leak-check=full \
        --errors-for-leak-kinds=definite,indirect,possible \
        "$declutter" -j1 --no-sandbox --format=$format "$@" \
        >/dev/null 2>"$scratch/$$" || status=$?
    [ $status -le 1 ] && continue
    echo "valgrind: status $status, --format=$format $*" >&2
    cat "$scratch/$$" >&2
    exit 255
done
END
tr '\n' '\0' <"$scratch/pages" |
    xargs -0 -P "$(nproc)" -n 10 sh "$scratch/batch" "$declutter" "$scratch" ||
    exit 1
echo "valgrind: $(wc -l <"$scratch/pages") pages, nothing found"
