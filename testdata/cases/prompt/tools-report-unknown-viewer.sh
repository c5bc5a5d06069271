# reference
PATH=$HOME/bin
cprof -symbolize=none testdata/profiles/go-cpu.pb.gz
