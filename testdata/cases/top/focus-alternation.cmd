# reference
-symbolize=none -top "-focus=sort|strings" -nodecount=10 testdata/profiles/go-cpu.pb.gz
