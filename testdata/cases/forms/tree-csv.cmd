# by hand
-symbolize=none -tree -nodecount=5 -format=csv testdata/profiles/go-heap-after.pb.gz
