# reference
-symbolize=none -dot -files -nodecount=10 testdata/profiles/go-cpu.pb.gz
