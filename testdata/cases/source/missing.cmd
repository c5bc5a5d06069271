# reference
-symbolize=none -top testdata/profiles/nosuch.pb.gz
