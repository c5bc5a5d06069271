# reference
-symbolize=none -top -divide_by=-3 -nodecount=3 testdata/profiles/go-cpu.pb.gz
