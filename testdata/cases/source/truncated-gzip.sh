# reference
head -c 3000 testdata/profiles/go-cpu.pb.gz >"$HOME/cut"
cprof -symbolize=none -top "$HOME/cut"
