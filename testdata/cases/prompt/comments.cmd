# reference
-symbolize=none -add_comment=hello testdata/profiles/go-open_conns.pb.gz
