# by hand
-flame -width=60 -by=tenant,endpoint -by_count=2 -where=tenant -show='=|more|catalog' testdata/profiles/go-cpu.pb.gz
