# reference
-symbolize=none -proto -focus=chan testdata/profiles/go-block.pb.gz
