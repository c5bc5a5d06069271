# reference
-symbolize=none -top -sample_index=7 testdata/profiles/go-cpu.pb.gz
