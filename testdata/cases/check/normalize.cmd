# by hand
-check -normalize -nodecount=3 -base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
