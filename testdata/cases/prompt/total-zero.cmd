# reference
-symbolize=none testdata/profiles/go-open_conns.pb.gz
