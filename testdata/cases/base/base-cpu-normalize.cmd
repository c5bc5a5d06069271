# reference
-symbolize=none -top -nodecount=8 -normalize -base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
