# by hand
-compact_labels testdata/profiles/go-heap-after.pb.gz
