# by hand
-tree -format=markdown -by=tenant -by_count=1 -nodecount=2 testdata/profiles/go-cpu.pb.gz
