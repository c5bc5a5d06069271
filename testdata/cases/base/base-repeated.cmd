# reference
-symbolize=none -top -nodecount=4 -base=testdata/profiles/go-heap-before.pb.gz -base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
