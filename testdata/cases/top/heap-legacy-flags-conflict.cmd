# reference
-symbolize=none -top -sample_index=alloc_space -inuse_objects -nodecount=3 testdata/profiles/go-heap-after.pb.gz
