# by hand
-symbolize=none -top -nodecount=5 -columns=flat,flat%,sum%,cum,cum%,name testdata/profiles/cpp-cpu.pb.gz
