# reference
-symbolize=none -top -mean -nodecount=8 testdata/profiles/go-cpu.pb.gz
