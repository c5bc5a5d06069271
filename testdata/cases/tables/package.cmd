# by hand
-symbolize=none -top -package -nodecount=12 testdata/profiles/go-cpu.pb.gz
