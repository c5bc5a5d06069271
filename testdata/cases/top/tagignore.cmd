# reference
-symbolize=none -top -tagignore=acme -nodecount=8 testdata/profiles/go-cpu.pb.gz
