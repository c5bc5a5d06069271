# reference
-symbolize=none -peek=nosuchfunction testdata/profiles/go-cpu.pb.gz
