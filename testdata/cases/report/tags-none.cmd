# reference
-symbolize=none -tags testdata/profiles/go-block.pb.gz
