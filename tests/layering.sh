#!/bin/sh
# layering.sh SOURCE STATIC SHARED DECLUTTER: the laws of CONTRIBUTING.md that
# a tool can check.  Each dependency has one room; src/ knows nothing of
# train/ and bench/; and, read off the finished library rather than the
# source, it cannot print, exit, change the locale or hold state.
set -eu
source=$1 static=$2 shared=$3 declutter=$4
failed=0

# complain RULE FINDINGS: nothing found, nothing wrong
complain() {
    [ -z "$2" ] && return
    printf 'layering: %s\n%s\n' "$1" "$2" >&2
    failed=1
}

# included PATTERN FOLDER...: the files that include a header so named
included() {
    pattern=$1
    shift
    grep -rlE --include='*.[ch]' --include='*.cc' \
        "^ *# *include *[<\"]($pattern)" "$@" || true
}

# only ROOMS PATTERN FOLDER...: no other file includes such a header
only() {
    rooms=$1 pattern=$2
    shift 2
    [ -n "$(included "$pattern" "$@")" ] ||
        complain "this rule is out of date" "nobody includes $pattern"
    complain "only $rooms may include $pattern" \
        "$(included "$pattern" "$@" | grep -vE "^($rooms)\$" || true)"
}

cd "$source"
headers=$(find train bench -name '*.h' -exec basename {} \; | paste -sd '|' -)
complain "src/ includes from train/ or bench/" \
    "$(included "([^\">]*/)?(train|bench)/|$headers" src)"
complain "train/ includes from bench/ (but for the metrics)" \
    "$(included 'timing\.h|report\.h|evaluate\.h' train)"
only 'src/read\.c' 'zlib\.h' src
only 'src/decode_convert\.c' 'iconv\.h' src
only 'src/detect\.cc' 'uchardet/' src
only 'src/(parse|reference)\.c' 'libxml/' src
only 'src/utf8\.c' 'utf8proc\.h' src
only 'src/json_load\.h' 'jansson\.h' src
only 'src/sandbox_embed\.c' 'seccomp\.h' src
only 'src/sandbox_[a-z]+\.[ch]' 'linux/|sys/prctl\.h' src
only 'src/command_line\.c' 'getopt\.h' src
only 'train/[a-z0-9_]+\.[ch]' 'libsvm/svm\.h' src train bench

# What the library calls.  model.c may write to a stream it is given.
banned='printf|vprintf|puts|putchar|perror|stdout|stderr|exit|_exit|abort'
banned="$banned|setlocale|system|rand|srand|strtok"
complain "the library prints, exits or is not reentrant" \
    "$(nm -A -u "$static" | grep -E " U ($banned)\$" || true)"
# What tests/steady.c counts is all there is.
complain "the library allocates by other means than malloc, calloc, realloc" \
    "$(nm -A -u "$static" |
        grep -E ' U (strn?dup|v?asprintf|getline|getdelim|aligned_alloc|posix_memalign|memalign|mmap)$' ||
        true)"
# What it keeps: sanitizers and exceptions add variables of their own, whose
# names say so.
complain "the library has mutable globals" \
    "$(objdump -t "$static" |
        grep -E ' O ([.]data|[.]bss|\*COM\*)([.][^ ]*)?[[:space:]]' |
        grep -vE '[.]data[.]rel[.]ro|__asan|__odr|__ubsan|\.L|__sancov|DW\.ref' ||
        true)"
complain "the shared library exports more than declutter_*" \
    "$(nm -D --defined-only "$shared" |
        grep -vE ' [A-Z] (declutter_|__odr_asan)' || true)"
for file in "$shared" "$declutter"; do
    complain "$file links what only the trainer or the build needs" \
        "$(readelf -d "$file" | grep -E 'NEEDED.*lib(svm|seccomp)' || true)"
done
exit $failed
