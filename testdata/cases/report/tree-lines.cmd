# reference
-symbolize=none -tree -lines -nodecount=6 testdata/profiles/go-cpu.pb.gz
