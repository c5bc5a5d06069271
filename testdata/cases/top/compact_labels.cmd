# reference
-symbolize=none -top -compact_labels -nodecount=3 testdata/profiles/go-cpu.pb.gz
