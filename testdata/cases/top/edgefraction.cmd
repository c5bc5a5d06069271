# reference
-symbolize=none -top -nodecount=6 -edgefraction=0.5 testdata/profiles/go-cpu.pb.gz
