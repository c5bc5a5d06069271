# reference
-symbolize=none -top -divide_by=0 testdata/profiles/go-cpu.pb.gz
