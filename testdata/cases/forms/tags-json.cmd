# by hand
-symbolize=none -tags -format=json testdata/profiles/go-cpu.pb.gz
