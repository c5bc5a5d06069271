# by hand
-symbolize=none -top -columns=cum,name,cum testdata/profiles/go-cpu.pb.gz
