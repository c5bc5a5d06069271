# reference
-symbolize=none -raw testdata/profiles/go-open_conns.pb.gz
