# by hand
-symbolize=none -top -nodecount=5 -columns=samples,cum,cum%,name,mapping,file,line testdata/profiles/go-cpu.pb.gz
