# by hand
-check -base=testdata/profiles/go-gate-base-1.pb.gz testdata/profiles/go-gate-slow-1.pb.gz
