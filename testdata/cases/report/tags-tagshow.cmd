# reference
-symbolize=none -tags -tagshow=tenant testdata/profiles/go-cpu.pb.gz
