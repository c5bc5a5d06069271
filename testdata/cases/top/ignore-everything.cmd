# reference
-symbolize=none -top -ignore=. testdata/profiles/go-cpu.pb.gz
