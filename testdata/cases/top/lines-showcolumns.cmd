# reference
-symbolize=none -top -lines -showcolumns -nodecount=10 testdata/profiles/go-cpu.pb.gz
