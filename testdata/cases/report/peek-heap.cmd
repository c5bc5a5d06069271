# reference
-symbolize=none -peek=leakSession testdata/profiles/go-heap-after.pb.gz
