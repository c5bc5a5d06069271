# reference
-symbolize=none -top -functions -nodecount=15 testdata/profiles/go-cpu.pb.gz
