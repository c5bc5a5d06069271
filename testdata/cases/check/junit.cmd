# by hand
-check -same_work -format=junit -trim_path=example.com -min_share=5% -base=testdata/profiles/go-gate-base-1.pb.gz -base=testdata/profiles/go-gate-base-2.pb.gz -base=testdata/profiles/go-gate-base-3.pb.gz testdata/profiles/go-gate-slow-1.pb.gz testdata/profiles/go-gate-slow-2.pb.gz testdata/profiles/go-gate-slow-3.pb.gz
