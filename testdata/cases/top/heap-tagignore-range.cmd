# reference
-symbolize=none -top -tagignore=:1kb -nodecount=8 testdata/profiles/go-heap-after.pb.gz
