# reference
-symbolize=none testdata/profiles/go-block.pb.gz
