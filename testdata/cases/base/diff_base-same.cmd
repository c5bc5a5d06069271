# reference
-symbolize=none -top -nodecount=5 -diff_base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-same-a.pb.gz
