#!/bin/sh
# care.sh SOURCE: what can be found in the sources without running them.  gcc's
# analyser, clang-tidy and cppcheck read every C file of the library and the
# programs, cppcheck the tests too, and any finding is a failure.  What
# clang-tidy looks for stands in .clang-tidy, with the reason for each
# exception.  The tests are left to cppcheck, which tells a failed assertion of
# cmocka from a line that goes on; the others follow it through a NULL.
set -eu
source=$1
cd "$source"
export LC_ALL=C

fail() {
    echo "care: $*" >&2
    exit 1
}

flags="-std=c11 -D_POSIX_C_SOURCE=200809L -DDC_ANALYSER -I src -I train -I bench
    $(pkg-config --cflags libxml-2.0 uchardet libutf8proc jansson libseccomp)"
files=$(ls src/*.c train/*.c bench/*.c)
[ "$(echo "$files" | wc -l)" -gt 80 ] || fail "sources not found"

# each N COMMAND...: the command with N files at a time, on two cores
each() {
    number=$1
    shift
    echo "$files" | xargs -P 2 -n "$number" "$@"
}

# gcc 12 still loses sight of memory kept in a structure, and of arrays filled
# by one loop and read by the next.  Leaks are for the leak sanitizer and
# fault.alloc, uninitialised values for valgrind.
each 1 gcc $flags -O1 -fanalyzer -Werror -Wno-psabi \
    -Wno-analyzer-malloc-leak -Wno-analyzer-file-leak \
    -Wno-analyzer-use-of-uninitialized-value -S -o /dev/null ||
    fail "gcc -fanalyzer found something"

# The shell between them splits the flags, which are one word to xargs.
each 4 sh -c 'flags=$1; shift
    exec clang-tidy-14 --quiet "$@" -- $flags 2>/dev/null' tidy "$flags" ||
    fail "clang-tidy found something"

# It reads no headers of libraries, hence the macro of jansson; and it takes the
# read_file of one test for that of another file.
cppcheck --quiet -j 2 --error-exitcode=1 --std=c11 --inline-suppr \
    --enable=warning,performance,portability -I src -I train -I bench \
    -D_POSIX_C_SOURCE=200809L \
    '-Djson_array_foreach(a,i,v)=while((v=json_array_get(a,i)))' \
    --suppress=ctunullpointer:tests/unit/test_model.c \
    src train bench tests || fail "cppcheck found something"
