# reference
-symbolize=none -tags testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-same-b.pb.gz
