# by hand
for i in $(seq 140); do set -- "$@" testdata/profiles/go-mutex.pb.gz; done
echo broken >"$HOME/a"
cprof -symbolize=none -top "$@" "$HOME/a" "$@" testdata/profiles/go-heap-after.pb.gz testdata/profiles/go-block.pb.gz
