# reference
-symbolize=none -top -cum -flat testdata/profiles/go-cpu.pb.gz
