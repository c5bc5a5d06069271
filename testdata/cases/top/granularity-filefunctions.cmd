# reference
-symbolize=none -top -filefunctions -nodecount=15 testdata/profiles/go-cpu.pb.gz
