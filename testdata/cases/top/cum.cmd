# reference
-symbolize=none -top -cum testdata/profiles/go-cpu.pb.gz
