# reference
-symbolize=none -top "-focus=(?i)EDITDIST" -nodecount=5 testdata/profiles/go-cpu.pb.gz
