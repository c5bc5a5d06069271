# reference
-symbolize=none -tree -cum -nodecount=8 testdata/profiles/go-cpu.pb.gz
