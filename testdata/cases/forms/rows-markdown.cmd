# by hand
-rows -format=markdown testdata/profiles/go-cpu.pb.gz
