# by hand
set -e
cprof -symbolize=none -flamegraph -output="$HOME/a.svg" -focus=catalog -show='shop/internal|^sort' testdata/profiles/go-cpu.pb.gz 2>/dev/null
cat "$HOME/a.svg"
