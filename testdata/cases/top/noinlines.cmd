# reference
-symbolize=none -top -noinlines -nodecount=15 testdata/profiles/go-cpu.pb.gz
