# reference
-symbolize=none -callgrind -addresses -focus=strings.ToLower testdata/profiles/go-cpu.pb.gz
