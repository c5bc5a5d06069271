# by hand
-top -by=tenant -by_columns -by_count=3 -nodecount=4 -compact_labels -where='endpoint=/search or !endpoint' testdata/profiles/go-cpu.pb.gz
