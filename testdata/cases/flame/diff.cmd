# by hand
-symbolize=none -flame -width=100 -focus=session -diff_base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
