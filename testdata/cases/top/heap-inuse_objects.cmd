# reference
-symbolize=none -top -sample_index=inuse_objects -nodecount=8 testdata/profiles/go-heap-after.pb.gz
