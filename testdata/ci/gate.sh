#!/bin/sh
# Fails when the new runs regressed: gate.sh BASE NEW, each a profile or a directory of profiles (one a run).
# Status 0: nothing regressed; 1: something did; 2: trouble; 3: too few samples to tell.
set -u
base=$1 new=$2
shift 2
cprof -check -same_work -require_power -output=profile-check.md -format=markdown -base="$base" "$@" "$new"
status=$?
case $status in
0) echo "profile: no regression" ;;
1) echo "profile: a regression" && sed -n 's/^- //p' profile-check.md ;;
3) echo "profile: too few samples to tell" && sed -n 's/ would show .*/ would help/p' profile-check.md ;;
*) echo "profile: cannot be judged" ;;
esac
exit $status
