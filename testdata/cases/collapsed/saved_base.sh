# by hand
# A difference that was saved holds what is left of each stack, below zero where the base had more.
set -e
cprof -symbolize=none -proto -output="$HOME/saved.pb.gz" -base=testdata/profiles/go-heap-after.pb.gz testdata/profiles/go-heap-before.pb.gz 2>/dev/null
cprof -symbolize=none -collapsed -show='flate.NewWriter|leakSession' -sample_index=inuse_space "$HOME/saved.pb.gz"
