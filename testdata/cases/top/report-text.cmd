# reference
-symbolize=none -text -nodecount=5 testdata/profiles/go-cpu.pb.gz
