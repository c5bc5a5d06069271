# reference
-symbolize=none -top -tagleaf=endpoint -nodecount=10 testdata/profiles/go-cpu.pb.gz
