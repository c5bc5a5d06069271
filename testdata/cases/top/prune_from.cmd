# reference
-symbolize=none -top -prune_from=Search -cum -nodecount=12 testdata/profiles/go-cpu.pb.gz
