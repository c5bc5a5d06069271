# by hand
-symbolize=none -collapsed -sample_index=alloc_space -focus=leakSession testdata/profiles/go-heap-after.pb.gz
