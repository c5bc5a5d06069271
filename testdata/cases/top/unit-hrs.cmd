# reference
-symbolize=none -top -nodecount=4 -unit=hrs testdata/profiles/go-cpu.pb.gz
