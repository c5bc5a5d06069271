# by hand
-symbolize=none -tree -nodecount=4 -format=markdown testdata/profiles/cpp-cpu.pb.gz
