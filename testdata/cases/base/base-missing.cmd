# reference
-symbolize=none -top -base=testdata/profiles/nosuch.pb.gz testdata/profiles/go-cpu.pb.gz
