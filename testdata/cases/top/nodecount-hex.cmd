# reference
-symbolize=none -top -nodecount=0x3 testdata/profiles/go-cpu.pb.gz
