# reference
-symbolize=none -dot -nodecount=10 testdata/profiles/go-heap-after.pb.gz
