# reference
-symbolize=none -callgrind testdata/profiles/go-open_conns.pb.gz
