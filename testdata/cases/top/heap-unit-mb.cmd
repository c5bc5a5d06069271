# reference
-symbolize=none -top -unit=mb -nodecount=8 testdata/profiles/go-heap-after.pb.gz
