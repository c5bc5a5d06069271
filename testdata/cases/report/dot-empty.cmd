# reference
-symbolize=none -dot -focus=nosuchfunction testdata/profiles/go-cpu.pb.gz
