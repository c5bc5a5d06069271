# reference
-symbolize=none -top "-add_comment=nightly run" -nodecount=3 testdata/profiles/go-cpu.pb.gz
