# reference
-symbolize=none -top -nodecount=8 testdata/profiles/go-block.pb.gz
