# reference
-symbolize=none -top -lines -nodecount=10 testdata/profiles/cpp-cpu.pb.gz
