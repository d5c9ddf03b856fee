#!/bin/sh
# coverage.sh: how much of src/ the tests run.  Builds with counters (preset
# `coverage`), runs the suite without the tests that add nothing and the one
# that would count what the counters write (CMakePresets.json names them), and
# prints for each file the lines that ran, those there are, and the first ones
# that did not.  A line counts once, whichever programs and tests it is in.
# Fails when less than 90 % of all lines, or 75 % of one file, ran.  It takes
# some minutes.
set -eu
cd "$(dirname "$0")/.."

cmake --preset coverage
find build-coverage -name '*.gcda' -delete
cmake --build --preset coverage
ctest --preset coverage
python3 tests/coverage.py build-coverage src
