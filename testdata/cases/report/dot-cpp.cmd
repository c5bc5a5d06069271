# reference
-symbolize=none -dot -nodecount=15 testdata/profiles/cpp-cpu.pb.gz
