# reference
-symbolize=none -top "-focus=(?=a)b" testdata/profiles/go-cpu.pb.gz
