# by hand
-symbolize=none -collapsed -lines testdata/profiles/go-open_conns.pb.gz
