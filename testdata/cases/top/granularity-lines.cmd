# reference
-symbolize=none -top -lines -nodecount=15 testdata/profiles/go-cpu.pb.gz
