# by hand
-check testdata/profiles/go-gate-base-1.pb.gz
