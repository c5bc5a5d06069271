# by hand
-nosuch testdata/profiles/go-cpu.pb.gz
