# by hand
-symbolize=none -top -nodecount=5 -format=markdown -diff_base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz
