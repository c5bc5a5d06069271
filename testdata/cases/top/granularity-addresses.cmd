# reference
-symbolize=none -top -addresses -nodecount=15 testdata/profiles/go-cpu.pb.gz
