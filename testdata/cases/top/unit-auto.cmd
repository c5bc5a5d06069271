# reference
-symbolize=none -top -nodecount=4 -unit=auto testdata/profiles/go-cpu.pb.gz
