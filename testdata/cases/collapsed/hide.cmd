# by hand
-symbolize=none -collapsed -hide=runtime -focus=Checkout testdata/profiles/go-cpu.pb.gz
