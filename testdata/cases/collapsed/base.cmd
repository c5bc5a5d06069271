# by hand
-symbolize=none -collapsed -focus=leakSession -sample_index=inuse_space -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
