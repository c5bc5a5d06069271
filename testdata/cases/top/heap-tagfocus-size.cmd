# reference
-symbolize=none -top -tagfocus=64b -nodecount=8 testdata/profiles/go-heap-after.pb.gz
