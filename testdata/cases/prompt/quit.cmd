# reference
-symbolize=none testdata/profiles/go-cpu.pb.gz
