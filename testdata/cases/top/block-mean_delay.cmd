# reference
-symbolize=none -top -mean_delay -nodecount=8 testdata/profiles/go-block.pb.gz
