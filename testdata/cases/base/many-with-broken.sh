# by hand
for i in $(seq 140); do set -- "$@" testdata/profiles/go-mutex.pb.gz; done
echo broken >"$HOME/a"
gzip -dc testdata/profiles/go-mutex.pb.gz | head -c 1000 >"$HOME/b"
cprof -symbolize=none -top "$@" "$HOME/a" "$@" "$HOME/b" testdata/profiles/go-block.pb.gz
