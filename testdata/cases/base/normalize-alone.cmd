# reference
-symbolize=none -top -nodecount=3 -normalize testdata/profiles/go-cpu.pb.gz
