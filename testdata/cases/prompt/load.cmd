# by hand
-symbolize=none -nodecount=2 testdata/profiles/go-heap-after.pb.gz
