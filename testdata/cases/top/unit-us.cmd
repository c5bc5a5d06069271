# reference
-symbolize=none -top -nodecount=4 -unit=us testdata/profiles/go-cpu.pb.gz
