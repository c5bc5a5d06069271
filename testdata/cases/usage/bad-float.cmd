# by hand
-symbolize=none -top -nodefraction=x testdata/profiles/go-cpu.pb.gz
