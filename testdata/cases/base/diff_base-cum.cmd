# reference
-symbolize=none -top -cum -nodecount=12 -diff_base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
