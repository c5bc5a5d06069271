# by hand
-symbolize=none -top -nodecount=3 Makefile testdata/profiles/go-cpu.pb.gz
