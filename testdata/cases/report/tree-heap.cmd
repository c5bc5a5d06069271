# reference
-symbolize=none -tree -nodecount=8 testdata/profiles/go-heap-after.pb.gz
