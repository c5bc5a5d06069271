# reference
-symbolize=none -top -tagroot=nosuchlabel -nodecount=3 testdata/profiles/go-cpu.pb.gz
