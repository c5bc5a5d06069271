# reference
-symbolize=none -dot -trim=false -focus=leakSession testdata/profiles/go-heap-after.pb.gz
