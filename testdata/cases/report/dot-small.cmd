# reference
-symbolize=none -dot testdata/profiles/go-open_conns.pb.gz
