# reference
-symbolize=none -top -show=nosuchfunction testdata/profiles/go-cpu.pb.gz
