# reference
-symbolize=none -dot -nodecount=10 testdata/profiles/go-goroutine.pb.gz
