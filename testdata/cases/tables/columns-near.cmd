# by hand
-symbolize=none -top -columns=name,mappping testdata/profiles/go-cpu.pb.gz
