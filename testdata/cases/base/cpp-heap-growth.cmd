# reference
-symbolize=none -top -diff_base=testdata/profiles/cpp-heap-before.pb.gz testdata/profiles/cpp-heap-after.pb.gz
