# reference
-symbolize=none -tree -focus=Search -nodecount=10 testdata/profiles/go-cpu.pb.gz
