# reference
-symbolize=none:bogus -top -nodecount=3 testdata/profiles/go-cpu.pb.gz
