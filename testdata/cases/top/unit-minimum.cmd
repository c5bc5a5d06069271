# reference
-symbolize=none -top -nodecount=4 -unit=minimum testdata/profiles/go-cpu.pb.gz
