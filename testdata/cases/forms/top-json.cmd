# by hand
-symbolize=none -top -nodecount=5 -format=json testdata/profiles/go-cpu.pb.gz
