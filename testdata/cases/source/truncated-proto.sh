# by hand
gzip -dc testdata/profiles/go-cpu.pb.gz | head -c 20000 >"$HOME/cut"
cprof -symbolize=none -top "$HOME/cut"
