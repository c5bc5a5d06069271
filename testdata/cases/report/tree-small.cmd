# reference
-symbolize=none -tree testdata/profiles/go-open_conns.pb.gz
