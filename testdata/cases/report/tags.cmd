# reference
-symbolize=none -tags testdata/profiles/go-cpu.pb.gz
