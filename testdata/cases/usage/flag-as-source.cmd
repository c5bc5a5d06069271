# reference
-symbolize=none -top -nodecount=3 testdata/profiles/go-cpu.pb.gz -focus
