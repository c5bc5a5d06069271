# reference
-symbolize=none -dot -nodecount=5 -tagshow=tenant testdata/profiles/go-cpu.pb.gz
