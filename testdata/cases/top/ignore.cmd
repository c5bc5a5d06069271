# reference
-symbolize=none -top -ignore=runtime -nodecount=10 testdata/profiles/go-cpu.pb.gz
