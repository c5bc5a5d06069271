# by hand
-check -sample_index=inuse_space -nodecount=5 -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
