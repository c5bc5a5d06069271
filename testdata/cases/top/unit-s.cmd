# reference
-symbolize=none -top -nodecount=4 -unit=s testdata/profiles/go-cpu.pb.gz
