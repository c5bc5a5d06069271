# reference
-symbolize=none -top -nodecount=4 -unit=kb testdata/profiles/go-cpu.pb.gz
