# reference
-symbolize=none -top  testdata/profiles/go-open_conns.pb.gz
