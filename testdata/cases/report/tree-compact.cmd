# reference
-symbolize=none -tree -compact_labels -nodecount=3 testdata/profiles/go-cpu.pb.gz
