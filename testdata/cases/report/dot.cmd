# reference
-symbolize=none -dot -nodecount=15 testdata/profiles/go-cpu.pb.gz
