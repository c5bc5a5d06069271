# by hand
-symbolize=none -traces -mean -format=csv testdata/profiles/go-block.pb.gz
