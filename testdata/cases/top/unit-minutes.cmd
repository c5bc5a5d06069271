# reference
-symbolize=none -top -nodecount=4 -unit=minutes testdata/profiles/go-cpu.pb.gz
