# reference
-symbolize=none -traces -focus=leakSession -diff_base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
