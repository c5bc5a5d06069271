# by hand
-symbolize=none -compare -nodecount=6 -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
