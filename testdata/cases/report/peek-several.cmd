# reference
-symbolize=none "-peek=catalog.*Search" testdata/profiles/go-cpu.pb.gz
