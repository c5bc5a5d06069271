# reference
-symbolize=none -top -inuse_objects -nodecount=5 testdata/profiles/go-heap-after.pb.gz
