# by hand
-check -same_work -max_growth=off -max_total_growth=off -max_new=1% -confidence=90% -nodecount=2 -base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
