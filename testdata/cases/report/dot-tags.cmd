# reference
-symbolize=none -dot -nodecount=5 -focus=Search testdata/profiles/go-cpu.pb.gz
