#!/bin/sh
# install.sh BUILD CMAKE SOURCE CC [CFLAG]...: installs into a scratch folder,
# then uses the library as a stranger would: a ten-line program built with
# pkg-config (shared and static) and through find_package, and run.  CFLAGs
# are those of the build: a sanitized library needs a sanitized program.
set -eu
build=$1 cmake=$2 source=$3 cc=$4
shift 4
flags=$*
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix

fail() {
    echo "install: $*" >&2
    exit 1
}

"$cmake" --install "$build" --prefix "$prefix" >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    fail "installation failed"
}
libdir=$(dirname "$(find "$prefix" -name libdeclutter.a)")
for file in bin/declutter bin/declutter-train bin/declutter-bench \
    include/declutter.h share/man/man1/declutter.1 \
    share/man/man1/declutter-train.1 share/man/man1/declutter-bench.1; do
    [ -f "$prefix/$file" ] || fail "$file is missing"
done
# One header: what else were there would be an accident.
[ "$(ls "$prefix/include")" = declutter.h ] || fail "include/ holds more"

cat >"$scratch/use.c" <<'C'
#include <declutter.h>
#include <stdio.h>
static int to_stdout(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length ? 0 : -1;
}
int main(int argc, char **argv) {
    struct declutter_input page;
    if (argc != 2 || declutter_input_read(argv[1], 0, &page, NULL))
        return 1;
    int failed = declutter_filter(page.bytes, page.length, NULL, NULL,
                                  to_stdout, stdout, NULL);
    declutter_input_free(&page);
    return failed;
}
C
cat >"$scratch/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(use C)
find_package(declutter 0.1 REQUIRED COMPONENTS static)
add_executable(use_shared use.c)
target_link_libraries(use_shared PRIVATE declutter::declutter)
add_executable(use_static use.c)
target_link_libraries(use_static PRIVATE declutter::declutter_static)
CMAKE

cd "$scratch"
page=$source/data/harbour.html
"$prefix/bin/declutter" "$page" >expected
[ -s expected ] || fail "the installed filter prints nothing"

# Word splitting is what we want of flags.
# shellcheck disable=SC2086,SC2046
{
    PKG_CONFIG_PATH=$libdir/pkgconfig
    export PKG_CONFIG_PATH
    "$cc" $flags use.c -o by_pkg_config $(pkg-config --cflags --libs declutter)
    "$cc" $flags use.c -o by_pkg_config_static \
        $(pkg-config --cflags declutter) "$libdir/libdeclutter.a" \
        $(pkg-config --static --libs-only-l declutter | sed 's/-ldeclutter//')
}
build_with_cmake() {
    "$cmake" -S . -B cmake -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$flags" &&
        "$cmake" --build cmake
}
build_with_cmake >log 2>&1 || {
    cat log >&2
    fail "find_package(declutter) is of no use"
}

for program in by_pkg_config by_pkg_config_static cmake/use_shared \
    cmake/use_static; do
    LD_LIBRARY_PATH=$libdir "./$program" "$page" >actual ||
        fail "$program failed"
    cmp expected actual || fail "$program prints something else"
done
readelf -d by_pkg_config | grep -q 'NEEDED.*libdeclutter\.so\.0' ||
    fail "the shared library has no soname"
