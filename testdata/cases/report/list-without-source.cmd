# by hand
-symbolize=none -list=editDistance$ testdata/profiles/go-cpu.pb.gz
