# reference
-symbolize=none -raw -focus=chan testdata/profiles/go-block.pb.gz
