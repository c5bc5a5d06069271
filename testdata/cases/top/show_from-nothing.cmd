# reference
-symbolize=none -top -show_from=nosuchfunction testdata/profiles/go-cpu.pb.gz
