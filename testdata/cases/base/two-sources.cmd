# reference
-symbolize=none -top -nodecount=8 testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-same-b.pb.gz
