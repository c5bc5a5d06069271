# reference
-symbolize=none -top -nodecount=8 -sample_index=inuse_space -diff_base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
