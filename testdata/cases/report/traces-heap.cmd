# reference
-symbolize=none -traces -focus=leakSession testdata/profiles/go-heap-after.pb.gz
