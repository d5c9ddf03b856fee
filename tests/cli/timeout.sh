#!/bin/sh
# --timeout: a page that takes longer is given up, all of it; the others are
# done.
set -eu
# shellcheck source=tests/cli/expect.inc
. "$CLI/expect.inc"

page=$DATA/harbour.html

for seconds in '' 0 0.0 -1 +1 x 1x ' 1' 1s 1,5 . 1.2.3 1e3 0x10 nan inf \
    0.0001 1000001 99999999999999999999; do
    run "$DECLUTTER" --timeout="$seconds" "$page"
    expect_usage_error
done
"$DECLUTTER" "$page" "$page" >text
for seconds in 60 60.5 1000000; do
    run "$DECLUTTER" --timeout=$seconds "$page" "$page"
    expect_status 0
    expect_no_err
    expect_same text out
done

# In every stage: many blocks, many elements, much text.
yes '<p>a' | head -c 2000000 >blocks.html
yes '<b><div></b><x>' | head -c 4000000 >crossed.html
yes 'word' | head -c 30000000 >words.html
for file in blocks.html crossed.html words.html; do
    for options in -j1 -j4 --format=json --format=markdown "-o saved"; do
        # shellcheck disable=SC2086
        run "$DECLUTTER" --timeout=0.01 --max-bytes=1G $options $file
        expect_status 1
        expect_no_out
        expect_err <<END
declutter: $file: took longer than 0.01 seconds
END
    done
    [ ! -s saved ] || fail "$file: something was saved"
done
run "$DECLUTTER" --timeout=1 -q "$page" /dev/null "$page"
expect_status 0
expect_same text out

# It is given up when its time is over, not when it is done.
cat >compare.py <<'END'
import resource, subprocess, sys

def seconds(*options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.argv[1], "-q", *options, "blocks.html"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - \
        (before.ru_utime + before.ru_stime)

whole, cut = seconds(), seconds("--timeout=0.02")
print("%.2f s, with a limit %.2f s" % (whole, cut))
assert cut < whole / 3
END
python3 compare.py "$DECLUTTER"

# Beside others, by any number of threads.
for jobs in 1 4; do
    run "$DECLUTTER" -j$jobs --timeout=0.1 blocks.html "$page" blocks.html
    expect_status 1
    expect_err <<END
declutter: blocks.html: took longer than 0.1 seconds
declutter: blocks.html: took longer than 0.1 seconds
END
    "$DECLUTTER" "$page" >text
    expect_same text out
done
