# by hand
-symbolize=none -compare testdata/profiles/go-heap-after.pb.gz
