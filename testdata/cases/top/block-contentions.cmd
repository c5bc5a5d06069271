# reference
-symbolize=none -top -contentions -nodecount=8 testdata/profiles/go-block.pb.gz
