# reference
-symbolize=none -topproto -nodecount=5 -lines testdata/profiles/go-heap-after.pb.gz
