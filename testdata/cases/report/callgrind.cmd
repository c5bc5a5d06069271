# reference
-symbolize=none -callgrind -focus=editDistance testdata/profiles/go-cpu.pb.gz
