# reference
-symbolize=none -top -tagroot=tenant,endpoint -cum -nodecount=12 testdata/profiles/go-cpu.pb.gz
