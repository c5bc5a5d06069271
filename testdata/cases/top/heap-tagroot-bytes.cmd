# reference
-symbolize=none -top -tagroot=bytes -cum -nodecount=8 testdata/profiles/go-heap-after.pb.gz
