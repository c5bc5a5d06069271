# by hand
-check -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-cpu.pb.gz
