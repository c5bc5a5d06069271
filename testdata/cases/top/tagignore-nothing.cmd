# reference
-symbolize=none -top -tagignore=nosuchtag -nodecount=3 testdata/profiles/go-cpu.pb.gz
