# reference
-symbolize=none -tree -nodecount=12 testdata/profiles/go-cpu.pb.gz
