# by hand
-symbolize=none -top -nodecount=x testdata/profiles/go-cpu.pb.gz
