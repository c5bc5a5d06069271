# by hand
-check -same_work -base=testdata/profiles/nosuch.pb.gz testdata/profiles/go-gate-slow-1.pb.gz
