# by hand
-compact_labels testdata/profiles/go-cpu.pb.gz
