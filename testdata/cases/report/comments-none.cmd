# reference
-symbolize=none -comments testdata/profiles/go-cpu.pb.gz
