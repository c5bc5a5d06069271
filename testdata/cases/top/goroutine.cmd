# reference
-symbolize=none -top -nodecount=8 testdata/profiles/go-goroutine.pb.gz
