# by hand
-symbolize=none -tags -format=markdown testdata/profiles/go-cpu.pb.gz
