# by hand
-symbolize=none -top -lines -nodecount=5 -format=csv testdata/profiles/cpp-cpu.pb.gz
