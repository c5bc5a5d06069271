# reference
-symbolize=none -top -mean -sample_index=alloc_space -nodecount=8 testdata/profiles/go-heap-after.pb.gz
