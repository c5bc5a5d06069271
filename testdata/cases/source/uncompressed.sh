# reference
gzip -dc testdata/profiles/go-cpu.pb.gz >"$HOME/p.pb"
cprof -symbolize=none -top -nodecount=3 "$HOME/p.pb"
