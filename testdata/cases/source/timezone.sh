# reference
TZ=Asia/Kathmandu cprof -symbolize=none -top -nodecount=1 testdata/profiles/go-cpu.pb.gz
