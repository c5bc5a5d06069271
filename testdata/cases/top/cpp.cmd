# reference
-symbolize=none -top -nodecount=10 testdata/profiles/cpp-cpu.pb.gz
