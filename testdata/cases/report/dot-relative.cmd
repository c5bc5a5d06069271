# reference
-symbolize=none -dot -relative_percentages -focus=Monthly -nodecount=8 testdata/profiles/go-cpu.pb.gz
