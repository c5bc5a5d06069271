# reference
-symbolize=none -proto testdata/profiles/go-open_conns.pb.gz
