# by hand
-symbolize=none -compare -per_second -package -cum -nodecount=5 -sort_by=ratio -diff_base=testdata/profiles/go-cpu.pb.gz testdata/profiles/go-cpu-slow.pb.gz
