# reference
-symbolize=none -top -tagshow=tenant -nodecount=3 testdata/profiles/go-cpu.pb.gz
