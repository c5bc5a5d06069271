# reference
-symbolize=none -callgrind -sample_index=alloc_space -focus=leakSession testdata/profiles/go-heap-after.pb.gz
