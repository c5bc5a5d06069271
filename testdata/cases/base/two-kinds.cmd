# reference
-symbolize=none -top testdata/profiles/go-cpu.pb.gz testdata/profiles/go-heap-after.pb.gz
