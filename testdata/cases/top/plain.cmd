# reference
-symbolize=none -top  testdata/profiles/go-cpu.pb.gz
