# by hand
-symbolize=none -top testdata/profiles/go-cpu.pb.gz -focus
