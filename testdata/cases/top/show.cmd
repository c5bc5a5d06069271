# reference
-symbolize=none -top -show=shop -nodecount=10 testdata/profiles/go-cpu.pb.gz
