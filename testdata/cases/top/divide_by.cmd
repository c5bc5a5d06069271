# reference
-symbolize=none -top -divide_by=7 -nodecount=5 testdata/profiles/go-cpu.pb.gz
