# reference
-symbolize=none -top -nodecount=8 -normalize -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
