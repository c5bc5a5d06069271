# by hand
-check -same_work -require_power -nodecount=2 -base=testdata/profiles/go-gate-base-1.pb.gz -base=testdata/profiles/go-gate-base-2.pb.gz -base=testdata/profiles/go-gate-base-3.pb.gz testdata/profiles/go-gate-same-1.pb.gz testdata/profiles/go-gate-same-2.pb.gz testdata/profiles/go-gate-same-3.pb.gz
