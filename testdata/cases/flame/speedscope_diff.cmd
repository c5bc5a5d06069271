# by hand
-symbolize=none -speedscope -focus=leakSession "-show=shop/internal/session" -sample_index=inuse_space -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
