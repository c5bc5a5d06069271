# reference
-symbolize=none -list=nosuchfunction testdata/profiles/go-cpu.pb.gz
