# reference
-symbolize=none -top -unit=auto -nodecount=8 testdata/profiles/go-heap-after.pb.gz
