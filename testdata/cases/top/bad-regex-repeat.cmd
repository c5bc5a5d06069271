# reference
-symbolize=none -top "-hide=*" testdata/profiles/go-cpu.pb.gz
