# by hand
-symbolize=none -top -format=xml testdata/profiles/go-cpu.pb.gz
