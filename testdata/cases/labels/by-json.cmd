# by hand
-tags -format=json -by=tenant,endpoint -by_count=1 -where=tenant testdata/profiles/go-cpu.pb.gz
