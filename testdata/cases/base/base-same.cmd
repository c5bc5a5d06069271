# reference
-symbolize=none -top -base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-same-a.pb.gz
