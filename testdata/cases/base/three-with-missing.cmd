# reference
-symbolize=none -top -nodecount=3 testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/nosuch.pb.gz testdata/profiles/go-cpu-same-b.pb.gz
