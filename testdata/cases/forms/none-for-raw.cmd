# by hand
-symbolize=none -raw -format=json testdata/profiles/go-cpu.pb.gz
