# reference
-symbolize=none -top -files -nodecount=15 testdata/profiles/go-cpu.pb.gz
