# reference
-symbolize=none "-peek=(" testdata/profiles/go-cpu.pb.gz
