# by hand
-symbolize=none -top -trim=no testdata/profiles/go-cpu.pb.gz
