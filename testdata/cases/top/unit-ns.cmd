# reference
-symbolize=none -top -nodecount=4 -unit=ns testdata/profiles/go-cpu.pb.gz
