# reference
-symbolize=none -top -focus=nosuchfunction testdata/profiles/go-cpu.pb.gz
