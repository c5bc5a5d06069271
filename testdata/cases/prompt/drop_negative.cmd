# reference
-symbolize=none -diff_base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
