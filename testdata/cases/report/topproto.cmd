# reference
-symbolize=none -topproto -nodecount=10 testdata/profiles/go-cpu.pb.gz
