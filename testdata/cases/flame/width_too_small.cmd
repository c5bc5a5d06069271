# by hand
-symbolize=none -flame -width=19 testdata/profiles/go-cpu.pb.gz
