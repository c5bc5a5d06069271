# by hand
-symbolize=none -collapsed -hide=runtime -focus=Monthly testdata/profiles/go-cpu.pb.gz
