# by hand
-symbolize=none -collapsed -focus=leakSession testdata/profiles/go-heap-after.pb.gz
