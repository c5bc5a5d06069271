# reference
-symbolize=none -top -tagfocus=bytes=16:128 -nodecount=8 testdata/profiles/go-heap-after.pb.gz
