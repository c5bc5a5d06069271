# reference
-symbolize=none -tags -unit=kb testdata/profiles/go-heap-after.pb.gz
