# reference
-symbolize=none -top -tree testdata/profiles/go-cpu.pb.gz
