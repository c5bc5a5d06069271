# reference
-symbolize=none -top -sample_index=samples -nodecount=5 testdata/profiles/go-cpu.pb.gz
