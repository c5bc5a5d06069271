# by hand
-symbolize=none testdata/profiles/go-cpu.pb.gz
