# reference
-symbolize=none -top -tagroot=tenant -cum -nodecount=10 testdata/profiles/go-cpu.pb.gz
