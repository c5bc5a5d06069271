# reference
-symbolize=none -focus=Search -nodecount=4 -cum testdata/profiles/go-cpu.pb.gz
