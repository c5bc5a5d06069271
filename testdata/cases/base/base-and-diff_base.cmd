# reference
-symbolize=none -top -nodecount=3 -base=testdata/profiles/go-cpu-same-a.pb.gz -diff_base=testdata/profiles/go-cpu-same-b.pb.gz testdata/profiles/go-cpu-slow.pb.gz
