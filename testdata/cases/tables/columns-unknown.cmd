# by hand
-symbolize=none -top -columns=name,,whatever,cum testdata/profiles/go-cpu.pb.gz
