# by hand
-symbolize=none -top -nodecount=3 -format=text testdata/profiles/go-cpu.pb.gz
