# reference
-symbolize=none -peek=editDistance testdata/profiles/go-cpu.pb.gz
