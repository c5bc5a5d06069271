# reference
-symbolize=none -top -nodecount=5 testdata/profiles/go-cpu.pb.gz
