# reference
-symbolize=none -top -sample_index=alloc_space -nodecount=8 testdata/profiles/go-heap-after.pb.gz
