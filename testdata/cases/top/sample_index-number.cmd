# reference
-symbolize=none -top -sample_index=0 -nodecount=5 testdata/profiles/go-cpu.pb.gz
