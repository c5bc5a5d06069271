# reference
-symbolize=none -top -sample_index=nosuch testdata/profiles/go-cpu.pb.gz
