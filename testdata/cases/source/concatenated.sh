# reference
gzip -dc testdata/profiles/go-open_conns.pb.gz >"$HOME/one"
cat "$HOME/one" "$HOME/one" >"$HOME/two"
cprof -symbolize=none -top "$HOME/two"
