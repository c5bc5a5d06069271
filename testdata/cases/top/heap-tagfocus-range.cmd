# reference
-symbolize=none -top -tagfocus=1kb: -nodecount=8 testdata/profiles/go-heap-after.pb.gz
