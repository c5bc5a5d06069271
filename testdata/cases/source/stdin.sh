# reference
cprof -symbolize=none -top -nodecount=3 /dev/stdin <testdata/profiles/go-cpu.pb.gz
