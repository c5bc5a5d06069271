# reference
-symbolize=none -top -focus=Search -relative_percentages -nodecount=10 testdata/profiles/go-cpu.pb.gz
