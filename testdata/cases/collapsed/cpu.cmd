# by hand
-symbolize=none -collapsed -focus=editDistance testdata/profiles/go-cpu.pb.gz
