# reference
-symbolize=none -tags testdata/profiles/go-heap-after.pb.gz
