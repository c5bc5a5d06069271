# by hand
-symbolize=none -top -nodecount=8 -focus=Search -format=markdown testdata/profiles/go-cpu.pb.gz
