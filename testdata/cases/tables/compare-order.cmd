# by hand
-symbolize=none -compare -sort_by=rati -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
