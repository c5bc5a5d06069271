# by hand
-symbolize=none -top -package -cum -norecursion testdata/profiles/cpp-cpu.pb.gz
