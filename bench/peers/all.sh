#!/bin/sh
# all.sh [OPTION]... CORPUS...: every peer over the corpora, then declutter
# and all of them in one declutter-bench run, on the same pages.
#
# OPTIONs are declutter-bench's, written --name=value and passed on; the peers
# share --limit=N.  Our default model has seen the corpora it was trained on:
# for a fair table on those give --folds=5.
#
# Environment: PEERS_FOLDER as given to install.sh; OUTPUT, folder of the
# predictions (default PEERS_FOLDER/predictions); PEERS, names to run (default
# all; of the others, predictions that are there already are used; "none" runs
# none); BENCH, the program (default build/declutter-bench); PEER_URL=1 tells
# the peers the address of each page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${PEERS_FOLDER:-${TMPDIR:-/tmp}/declutter-peers}
output=${OUTPUT:-$folder/predictions}
bench=${BENCH:-$here/../../build/declutter-bench}
# The last comes first in the table: each is put before those before it.
every="boilerpy3 newspaper4k magic-html justext readability-js
    readability-lxml resiliparse rs-trafilatura trafilatura"

usage() {
    echo "usage: all.sh [--name=value]... CORPUS..." >&2
    exit 2
}

options=
limit=
while [ $# -gt 0 ]; do
    case $1 in
    --limit=*) limit=$1 options="$options $1" ;;
    -*\ *) usage ;; # would not survive as one word
    -*) options="$options $1" ;;
    *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || usage
[ -x "$bench" ] || {
    echo "all.sh: $bench is missing: build it first" >&2
    exit 2
}
mkdir -p "$output"

for peer in ${PEERS:-$every}; do
    [ "$peer" = none ] && continue
    "$folder/python/bin/python" "$here/run.py" --folder="$folder" \
        --output="$output/$peer.jsonl" ${limit:+"$limit"} \
        ${PEER_URL:+--url} "$peer" "$@"
done

for peer in $every; do
    if [ -f "$output/$peer.jsonl" ]; then
        set -- --predictions="$peer=$output/$peer.jsonl" "$@"
    fi
done
# shellcheck disable=SC2086 # one word an option
exec "$bench" $options "$@"
