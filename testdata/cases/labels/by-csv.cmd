# by hand
-top -format=csv -by=tenant,endpoint -by_count=3 -nodecount=1 testdata/profiles/go-cpu.pb.gz
