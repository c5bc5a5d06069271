# reference
-symbolize=none -dot -lines -nodecount=10 testdata/profiles/go-cpu.pb.gz
