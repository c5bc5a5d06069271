# reference
-symbolize=none -tags -focus=Search testdata/profiles/go-cpu.pb.gz
