# reference
-symbolize=none -traces testdata/profiles/go-block.pb.gz
