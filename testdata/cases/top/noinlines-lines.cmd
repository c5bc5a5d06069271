# reference
-symbolize=none -top -noinlines -lines -nodecount=15 testdata/profiles/go-cpu.pb.gz
