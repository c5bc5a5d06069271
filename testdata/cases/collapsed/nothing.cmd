# by hand
-symbolize=none -collapsed -focus=nosuchfunction testdata/profiles/go-cpu.pb.gz
