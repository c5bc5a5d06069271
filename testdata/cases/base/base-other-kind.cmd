# reference
-symbolize=none -top -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-cpu.pb.gz
