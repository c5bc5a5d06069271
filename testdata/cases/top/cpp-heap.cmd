# reference
-symbolize=none -top  testdata/profiles/cpp-heap-after.pb.gz
