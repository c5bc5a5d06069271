# reference
-symbolize=none -proto -hide=net.http testdata/profiles/go-open_conns.pb.gz
