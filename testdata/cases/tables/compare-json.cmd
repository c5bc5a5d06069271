# by hand
-symbolize=none -compare -nodecount=2 -format=json -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
