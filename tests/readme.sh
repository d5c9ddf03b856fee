#!/bin/sh
# readme.sh SOURCE DECLUTTER: README says nothing that is not so.  Its two
# commands are those that .ci/run runs; tests/run installs what the first one
# does; the page it shows is data/harbour.html and the text under it what the
# filter prints; the options it lists are the filter's; its C program compiles
# (tests/install.sh builds the like of it).
set -eu
source=$1 declutter=$2
readme=$source/README.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
    echo "readme: $*" >&2
    exit 1
}

# block NAME: the fenced lines that follow the comment <!-- NAME -->
block() {
    awk -v mark="<!-- $1 -->" '
        $0 == mark { found = 1; next }
        found && /^```/ { if (inside) exit; inside = 1; next }
        inside { print }' "$readme" >"$1"
    [ -s "$1" ] || fail "no block named $1"
}

# Each command of README stands in .ci/run, all its lines in a row.
for name in build test; do
    block $name
    first=$(head -n 1 $name)
    grep -nxF -e "$first" "$source/.ci/run" | head -n 1 | cut -d: -f1 >line
    [ -s line ] || fail ".ci/run does not run the $name command"
    tail -n "+$(cat line)" "$source/.ci/run" |
        head -n "$(wc -l <$name)" | cmp - $name ||
        fail ".ci/run runs another $name command"
done
[ "$(tail -n 1 "$source/.ci/run")" = "$(tail -n 1 test)" ] ||
    fail ".ci/run does not end with the test command"

# Word splitting makes one package a line.
tr ' ' '\n' <build | grep -E -- '-dev$|^(build-essential|cmake|pkgconf|mandoc)$' >packages
[ "$(wc -l <packages)" -ge 9 ] || fail "packages not found"
while read -r package; do
    grep -qwF -e "$package" "$source/tests/run" ||
        fail "tests/run does not install $package"
done <packages

# The page is shown, and filtered, without its gold labels too: an output that
# needed them would be no output.
sed 's/ data-declutter="[a-z]*"//' "$source/data/harbour.html" >page.html
block before
while IFS= read -r line; do
    [ "$line" = "..." ] || grep -qxF -e "$line" page.html ||
        fail "not in data/harbour.html: $line"
done <before
block after
LC_ALL=C
export LC_ALL
for page in page.html "$source/data/harbour.html"; do
    "$declutter" "$page" | fmt | diff after - ||
        fail "the filter prints something else for $page"
done

# Every long option of --help is listed, and no other one.
block options
long_options() {
    grep -oE -e '(^| |, )--[a-z-]+' | tr -d ' ,' | sort -u
}
long_options <options >listed
"$declutter" --help | long_options >known
[ -s known ] || fail "--help lists no options"
cmp listed known || fail "the list of options is not that of --help"

block library
${CC:-cc} -std=c11 -Wall -Wextra -Werror -I "$source/src" -fsyntax-only \
    -x c library || fail "the example does not compile"
