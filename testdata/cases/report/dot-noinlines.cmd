# reference
-symbolize=none -dot -noinlines -nodecount=10 testdata/profiles/go-cpu.pb.gz
