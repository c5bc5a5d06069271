# reference
-symbolize=none -top -hide=runtime -nodecount=10 testdata/profiles/go-cpu.pb.gz
