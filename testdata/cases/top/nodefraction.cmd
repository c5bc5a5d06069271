# reference
-symbolize=none -top -nodefraction=0.05 testdata/profiles/go-cpu.pb.gz
