# by hand
set -e
cprof -symbolize=none -flamegraph -output="$HOME/a.svg" -focus=leakSession -show=shop/internal/session -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz 2>/dev/null
cat "$HOME/a.svg"
