# reference
-symbolize=none -top -focus=editDistance -nodecount=10 testdata/profiles/go-cpu.pb.gz
