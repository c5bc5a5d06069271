# reference
-symbolize=none -traces -lines testdata/profiles/go-open_conns.pb.gz
