# reference
-symbolize=none -proto -divide_by=3 testdata/profiles/go-open_conns.pb.gz
