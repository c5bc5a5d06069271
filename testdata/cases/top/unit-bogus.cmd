# reference
-symbolize=none -top -nodecount=4 -unit=bogus testdata/profiles/go-cpu.pb.gz
