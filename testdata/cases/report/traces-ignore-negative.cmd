# reference
-symbolize=none -traces -hide=runtime testdata/profiles/go-open_conns.pb.gz
