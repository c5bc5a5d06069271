# reference
-symbolize=none -top -nodecount=12 -nodefraction=0 testdata/profiles/go-cpu.pb.gz
