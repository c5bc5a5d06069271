#!/bin/sh
# Fails when the new runs regressed: gate.sh BASE NEW, each a profile or a directory of profiles (one a run).
# Status 0: nothing regressed; 1: something did; 2: trouble; 3: too few samples to tell (with -require_power).
set -u
base=$1 new=$2
shift 2
cprof -check -same_work -output=profile-check.md -format=markdown -base="$base" "$@" "$new"
status=$?
case $status in
0) echo "profile: no regression" ;;
1) echo "profile: a regression" && sed -n 's/^- //p' profile-check.md ;;
*) echo "profile: cannot be judged" ;;
esac
exit $status
