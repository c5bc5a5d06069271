# reference
-symbolize=none -peek=Search -focus=web testdata/profiles/go-cpu.pb.gz
